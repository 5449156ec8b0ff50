/** Where no photos are on display: the welcome, what can be done without a library, and what nothing was found of. */

import { quoted } from "./found.js";
import { make } from "./make.js";

export class Start {
  #root;
  #on;

  /** `on.ask(text)` is called where an example is tapped, `on.again()` where the library may have changed. */
  constructor(root, on) {
    this.#root = root;
    this.#on = on;
  }

  hide() {
    this.#root.hidden = true;
  }

  welcome(library) {
    if (library.photos === 0) this.#empty();
    else this.#show("What would you like to see?", held(library), this.#examples("For example", library.examples));
  }

  nothing(heard, said, library) {
    this.#show(heard ? quoted(heard) : "Nothing to show", said, this.#examples("Try one of these", library.examples));
  }

  #empty() {
    const onclick = () => this.#on.again();
    this.#show(
      "There are no photos yet.",
      "Tell voicephoto where they are, on the machine where it runs:",
      make("pre", {}, make("code", {}, "voicephoto index FOLDER")),
      make("button", { class: "example", type: "button", onclick }, "Look again"),
    );
  }

  #show(title, line, ...more) {
    this.#root.replaceChildren(make("h1", {}, title), make("p", { class: "lead" }, line), ...more);
    this.#root.hidden = false;
  }

  #examples(title, examples) {
    const buttons = examples.map((text) =>
      make("li", {}, make("button", { class: "example", type: "button", onclick: () => this.#on.ask(text) }, text)),
    );
    return make("div", { class: "examples" }, make("h2", {}, title), make("ul", { role: "list" }, ...buttons));
  }
}

function held({ photos, earliest, latest }) {
  const count = `${photos.toLocaleString("en")} photo${photos === 1 ? "" : "s"}`;
  if (earliest === null) return `${count}.`;
  const month = (moment) => new Date(moment).toLocaleDateString("en", { month: "long", year: "numeric" });
  const [from, until] = [month(earliest), month(latest)];
  return from === until ? `${count} from ${from}.` : `${count}, from ${from} to ${until}.`;
}
