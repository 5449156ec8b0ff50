/** The WebSocket to the program: opened again whenever it is lost, with the same conversation. */

const VERSION = 1;
const DELAYS_MS = [500, 1000, 2000, 4000, 8000, 15000];
/** The program says something at least every five seconds. */
const DEAD_MS = 12000;
const KEY = "conversation";

export class Connection {
  #room;
  #on;
  #socket = null;
  #welcomed = false;
  #tries = 0;
  #timer = 0;
  #lastHeard = 0;

  /**
   * `on.message(message)` gets every JSON message, `on.sound(buffer)` every binary one, `on.change(state)` whether it
   * is "connecting", "open" or "lost".
   */
  constructor(room, on) {
    this.#room = room;
    this.#on = on;
    setInterval(() => this.#check(), 1000);
    addEventListener("online", () => this.retry());
    addEventListener("pageshow", () => this.#check());
    document.addEventListener("visibilitychange", () => this.#check());
    addEventListener("pagehide", () => this.#drop());
  }

  get open() {
    return this.#welcomed;
  }

  /** Bytes that were given to the browser and have not left it. */
  get waiting() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  connect() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#lastHeard = performance.now();
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      const hello = { type: "hello", version: VERSION, conversation: sessionStorage.getItem(KEY), room: this.#room };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#take(data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lose();
    };
    this.#socket = socket;
    this.#on.change("connecting");
  }

  /** Try at once instead of waiting on. */
  retry() {
    if (this.#socket === null) this.connect();
  }

  /** Returns whether the message could be sent. */
  say(message) {
    if (!this.#welcomed) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  send(buffer) {
    if (this.#welcomed) this.#socket.send(buffer);
  }

  #take(data) {
    this.#lastHeard = performance.now();
    if (data instanceof ArrayBuffer) {
      this.#on.sound(data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "welcome") {
      const asked = sessionStorage.getItem(KEY) !== null;
      sessionStorage.setItem(KEY, message.conversation);
      this.#welcomed = true;
      this.#tries = 0;
      this.#on.change("open");
      this.#on.message({ ...message, forgotten: asked && !message.resumed });
      return;
    }
    this.#on.message(message);
  }

  #check() {
    if (document.visibilityState === "hidden") return;
    if (this.#socket === null) {
      if (this.#timer === 0) this.connect();
    } else if (performance.now() - this.#lastHeard > DEAD_MS) this.#lose();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    socket?.close();
  }

  #lose() {
    const refused = !this.#welcomed;
    this.#drop();
    this.#on.change("lost");
    const delay = DELAYS_MS[Math.min(this.#tries++, DELAYS_MS.length - 1)];
    this.#timer = setTimeout(
      () => {
        this.#timer = 0;
        if (document.visibilityState === "visible") this.connect();
      },
      delay * (0.75 + Math.random() / 2),
    );
    if (refused) askWhy();
  }
}

/** A browser does not tell why a WebSocket was refused; a page that is not paired any more goes where it can be. */
async function askWhy() {
  const answer = await fetch("/api/library", { cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) location.assign(`/pair${location.search}`);
}
