/** The microphone of this device. */

const ASKED_OF_THE_BROWSER = {
  audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};

const WHY = {
  NotAllowedError: "The microphone is not allowed for this page. Allow it in the browser's address bar, then tap again.",
  NotFoundError: "There is no microphone. Plug one in, then tap again.",
  NotReadableError: "Another program is using the microphone. Close it, then tap again.",
};
/** A browser that wants a tap before there is sound does not say so; it only does not begin. */
const BEGINS_MS = 500;
const GONE = "The microphone was unplugged or taken away. Connect it again, then tap.";
const HELD_BACK = "Something else is using the microphone. It comes back by itself.";

export class Microphone {
  #context;
  #on;
  #starting = null;
  #stream = null;
  #nodes = [];

  /**
   * `on.piece(samples)` gets Int16Arrays of 40 ms at 16 kHz, `on.trouble(sentence)` what happened to an open one, or
   * null when that is over; with `on.gone()` it will not come back by itself.
   */
  constructor(context, on) {
    this.#context = context;
    this.#on = on;
  }

  /** Browsers give it to secure pages only. */
  static get allowed() {
    return navigator.mediaDevices?.getUserMedia !== undefined;
  }

  /** Whether it would start now without that anybody is asked for it or has to tap. */
  async ready() {
    // Some browsers do not know this permission.
    const permission = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
    if (permission?.state !== "granted") return false;
    await Promise.race([this.#context.resume(), new Promise((done) => setTimeout(done, BEGINS_MS))]);
    return this.#context.state === "running";
  }

  get open() {
    return this.#nodes.length > 0;
  }

  /** Returns when sound comes; throws an Error with a sentence for a person where none will. */
  async start() {
    if (this.open) return;
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    await this.#starting;
  }

  stop() {
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = track.onmute = track.onunmute = null;
      track.stop();
    }
    for (const node of this.#nodes) node.disconnect();
    this.#stream = null;
    this.#nodes = [];
  }

  async #start() {
    try {
      const [stream] = await Promise.all([
        navigator.mediaDevices.getUserMedia(ASKED_OF_THE_BROWSER),
        this.#context.audioWorklet.addModule("/static/capture-worklet.js"),
        this.#context.resume(),
      ]);
      this.#connect(stream);
    } catch (error) {
      const why = WHY[error.name] ?? `The microphone cannot be used (${error.message}). Tap to try again.`;
      throw new Error(why, { cause: error });
    }
  }

  #connect(stream) {
    const source = this.#context.createMediaStreamSource(stream);
    const capture = new AudioWorkletNode(this.#context, "capture", { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }) => this.#on.piece(data);
    source.connect(capture);
    this.#stream = stream;
    this.#nodes = [source, capture];
    const [track] = stream.getAudioTracks();
    track.onended = () => {
      this.stop();
      this.#on.gone();
      this.#on.trouble(GONE);
    };
    track.onmute = () => this.#on.trouble(HELD_BACK);
    track.onunmute = () => this.#on.trouble(null);
  }
}
