/** The photos that were found, in rows; those that can be called by a number are larger than the others. */

import { make } from "./make.js";
import { arranged, fitted, shape } from "./rows.js";

/** Pixels of the pictures there are, as in library/thumbnails.py: at most so wide and so high. */
const SIZES = { thumbnail: [960, 640], screen: [2048, 2048] };
/** How much lower the rows of numbered photos may be, so that all are in sight; where they are not, they are higher. */
const LOWER = 0.85;
const HIGHER = 1.25;

export function address(photo, size) {
  return `/photos/${photo.id}/${size}?v=${photo.version}`;
}

export class Grid {
  #root;
  #scroller;
  #on;
  #groups;
  #tiles = new Map();
  #shown = [];
  #width = 0;

  /** `root` has a list each for the photos before the numbered ones, these, and those after; `on.open(id)` is a tap. */
  constructor(root, scroller, on) {
    this.#root = root;
    this.#scroller = scroller;
    this.#on = on;
    this.#groups = ["before", "numbered", "after"].map((name) => root.querySelector(`[data-group=${name}]`));
    new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry.contentRect.width);
      this.#arrange();
    }).observe(root);
    root.addEventListener("click", (event) => this.#tap(event));
    root.addEventListener("keydown", (event) => this.#move(event));
    root.addEventListener("focusin", (event) => this.#rove(event.target));
  }

  /**
   * Show these photos; where others were numbered before, the first numbered one comes into view. Returns whether that
   * was so.
   */
  show(photos) {
    const page = (shown) =>
      shown
        .filter((photo) => photo.number !== null)
        .map((photo) => photo.id)
        .join();
    const turned = page(photos) !== page(this.#shown);
    const tiles = new Map();
    for (const photo of photos) {
      const key = `${photo.id}/${photo.version}`;
      tiles.set(key, this.#tiles.get(key) ?? tile(photo));
      tiles.get(key).number.textContent = photo.number ?? "";
    }
    this.#shown = photos;
    this.#tiles = tiles;
    const first = photos.findIndex((photo) => photo.number !== null);
    const last = photos.findLastIndex((photo) => photo.number !== null);
    const items = [...tiles.values()].map(({ item }) => item);
    const numbered = [items.slice(0, first), items.slice(first, last + 1), items.slice(last + 1)];
    const parts = first < 0 ? [[], items, []] : numbered;
    this.#groups.forEach((group, place) => {
      // What is put in again loses the focus.
      if (!same([...group.children], parts[place])) group.replaceChildren(...parts[place]);
      group.parentElement.hidden = parts[place].length === 0;
    });
    this.#arrange();
    this.#rove(this.link(photos[Math.max(0, first)]?.id));
    if (turned) this.#reveal(first);
    return turned;
  }

  /** The link of a photo, if it is in the grid. */
  link(id) {
    return [...this.#tiles.values()].find((one) => one.photo.id === id)?.link;
  }

  #arrange() {
    if (this.#width === 0) return;
    const style = getComputedStyle(this.#root);
    const [gap, caption, least] = ["--gap", "--caption", "--row"].map((name) => parseFloat(style.getPropertyValue(name)));
    const space = { width: this.#width, gap, caption };
    const room = this.#scroller.clientHeight - this.#root.offsetTop - 2 * gap;
    const all = [...this.#tiles.values()];
    let place = 0;
    for (const group of this.#groups) {
      const tiles = all.slice(place, place + group.childElementCount);
      place += tiles.length;
      const shapes = tiles.map(({ photo }) => shape(photo));
      const numbered = group.dataset.group === "numbered";
      const { tiles: boxes, height } =
        (numbered ? fitted(shapes, space, room, least * LOWER) : null) ??
        arranged(shapes, space, numbered ? least * HIGHER : least);
      group.style.setProperty("height", `${height}px`);
      tiles.forEach(({ photo, item, image }, index) => {
        const box = boxes[index];
        item.style.setProperty("left", `${box.left}px`);
        item.style.setProperty("top", `${box.top}px`);
        item.style.setProperty("width", `${box.width}px`);
        item.style.setProperty("height", `${box.height + caption}px`);
        image.sizes = `${Math.round(Math.max(box.width, box.height * (photo.width / photo.height)))}px`;
      });
    }
  }

  #reveal(first) {
    if (first <= 0) this.#scroller.scrollTo({ top: 0 });
    else this.#groups[1].parentElement.scrollIntoView({ block: "start" });
  }

  #tap(event) {
    const link = event.target.closest("a");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#on.open(Number(link.dataset.photo));
  }

  /** One of the photos can be reached with Tab, the others from there with the arrows. */
  #rove(link) {
    if (link?.dataset?.photo === undefined) return;
    for (const { link: other } of this.#tiles.values()) other.tabIndex = other === link ? 0 : -1;
  }

  #move(event) {
    const tiles = [...this.#tiles.values()];
    const place = tiles.findIndex(({ link }) => link === event.target);
    if (place < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = {
      ArrowLeft: () => place - 1,
      ArrowRight: () => place + 1,
      ArrowUp: () => beside(tiles, place, -1),
      ArrowDown: () => beside(tiles, place, 1),
      Home: () => 0,
      End: () => tiles.length - 1,
    }[event.key]?.();
    if (to === undefined) return;
    event.preventDefault();
    tiles[to]?.link.focus();
  }
}

function tile(photo) {
  const source = (size) => {
    const [width, height] = SIZES[size];
    const scale = Math.min(1, width / photo.width, height / photo.height);
    return `${address(photo, size)} ${Math.max(1, Math.round(photo.width * scale))}w`;
  };
  const image = make("img", {
    alt: photo.alt,
    loading: "lazy",
    decoding: "async",
    sizes: "1px",
    srcset: `${source("thumbnail")}, ${source("screen")}`,
  });
  image.addEventListener("load", () => image.classList.add("loaded"), { once: true });
  image.addEventListener("error", () => item.classList.add("unseen"), { once: true });
  const number = make("span", { class: "number" });
  const link = make(
    "a",
    { href: address(photo, "screen"), "data-photo": photo.id, tabindex: -1 },
    number,
    make("span", { class: "frame" }, image, make("span", { class: "unseen-note" }, `${photo.name} cannot be shown`)),
  );
  const caption = make(
    "p",
    { class: "caption" },
    make("span", { class: "when" }, photo.when || "Date unknown"),
    make("span", { class: "where" }, photo.where),
  );
  const item = make("li", { class: "tile" }, link, caption);
  return { photo, item, link, image, number };
}

function same(one, other) {
  return one.length === other.length && one.every((item, place) => item === other[place]);
}

/** The tile in the row above or below that lies nearest. */
function beside(tiles, place, by) {
  const box = (index) => tiles[index].item.getBoundingClientRect();
  const from = box(place);
  const centre = from.left + from.width / 2;
  let row = null;
  let best = place;
  let nearest = Infinity;
  for (let index = place + by; index >= 0 && index < tiles.length; index += by) {
    const { top, left, width } = box(index);
    if (top === from.top) continue;
    row ??= top;
    if (top !== row) break;
    const off = Math.abs(left + width / 2 - centre);
    if (off < nearest) [nearest, best] = [off, index];
  }
  return best;
}
