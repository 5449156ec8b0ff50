// The page on which a browser is paired: it takes a code that is typed, or that came with the address (/pair#XXXX-XXXX).

import { call } from "./api.js";

const form = document.getElementById("form");
const field = document.getElementById("code");
const button = document.getElementById("go");
const problem = document.getElementById("problem");

/** A code as it is written best: XXXX-XXXX. */
function spelled(text) {
  const letters = text.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

async function pair() {
  button.disabled = true;
  problem.textContent = "";
  try {
    await call("POST", "/api/pair", { code: field.value });
    location.replace(`/${location.search}`);
  } catch (error) {
    button.disabled = false;
    problem.textContent = error.message;
    field.select();
  }
}

field.addEventListener("input", (event) => {
  // Whoever corrects the middle of a code is left alone.
  if (field.selectionStart === field.value.length && !event.inputType?.startsWith("delete")) {
    field.value = spelled(field.value);
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  pair();
});

if (location.hash.length > 1) {
  field.value = spelled(location.hash.slice(1));
  // A code that is used up has no place in the history.
  history.replaceState(null, "", location.pathname + location.search);
  pair();
}
