/** This page as a microphone and a speaker: what is held or tapped to speak, and the replies. */

import { Ear } from "./ear.js";
import { Loudspeaker } from "./loudspeaker.js";
import { make } from "./make.js";
import { Microphone } from "./microphone.js";
import { Player } from "./player.js";

export class Voice {
  #connection;
  #on;
  #ear;
  #player;
  #loudspeaker;

  /**
   * `button` plays the replies or not. `on.facts()` are those of state.js, and `on.learn(facts)` adds some;
   * `on.notice(...parts)` tells a person something, `on.spoken(text, share)` how much of a sentence was heard (0..1),
   * `on.silent()` that nothing is said any more.
   */
  constructor(connection, button, on) {
    this.#connection = connection;
    this.#on = on;
    const context = new AudioContext();
    const microphone = new Microphone(context, {
      piece: (samples) => this.#ear.hear(samples),
      trouble: (why) => on.learn({ trouble: why === null ? null : { word: "Microphone lost", why } }),
      gone: () => this.#ear.lose(),
    });
    this.#ear = new Ear(microphone, connection, {
      change: () => on.learn({ ear: this.#ear.mode, again: false, ...(this.#ear.mode === "opening" ? { trouble: null } : {}) }),
      trouble: (why) => on.learn({ trouble: { word: "No microphone", why } }),
      again: () => on.learn({ again: true }),
    });
    this.#player = new Player(context, {
      played: (sound, state) => connection.say({ type: "played", sound, state }),
      spoken: on.spoken,
      change: () => {
        if (on.facts().speaking && !this.#player.speaking) on.silent();
        on.learn({ speaking: this.#player.speaking });
      },
    });
    this.#loudspeaker = new Loudspeaker(context, button, { change: (sounding) => this.#tellSounding(sounding) });
    context.addEventListener("statechange", () => this.#comeBack());
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#ear.recover());
    document.addEventListener("visibilitychange", () => {
      // A device that slept may have let the microphone go.
      if (document.visibilityState === "visible") this.#ear.recover();
    });
  }

  get handsFree() {
    return this.#ear.handsFree;
  }

  get speaking() {
    return this.#player.speaking;
  }

  /** Take what the program says, as far as it is about sound. */
  take(message) {
    switch (message.type) {
      case "welcome":
        this.#tellSounding(this.#loudspeaker.sounding);
        this.#player.quiet("stop");
        this.#ear.resume();
        this.#comeBack();
        break;
      case "sound":
        if (this.#loudspeaker.sounding) this.#player.expect(message);
        break;
      case "quiet":
        this.#player.quiet(message.how);
        break;
      case "notice":
        if (message.kind === "microphone taken") this.#ear.stop();
        break;
    }
  }

  /** A part of a sound that was announced. */
  play(buffer) {
    this.#player.take(buffer);
  }

  hush() {
    this.#player.quiet("stop");
    this.#connection.say({ type: "do", what: "stop" });
  }

  /** The microphone's button or key goes down; returns whether that is anything to hold. */
  hold() {
    if (!this.#mayListen()) return false;
    this.#on.learn({ missed: null, thinking: false });
    this.#ear.press();
    return true;
  }

  release() {
    if (this.#ear.release()) this.tap();
  }

  tap() {
    const { connection, speaking, microphone } = this.#on.facts();
    if (connection === "lost") this.#connection.retry();
    else if (speaking) {
      this.hush();
      this.#ear.settle();
    } else if (microphone === "here") fetch("/api/wake", { method: "POST" });
    else if (this.#mayListen()) this.#ear.toggle();
  }

  /** Whether this page can be heard; where its browser is against it, it says what to do. */
  #mayListen() {
    const { microphone, allowed } = this.#on.facts();
    if (microphone !== "page" || !this.#connection.open) return false;
    if (allowed) return true;
    const how = make("a", { href: "/trust" }, "How to make this one secure");
    this.#on.notice("A browser gives its microphone only to a secure page. ", how);
    return false;
  }

  #comeBack() {
    const { microphone, allowed } = this.#on.facts();
    if (microphone === "page" && allowed && this.#connection.open) this.#ear.comeBack();
  }

  #tellSounding(on) {
    this.#connection.say({ type: "sounding", on });
    if (!on) this.#player.quiet("stop");
  }
}
