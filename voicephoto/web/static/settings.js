/** The settings, each as the program describes it; what is changed is sent at once. */

import { call } from "./api.js";
import { Browsers } from "./browsers.js";
import { make } from "./make.js";

/** A slider under a key that is held changes with every step; only where it comes to rest is sent. */
const RESTS_MS = 300;
const STEP = 0.05;

/** Let `button` open them in `dialog`. */
export function listenToSettings(button, dialog) {
  const fields = dialog.querySelector("#fields");
  const problem = dialog.querySelector("#settings-problem");
  const browsers = new Browsers(dialog.querySelector("#browsers"));
  button.addEventListener("click", async () => {
    problem.textContent = "";
    dialog.showModal();
    try {
      const [settings] = await Promise.all([call("GET", "/api/settings"), browsers.show()]);
      fields.replaceChildren(...settings.map(field));
    } catch (error) {
      problem.textContent = error.message;
    }
  });
  dialog.addEventListener("close", () => browsers.hide());
}

function field({ name, value, accepts, fixed_by: fixedBy }) {
  const id = `set-${name}`;
  const control = controlOf(accepts, { id, "aria-describedby": `${id}-about ${id}-problem`, disabled: fixedBy !== null });
  const problem = make("p", { class: "problem", id: `${id}-problem`, role: "alert" });
  const about = fixedBy === null ? accepts.description : `${accepts.description}. The variable ${fixedBy} sets it.`;
  let kept = value;
  let timer = 0;
  control.put(kept);
  control.input.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(send, RESTS_MS);
  });

  async function send() {
    const sent = timer;
    problem.textContent = "";
    try {
      const settings = await call("PATCH", "/api/settings", { [name]: control.get() });
      kept = settings.find((one) => one.name === name).value;
    } catch (error) {
      problem.textContent = error.message;
    }
    // What was chosen meanwhile is still to be sent.
    if (timer === sent) control.put(kept);
  }

  return make(
    "div",
    { class: "field" },
    make("label", { for: id }, name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ")),
    make("div", { class: "control" }, ...control.parts),
    make("p", { class: "about", id: `${id}-about` }, about),
    problem,
  );
}

/** What a value that a JSON Schema `accepts` is chosen with: its `input` among its `parts`, and how that is read and set. */
function controlOf(accepts, attributes) {
  if (accepts.type === "boolean") {
    const input = make("input", { ...attributes, type: "checkbox", role: "switch" });
    return { input, parts: [input], get: () => input.checked, put: (value) => (input.checked = value) };
  }
  if (accepts.type !== "number") {
    const options = accepts.enum?.map((choice) => make("option", {}, choice));
    const input = options ? make("select", attributes, ...options) : make("input", { ...attributes, type: "text", size: 6 });
    return { input, parts: [input], get: () => input.value, put: (value) => (input.value = value) };
  }
  const { minimum: min = STEP, maximum: max } = accepts;
  const ranged = max !== undefined;
  const input = make("input", { ...attributes, type: ranged ? "range" : "number", min, max: max ?? null, step: ranged ? STEP : "any" });
  const shown = make("output", { for: attributes.id });
  const tell = () => (shown.textContent = ranged ? input.value : "");
  input.addEventListener("input", tell);
  return {
    input,
    parts: ranged ? [input, shown] : [input],
    // An empty field is no number, and the program says so.
    get: () => (input.value === "" ? null : Number(input.value)),
    put: (value) => {
      input.value = value;
      tell();
    },
  };
}
