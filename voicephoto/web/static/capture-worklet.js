/** On the audio thread: the microphone as messages of 40 ms, int16 mono at 16 kHz. */

import { RATE, Resampler } from "./resampler.js";

const LENGTH = RATE / 25;

class Capture extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate);
  #piece = new Int16Array(LENGTH);
  #filled = 0;

  process([channels]) {
    if (channels.length > 0) this.#resampler.push(channels[0], (sample) => this.#keep(sample));
    return true;
  }

  #keep(sample) {
    this.#piece[this.#filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
    if (this.#filled < LENGTH) return;
    this.port.postMessage(this.#piece, [this.#piece.buffer]);
    this.#piece = new Int16Array(LENGTH);
    this.#filled = 0;
  }
}

registerProcessor("capture", Capture);
