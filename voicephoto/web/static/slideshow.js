/** The photos large, one after the other by themselves. */

import { address } from "./grid.js";

const EACH_MS = 6000;

export class Slideshow {
  #root;
  #on;
  #photos = [];
  #place = 0;
  #timer = 0;

  /** `on.stop(photo)` is called with the photo that was seen last, where somebody stopped it. */
  constructor(root, on) {
    this.#root = root;
    this.#on = on;
    root.addEventListener("click", () => this.leave());
  }

  get running() {
    return !this.#root.hidden;
  }

  get paused() {
    return this.running && this.#timer === 0;
  }

  /** The photo that is seen. */
  get photo() {
    return this.#photos[this.#place];
  }

  start(photos, place = 0) {
    this.#photos = photos;
    this.#place = Math.max(0, place);
    this.#root.hidden = false;
    document.documentElement.classList.add("sliding");
    this.#root.focus();
    this.#show();
    this.go();
  }

  go() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#step(), EACH_MS);
    this.#root.classList.remove("paused");
  }

  pause() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#root.classList.add("paused");
  }

  toggle() {
    if (this.paused) this.go();
    else this.pause();
  }

  /** End it; the program has something else to show. */
  stop() {
    this.pause();
    this.#root.hidden = true;
    document.documentElement.classList.remove("sliding");
    for (const image of this.#root.querySelectorAll("img")) image.removeAttribute("src");
  }

  /** End it at the photo that is seen. */
  leave() {
    this.stop();
    this.#on.stop(this.photo);
  }

  #step() {
    this.#place = (this.#place + 1) % this.#photos.length;
    this.#show();
  }

  async #show() {
    const photo = this.photo;
    const [above, below] = this.#root.querySelectorAll("img");
    below.src = address(photo, "screen");
    below.alt = photo.alt;
    // One that cannot be decoded is passed by.
    const seen = await below.decode().then(
      () => true,
      () => false,
    );
    if (!this.running || photo !== this.photo) return;
    if (!seen) {
      if (!this.paused) this.#step();
      return;
    }
    this.#root.prepend(below);
    below.classList.add("seen");
    above.classList.remove("seen");
    above.alt = "";
    this.#root.querySelector(".when").textContent = photo.when;
    this.#root.querySelector(".where").textContent = photo.where;
    new Image().src = address(this.#photos[(this.#place + 1) % this.#photos.length], "screen");
  }
}
