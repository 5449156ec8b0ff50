/** The conversation as it is written down: what was heard, and what was said. */

import { make } from "./make.js";

const MOST = 50;

export class Talk {
  #log;
  #entries = new Map();

  constructor(log) {
    this.#log = log;
  }

  /** Write down again what was said before. */
  restore(exchanges) {
    this.#log.replaceChildren();
    this.#entries.clear();
    for (const { turn, heard, said } of exchanges) {
      this.heard(turn, heard);
      this.said(turn, said);
    }
  }

  heard(turn, text) {
    this.#entry(turn).heard.textContent = text;
    this.#follow();
  }

  /** Of a turn that was a tap nothing was heard, and nothing is written down of it. */
  said(turn, text) {
    if (!this.#entries.has(turn)) return;
    this.#entry(turn).said.textContent = text;
    this.#follow();
  }

  #entry(turn) {
    const known = this.#entries.get(turn);
    if (known) return known;
    const heard = make("p", { class: "heard" });
    const said = make("p", { class: "said" });
    this.#log.append(make("div", { class: "exchange" }, heard, said));
    this.#entries.set(turn, { heard, said });
    while (this.#log.childElementCount > MOST) this.#log.firstElementChild.remove();
    return { heard, said };
  }

  #follow() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}
