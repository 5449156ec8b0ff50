/** Whether this page plays the replies: browsers want a tap or a key first, and a person may silence it. */

export class Loudspeaker {
  #context;
  #button;
  #on;
  #muted = false;

  /** `on.change(sounding)` is called whenever it may have changed. */
  constructor(context, button, on) {
    this.#context = context;
    this.#button = button;
    this.#on = on;
    context.addEventListener("statechange", () => this.#tell());
    button.addEventListener("click", () => this.#toggle());
    for (const type of ["pointerup", "keydown"])
      addEventListener(type, ({ target }) => {
        if (!button.contains(target)) this.#unlock();
      });
    // A phone that was locked holds the sound back.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && navigator.userActivation?.hasBeenActive) this.#unlock();
    });
  }

  get sounding() {
    return !this.#muted && this.#context.state === "running";
  }

  #unlock() {
    if (this.#context.state !== "running") this.#context.resume();
  }

  async #toggle() {
    const locked = this.#context.state !== "running";
    await this.#context.resume();
    this.#muted = locked ? false : !this.#muted;
    this.#tell();
  }

  #tell() {
    this.#button.setAttribute("aria-pressed", String(this.sounding));
    this.#on.change(this.sounding);
  }
}
