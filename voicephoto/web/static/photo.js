/** One photo large, with what is known of it and what was last said of it. */

import { quoted } from "./found.js";
import { address } from "./grid.js";
import { make } from "./make.js";

/** Pixels that a finger moves before it is a swipe. */
const SWIPE = 60;

export class Photo {
  #root;
  #picture;
  #image;
  #on;
  #swipe = null;
  /** What is shown now, or null. */
  photo = null;

  /** `on.do(what)` is a button or a swipe; its `what` are those of the message `do`. */
  constructor(root, on) {
    this.#root = root;
    this.#on = on;
    this.#picture = root.querySelector("#picture");
    this.#image = root.querySelector("#picture img");
    for (const button of root.querySelectorAll("[data-do]"))
      button.addEventListener("click", () => on.do(button.dataset.do));
    this.#image.addEventListener("load", () => this.#root.classList.remove("unseen"));
    this.#image.addEventListener("error", () => this.#root.classList.add("unseen"));
    this.#picture.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#picture.addEventListener("pointermove", (event) => this.#drag(event));
    this.#picture.addEventListener("pointerup", (event) => this.#end(event));
    this.#picture.addEventListener("pointercancel", () => this.#release());
  }

  /** Show the photo at a `place` of `photos`. */
  show(photos, place) {
    const photo = photos[place];
    const other = photo.id !== this.photo?.id || photo.version !== this.photo?.version;
    this.photo = photo;
    this.#root.hidden = false;
    this.#root.querySelector("#place").textContent = photos.length > 1 ? `${place + 1} of ${photos.length}` : "";
    this.#root.querySelector("#photo-title").textContent = photo.number ? `Photo ${photo.number}` : "Photo";
    this.#root.querySelector("[data-do=previous]").disabled = place === 0;
    this.#root.querySelector("[data-do=next]").disabled = place === photos.length - 1;
    if (!other) return;
    this.#image.width = photo.width;
    this.#image.height = photo.height;
    this.#image.alt = photo.alt;
    this.#image.style.setProperty("background-image", `url("${address(photo, "thumbnail")}")`);
    this.#image.src = address(photo, "screen");
    this.#root.querySelector("#original").href = address(photo, "original");
    this.#root.querySelector("#facts").replaceChildren(...facts(photo));
    // The next one is there before it is asked for.
    for (const near of [photos[place + 1], photos[place - 1]]) if (near) new Image().src = address(near, "screen");
  }

  hide() {
    this.photo = null;
    this.#root.hidden = true;
  }

  /** What was last said, and to what, if it was not a tap. */
  say(said, heard) {
    this.#root.querySelector("#asked-of-it").textContent = heard ? quoted(heard) : "";
    this.#root.querySelector("#answer").textContent = said;
  }

  #begin(event) {
    if (event.pointerType === "mouse" || event.target.closest("button") !== null) return;
    this.#swipe = event.clientX;
    this.#picture.setPointerCapture(event.pointerId);
  }

  #drag(event) {
    if (this.#swipe === null) return;
    this.#image.style.setProperty("translate", `${event.clientX - this.#swipe}px`);
  }

  #end(event) {
    if (this.#swipe === null) return;
    const moved = event.clientX - this.#swipe;
    this.#release();
    if (Math.abs(moved) > SWIPE) this.#on.do(moved < 0 ? "next" : "previous");
  }

  #release() {
    this.#swipe = null;
    this.#image.style.removeProperty("translate");
  }
}

function facts(photo) {
  const known = [
    ["When", photo.when],
    ["Where", photo.where],
    ["Camera", photo.camera],
    ["Album", photo.album],
    ["Caption", photo.caption],
    ["File", photo.name],
  ];
  const listed = ([name, what]) => make("div", {}, make("dt", {}, name), make("dd", {}, what));
  return known.filter(([, what]) => what).map(listed);
}
