/** What the program hears of this page: while a key is held, or hands-free, with the true place of every sample. */

import { RATE } from "./resampler.js";

/** A press that is shorter is a tap. */
const TAP_MS = 300;
/** People let go of the key a little before the word is out. */
const LINGER_MS = 150;
/** A second of sound on its way: what comes then is left out rather than heard late. */
const MOST_WAITING = RATE * 2;
/** Pieces of 40 ms that are kept while it is not yet clear whether a press is a tap. */
const EARLY = 25;
/** Under which a tab remembers that it listens hands-free. */
const KEY = "hands-free";

export class Ear {
  /** "off", "opening", "held" or "hands-free". */
  mode = "off";
  #microphone;
  #connection;
  #on;
  #handsFree = false;
  #lost = false;
  #pressed = false;
  #held = false;
  #timer = 0;
  #early = [];
  #sent = 0;
  #listening = false;

  /**
   * `on.change()` is called with every new mode, `on.trouble(sentence)` when there is no microphone, `on.again()` when it
   * takes a tap to listen as before.
   */
  constructor(microphone, connection, on) {
    this.#microphone = microphone;
    this.#connection = connection;
    this.#on = on;
  }

  get handsFree() {
    return this.#handsFree;
  }

  /** The button goes down: for a tap or to be held, which only its release tells. */
  async press() {
    if (this.#pressed) return;
    this.#pressed = true;
    this.#held = false;
    this.#early = [];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hold(), TAP_MS);
    if (!(await this.#start())) this.#pressed = false;
    else if (!this.#pressed) this.settle();
    else if (this.#held) this.#listen("held");
  }

  /** It goes up again; returns whether it was a tap, also where the browser asked a question meanwhile. */
  release() {
    if (!this.#pressed) return false;
    this.#pressed = false;
    clearTimeout(this.#timer);
    if (this.mode !== "held") return true;
    this.#timer = setTimeout(() => this.#endHeld(), LINGER_MS);
    return false;
  }

  /** Hands-free on or off. */
  async toggle() {
    this.#remember(!this.#handsFree);
    this.#lost = false;
    if (!this.#handsFree) this.#stop();
    else if (await this.#start()) this.settle();
  }

  /** Hands-free as before the page was loaded anew, where nobody has to be asked for that. */
  async comeBack() {
    if (sessionStorage.getItem(KEY) === null || this.mode !== "off" || this.#pressed) return;
    if (!(await this.#microphone.ready())) this.#on.again();
    else if (this.mode === "off" && !this.#pressed) await this.toggle();
  }

  /** Go on as it was before a press that did not become anything. */
  settle() {
    if (!this.#handsFree) this.#stop();
    else if (this.mode !== "hands-free") this.#listen("hands-free");
  }

  /** The connection is new: go on listening. */
  resume() {
    this.#listening = false;
    if (this.#handsFree && this.#microphone.open) this.#listen("hands-free");
    else if (this.mode !== "off") this.stop();
  }

  /** The microphone is gone. */
  lose() {
    const handsFree = this.#handsFree;
    this.stop();
    this.#lost = handsFree;
  }

  /** There may be a microphone again. */
  async recover() {
    if (!this.#lost) return;
    await this.toggle();
    this.#lost = !this.#handsFree;
  }

  /** Stop for good: another page listens. */
  stop() {
    this.#remember(false);
    this.#pressed = false;
    clearTimeout(this.#timer);
    this.#stop();
  }

  /** Take a piece of sound from the microphone. */
  hear(samples) {
    if (this.#listening) this.#send(samples);
    else if (this.#pressed) this.#early = [...this.#early.slice(1 - EARLY), samples];
  }

  async #start() {
    if (this.#microphone.open) return true;
    this.#become("opening");
    try {
      await this.#microphone.start();
      return true;
    } catch (error) {
      this.#remember(false);
      this.#become("off");
      this.#on.trouble(error.message);
      return false;
    }
  }

  #remember(handsFree) {
    this.#handsFree = handsFree;
    if (handsFree) sessionStorage.setItem(KEY, "on");
    else sessionStorage.removeItem(KEY);
  }

  #hold() {
    this.#held = true;
    if (this.#microphone.open) this.#listen("held");
  }

  #endHeld() {
    this.#connection.say({ type: "listen", on: false });
    this.#listening = false;
    if (this.#handsFree) this.#listen("hands-free");
    else this.#stop();
  }

  #listen(mode) {
    this.#listening = this.#connection.say({ type: "listen", on: true, held: mode === "held" });
    this.#sent = 0;
    const early = this.#early;
    this.#early = [];
    if (this.#listening) early.forEach((samples) => this.#send(samples));
    this.#become(mode);
  }

  #stop() {
    if (this.#listening) this.#connection.say({ type: "listen", on: false });
    this.#listening = false;
    this.#microphone.stop();
    this.#become("off");
  }

  #send(samples) {
    if (this.#connection.waiting < MOST_WAITING) {
      const message = new Uint8Array(4 + samples.byteLength);
      new DataView(message.buffer).setUint32(0, this.#sent, true);
      message.set(new Uint8Array(samples.buffer), 4);
      this.#connection.send(message);
    }
    this.#sent += samples.length;
  }

  #become(mode) {
    if (mode === this.mode) return;
    this.mode = mode;
    this.#on.change();
  }
}
