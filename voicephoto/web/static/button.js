/** The microphone's button: it is held or tapped with a finger or the mouse, or pressed from the keyboard. */

/** `on.hold()` returns whether there is anything to hold; `on.release()` follows it, and otherwise `on.tap()`. */
export function listenToButton(button, on) {
  let held = false;
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    held = on.hold();
  });
  for (const type of ["pointerup", "pointercancel"]) button.addEventListener(type, () => on.release());
  button.addEventListener("click", (event) => {
    const fromKeyboard = event.detail === 0;
    if (fromKeyboard || !held) on.tap();
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}
