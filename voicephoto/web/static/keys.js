/** The keyboard: what it does depends on where the focus is and on what is shown; a dialog has it for itself. */

/** There the keys are for writing, or the space bar presses what has the focus. */
const WRITES = "input, textarea, [contenteditable]";
const PRESSES = `${WRITES}, button:not(#microphone), select, summary`;

/**
 * `on.press()` and `on.release()` are those of the key that is held to talk. The others return whether the key was of
 * use: `on.slides(key)`, which comes first, `on.escape()`, `on.field()`, `on.keys()`, `on.open(number)`, `on.step(by)`.
 */
export function listenToKeys(on) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal") !== null) return;
    const writing = event.target.closest?.(WRITES) !== null;
    const done = pressed(event, writing, on);
    if (done) event.preventDefault();
  });
  addEventListener("keyup", (event) => {
    if (event.key !== " ") return;
    on.release();
    // Otherwise the button would be pressed as well.
    if (event.target.closest?.("#microphone")) event.preventDefault();
  });
  addEventListener("blur", () => on.release());
}

function pressed(event, writing, on) {
  const { key, target, repeat } = event;
  if (!writing && on.slides(key)) return true;
  if (key === "Escape") return on.escape();
  if (writing) return false;
  if (key === " ") {
    if (target.closest?.(PRESSES) !== null) return false;
    if (!repeat) on.press();
    return true;
  }
  if (key === "/") return on.field();
  if (key === "?") return on.keys();
  if (/^[1-9]$/.test(key)) return on.open(Number(key));
  if (key === "ArrowLeft" || key === "ArrowRight") return on.step(key === "ArrowLeft" ? -1 : 1);
  return false;
}
