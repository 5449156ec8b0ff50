/** The browsers that are let in: who they are, sending one away, and inviting another. */

import { call } from "./api.js";
import { make } from "./make.js";

/** While a code is shown somebody may come in with it. */
const LOOKS_EVERY_MS = 3000;
const SEEN = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export class Browsers {
  #root;
  #list;
  #problem;
  #invitation;
  #timer = 0;
  #newest = 0;

  constructor(root) {
    this.#root = root;
    this.#list = root.querySelector("ul");
    this.#problem = root.querySelector(".problem");
    this.#invitation = root.querySelector("#invitation");
    root.querySelector("#invite").addEventListener("click", () => this.#try(() => this.#invite()));
  }

  /** Show them, where other machines can reach the page at all. Throws an Error with a sentence for a person. */
  async show() {
    const { address, browsers } = await call("GET", "/api/browsers");
    this.#root.hidden = address === null;
    this.#newest = Math.max(0, ...browsers.map(({ id }) => id));
    this.#list.replaceChildren(...browsers.map((browser) => this.#entry(browser)));
  }

  hide() {
    clearInterval(this.#timer);
    this.#invitation.hidden = true;
    this.#problem.textContent = "";
  }

  #entry({ id, name, seen, this: own }) {
    const label = `Send away ${name}`;
    const away = make("button", { class: "quiet-button", type: "button", "aria-label": label }, "Send away");
    const entry = make(
      "li",
      {},
      make(
        "p",
        {},
        make("strong", {}, own ? `${name} (this one)` : name),
        make("span", { class: "about" }, `last seen ${SEEN.format(new Date(seen))}`),
      ),
      make("div", { class: "choice" }, away),
    );
    away.addEventListener("click", () => this.#confirm(entry, away, { id, name, own }));
    return entry;
  }

  /** Nobody is sent away by a tap that went astray. */
  #confirm(entry, away, { id, name, own }) {
    const back = () => {
      choice.replaceChildren(away);
      away.focus();
    };
    const choice = entry.querySelector(".choice");
    const keep = make("button", { class: "quiet-button", type: "button", onclick: back }, "Keep");
    const onclick = () => this.#try(() => this.#revoke(id, own));
    const label = `Really send away ${name}`;
    const really = make("button", { class: "quiet-button grave", type: "button", "aria-label": label, onclick }, "Really");
    choice.replaceChildren(really, keep);
    keep.focus();
  }

  async #revoke(id, own) {
    await call("DELETE", `/api/browsers/${id}`);
    if (own) location.assign(`/pair${location.search}`);
    else await this.show();
    this.#root.querySelector("h2").focus();
  }

  async #invite() {
    const { code, url, qr } = await call("POST", "/api/browsers/invite");
    const picture = URL.createObjectURL(new Blob([qr], { type: "image/svg+xml" }));
    const image = this.#invitation.querySelector("img");
    image.onload = () => URL.revokeObjectURL(picture);
    image.src = picture;
    this.#invitation.querySelector(".code").textContent = code;
    this.#invitation.querySelector(".where").textContent = url.split("#")[0];
    this.#invitation.hidden = false;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#try(() => this.#look()), LOOKS_EVERY_MS);
  }

  async #look() {
    const newest = this.#newest;
    const { browsers } = await call("GET", "/api/browsers");
    if (!browsers.some(({ id }) => id > newest)) return;
    this.hide();
    await this.show();
  }

  async #try(work) {
    this.#problem.textContent = "";
    try {
      await work();
    } catch (error) {
      this.#problem.textContent = error.message;
    }
  }
}
