/** Above the photos: what brought them, how it was understood, and how many there are. */

import { icon, make } from "./make.js";

export class Found {
  #root;
  #on;
  /** The titles of photos that were seen together, by which, so that they have it again when one goes back to them. */
  #titles = new Map();

  /** `on.drop(chip)` is called where a part of the query is tapped away. */
  constructor(root, on) {
    this.#root = root;
    this.#on = on;
  }

  /** Give photos a title; one that they have already stays, unless it is `anew`. */
  entitle({ photos }, title, anew = false) {
    const key = keyOf(photos);
    if (anew || !this.#titles.has(key)) this.#titles.set(key, title);
  }

  show(shown) {
    const [asked, chips, count, more] = ["#asked", "#chips", "#count", "#more"].map((id) => this.#root.querySelector(id));
    asked.textContent = this.#titles.get(keyOf(shown.photos)) ?? "Photos";
    chips.replaceChildren(...shown.chips.map((chip) => make("li", {}, this.#chip(chip))));
    chips.hidden = shown.chips.length === 0;
    count.textContent = counted(shown);
    more.hidden = shown.photos.at(-1).number !== null || shown.photos.every((photo) => photo.number === null);
    this.#root.querySelector("#slideshow").hidden = shown.photos.length < 2;
  }

  #chip(chip) {
    const onclick = () => this.#on.drop(chip.id);
    const how = { class: "chip", type: "button", "aria-label": `remove ${chip.text}`, onclick };
    return make("button", how, chip.text, icon("close"));
  }
}

export function quoted(sentence) {
  return `“${sentence}”`;
}

function keyOf(photos) {
  return photos.map((photo) => photo.id).join();
}

function counted({ photos, cut, status }) {
  const numbered = photos.filter((photo) => photo.number !== null).length;
  const all = `${cut ? "more than " : ""}${photos.length} photo${photos.length === 1 ? "" : "s"}`;
  if (status === "maybe") return `${all} that may be meant`;
  return 0 < numbered && numbered < photos.length ? `${numbered} of ${all}` : all;
}
