/** The one large sign of how things stand: its word, what is being said or heard, and how loud it is. */

/** dBFS of the quietest and of the loudest that is told apart. */
const QUIET = -55;
const LOUD = -10;
/** What to do about them is more important than what was said. */
const URGENT = new Set(["lost", "no-microphone", "missed"]);

export class Indicator {
  #dock;
  #word;
  #line;
  #hint;
  #urgent = false;
  #text = "";
  #words = [];
  #shown = "";

  constructor(dock) {
    this.#dock = dock;
    this.#word = dock.querySelector("#word");
    this.#line = dock.querySelector("#line");
    this.#hint = dock.querySelector("#hint");
  }

  /** Show a state of state.js; its hint is only seen while there is nothing else to read. */
  show({ name, word, hint }) {
    const shown = `${name}/${word}/${hint}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#dock.dataset.state = name;
    this.#word.textContent = word;
    this.#hint.textContent = hint;
    this.#urgent = URGENT.has(name);
    this.#dock.classList.toggle("urgent", this.#urgent);
    this.#choose();
  }

  /** How loud it is, dBFS; null where nobody listens. */
  level(dbfs) {
    const share = dbfs === null ? 0 : Math.max(0, Math.min(1, (dbfs - QUIET) / (LOUD - QUIET)));
    this.#dock.style.setProperty("--level", share.toFixed(2));
  }

  /** Words to read: what is heard, or what is said; none where empty. */
  write(text) {
    this.#line.classList.remove("lighting");
    if (text === this.#text) return;
    this.#text = text;
    this.#words = text.split(/\s+/).filter(Boolean);
    this.#line.replaceChildren(
      ...this.#words.flatMap((word, place) => {
        const span = document.createElement("span");
        span.textContent = word;
        return place === 0 ? [span] : [" ", span];
      }),
    );
    this.#choose();
  }

  /** Light up the words of a sentence that were spoken, in proportion to their letters. */
  light(sentence, share) {
    this.write(sentence);
    this.#line.classList.add("lighting");
    const spoken = share * sentence.length;
    let at = 0;
    for (const [place, word] of this.#words.entries()) {
      this.#line.children[place].classList.toggle("lit", at < spoken);
      at += word.length + 1;
    }
  }

  #choose() {
    const hint = this.#urgent || this.#text === "";
    this.#hint.hidden = !hint;
    this.#line.hidden = hint;
  }
}
