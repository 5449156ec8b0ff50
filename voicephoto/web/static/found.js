/** Above the photos: what was asked, how it was understood, and how many photos that brought. */

import { icon, make } from "./make.js";

export class Found {
  #root;
  #on;

  /** `on.drop(chip)` is called where a part of the query is tapped away. */
  constructor(root, on) {
    this.#root = root;
    this.#on = on;
  }

  show(shown, heard) {
    const [asked, chips, count, more] = ["#asked", "#chips", "#count", "#more"].map((id) => this.#root.querySelector(id));
    asked.textContent = heard ? `“${heard}”` : "Photos";
    chips.replaceChildren(...shown.chips.map((chip) => make("li", {}, this.#chip(chip))));
    chips.hidden = shown.chips.length === 0;
    count.textContent = counted(shown);
    more.hidden = shown.photos.at(-1)?.number !== null ? !shown.cut : false;
    this.#root.querySelector("#slideshow").hidden = shown.photos.length < 2;
  }

  #chip(chip) {
    const onclick = () => this.#on.drop(chip.id);
    return make("button", { class: "chip", type: "button", "aria-label": `remove ${chip.text}`, onclick }, chip.text, icon("close"));
  }
}

function counted({ photos, cut, status }) {
  const numbered = photos.filter((photo) => photo.number !== null).length;
  const all = `${cut ? "more than " : ""}${photos.length} photo${photos.length === 1 ? "" : "s"}`;
  if (status === "maybe") return `${all}, not surely what you meant`;
  return numbered < photos.length ? `${numbered} of ${all}` : all;
}
