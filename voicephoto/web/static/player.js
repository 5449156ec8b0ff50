/** Plays the replies, sentence after sentence without a gap, and tells how far they are. */

/** Seconds before the first sound, so that it does not begin in the past. */
const LEAD = 0.03;
const TICK_MS = 40;

/**
 * A sentence that is coming, waiting or playing. `startsAt` is when its first sample is played, on the clock of the
 * context, as if it had never been held; `offset` are the seconds of it that were played before it was held.
 */
class Sentence {
  source = null;
  startsAt = 0;
  offset = 0;
  begun = false;
  #filled = 0;

  constructor({ id, text, turn, rate, samples }) {
    Object.assign(this, { id, text, turn, rate });
    this.samples = new Int16Array(samples);
  }

  get complete() {
    return this.#filled >= this.samples.length;
  }

  get seconds() {
    return this.samples.length / this.rate;
  }

  add(samples) {
    const fitting = samples.subarray(0, this.samples.length - this.#filled);
    this.samples.set(fitting, this.#filled);
    this.#filled += fitting.length;
  }

  buffer(context) {
    const buffer = context.createBuffer(1, this.samples.length, this.rate);
    buffer.copyToChannel(
      Float32Array.from(this.samples, (sample) => sample / 32768),
      0,
    );
    return buffer;
  }
}

export class Player {
  #context;
  #on;
  #sentences = [];
  #held = false;
  #ticking = 0;

  /**
   * `on.played(id, state)` tells that a sound has "begun" or is "over", `on.spoken(text, share)` how much of a sentence
   * was heard (0..1), `on.change()` that speaking may have begun or ended.
   */
  constructor(context, on) {
    this.#context = context;
    this.#on = on;
  }

  /** Whether words are coming, waiting or played; a signal says nothing. */
  get speaking() {
    return this.#sentences.some(({ text }) => text !== "");
  }

  get #playing() {
    return this.#sentences.length > 0;
  }

  /** A sentence is announced. */
  expect(message) {
    if (message.samples === 0) return;
    this.#sentences.push(new Sentence(message));
    this.#on.change();
  }

  /** A part of an announced sentence: its id, then samples. */
  take(buffer) {
    const id = new DataView(buffer).getUint32(0, true);
    const sentence = this.#sentences.find((one) => one.id === id);
    sentence?.add(new Int16Array(buffer, 4));
    if (sentence?.complete) this.#schedule();
  }

  /** Do as `how` says: "pause", "resume" or "stop". */
  quiet(how) {
    if (how === "resume") {
      this.#held = false;
      this.#schedule();
      return;
    }
    this.#held = how === "pause";
    for (const sentence of this.#sentences) this.#silence(sentence);
    if (how === "stop") {
      this.#sentences = [];
      this.#on.change();
    }
  }

  #schedule() {
    if (this.#held) return;
    let from = this.#context.currentTime + LEAD;
    for (const sentence of this.#sentences) {
      if (!sentence.complete) break;
      if (sentence.source === null) this.#start(sentence, from);
      from = Math.max(from, sentence.startsAt + sentence.seconds);
    }
    if (this.#playing && this.#ticking === 0) this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  #start(sentence, from) {
    const source = this.#context.createBufferSource();
    source.buffer = sentence.buffer(this.#context);
    source.connect(this.#context.destination);
    source.start(from, sentence.offset);
    source.onended = () => this.#end(sentence);
    sentence.source = source;
    sentence.startsAt = from - sentence.offset;
  }

  #silence(sentence) {
    if (sentence.source === null) return;
    sentence.source.onended = null;
    sentence.source.stop();
    sentence.source = null;
    sentence.offset = Math.max(sentence.offset, this.#context.currentTime - sentence.startsAt);
  }

  #end(sentence) {
    if (!sentence.begun) this.#on.played(sentence.id, "begun");
    this.#on.played(sentence.id, "over");
    this.#tell(sentence, 1);
    this.#sentences = this.#sentences.filter((one) => one !== sentence);
    this.#on.change();
  }

  #tick() {
    if (!this.#playing || this.#held) {
      clearInterval(this.#ticking);
      this.#ticking = 0;
      return;
    }
    const [sentence] = this.#sentences;
    const heard = this.#context.currentTime - (this.#context.outputLatency || 0) - sentence.startsAt;
    if (sentence.source === null || heard < 0) return;
    if (!sentence.begun) {
      sentence.begun = true;
      this.#on.played(sentence.id, "begun");
    }
    this.#tell(sentence, Math.min(1, heard / sentence.seconds));
  }

  #tell({ text }, share) {
    if (text !== "") this.#on.spoken(text, share);
  }
}
