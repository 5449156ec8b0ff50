/** How things stand, from what is known; and what is known after a message. */

/** Milliseconds: the program says four times a second that it hears. */
const FRESH = 1000;
const MISSED_FOR = 4000;
const WHY_MISSED = { noise: "That was more noise than words.", "too short": "That was too short." };

/**
 * @typedef {object} Facts
 * @property {"connecting" | "open" | "lost"} connection
 * @property {string | null} refused why the program did not want to be connected
 * @property {"page" | "here" | "none"} microphone who listens
 * @property {string | null} wakeWord what wakes it
 * @property {boolean} allowed whether the browser gives its microphone to this page
 * @property {"off" | "opening" | "held" | "hands-free"} ear what this page's microphone does
 * @property {boolean} again it takes a tap to listen hands-free as before
 * @property {{word: string, why: string} | null} trouble what is the matter with the microphone
 * @property {{on: boolean, level: number, audible: boolean, awake: boolean, at: number} | null} listening what was last
 *   said of it
 * @property {boolean} hearing somebody speaks
 * @property {boolean} thinking an answer is looked for
 * @property {boolean} speaking this page plays a reply
 * @property {{reason: string, at: number} | null} missed what was not understood
 */

/** @type {Facts} */
export const AT_FIRST = Object.freeze({
  connection: "connecting",
  refused: null,
  microphone: "page",
  wakeWord: null,
  allowed: true,
  ear: "off",
  again: false,
  trouble: null,
  listening: null,
  hearing: false,
  thinking: false,
  speaking: false,
  missed: null,
});

/** What is not known any more when a connection is new. */
const ANEW = { refused: null, listening: null, hearing: false, thinking: false, missed: null };

/** The facts after a message of the program, at `now` on the clock of `performance`. */
export function after(facts, message, now) {
  switch (message.type) {
    case "welcome":
      return { ...facts, ...ANEW, microphone: message.microphone, wakeWord: message.wake_word };
    case "changed":
      return { ...facts, wakeWord: message.wake_word };
    case "listening":
      return {
        ...facts,
        listening: { ...message, at: now },
        hearing: facts.hearing && message.on,
      };
    case "hearing":
      return { ...facts, hearing: true, missed: null };
    case "thinking":
      return { ...facts, hearing: false, thinking: true, missed: null };
    case "heard":
      return message.reason === null
        ? { ...facts, hearing: false, thinking: true, missed: null }
        : { ...facts, hearing: false, thinking: false, missed: { reason: message.reason, at: now } };
    case "answered":
      return { ...facts, thinking: false, missed: null };
    case "ended":
      return { ...facts, thinking: false };
    case "refused":
      return facts.connection === "open" ? facts : { ...facts, refused: message.why };
    case "notice":
      return {
        ...facts,
        thinking: message.kind === "failed" ? false : facts.thinking,
        trouble: message.kind === "microphone lost" ? { word: "Microphone lost", why: message.text } : null,
      };
    default:
      return facts;
  }
}

/** Whether the program says at `now` that it hears. */
export function heard(facts, now) {
  return facts.listening !== null && facts.listening.on && now - facts.listening.at < FRESH;
}

/** The state at `now`: its name, its word, and what to do about it. */
export function stateOf(facts, now) {
  const is = (name, word, hint = "") => ({ name, word, hint });
  if (facts.connection === "lost") return is("lost", "Not connected", facts.refused ?? "Trying again. Tap to try now.");
  if (facts.connection === "connecting") return is("connecting", "Connecting");
  if (facts.trouble !== null) return is("no-microphone", facts.trouble.word, facts.trouble.why);
  if (facts.hearing) return is("hearing", "Hearing you");
  if (facts.speaking || (heard(facts, now) && facts.listening.audible)) return is("speaking", "Speaking");
  if (facts.thinking) return is("thinking", "Thinking");
  if (facts.missed !== null && now - facts.missed.at < MISSED_FOR) {
    const why = WHY_MISSED[facts.missed.reason] ?? "The words were not clear.";
    return is("missed", "Not understood", `${why} Please say it again.`);
  }
  if (heard(facts, now))
    return facts.listening.awake
      ? is("listening", "Listening", "Say what you would like to see.")
      : is("asleep", "Asleep", howToWake(facts));
  if (facts.ear !== "off") return is("connecting", "One moment", "Opening the microphone.");
  if (facts.microphone === "here") return is("no-microphone", "Not listening", "Nothing is heard of the microphone.");
  if (facts.microphone === "none" || !facts.allowed) return is("ready", "Ready", "Write what you would like to see.");
  if (facts.again) return is("ready", "Tap to listen", "It was hands-free; the browser wants a tap before it is again.");
  return is("ready", "Ready", "Tap the microphone and speak, or hold it while you speak.");
}

function howToWake({ microphone, wakeWord }) {
  const touch = microphone === "here" ? "tap" : "hold the microphone";
  return wakeWord === null ? `To be heard, ${touch}.` : `Say “${wakeWord}”, or ${touch}.`;
}
