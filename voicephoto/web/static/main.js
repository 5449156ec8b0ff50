/** The page: what the program says becomes what is seen, and what a person does becomes what the program is told. */

import { listenToButton } from "./button.js";
import { Connection } from "./connection.js";
import { Found, quoted } from "./found.js";
import { Grid } from "./grid.js";
import { Indicator } from "./indicator.js";
import { listenToKeys } from "./keys.js";
import { kiosk } from "./kiosk.js";
import { Microphone } from "./microphone.js";
import { Photo } from "./photo.js";
import { listenToSettings } from "./settings.js";
import { Slideshow } from "./slideshow.js";
import { Start } from "./start.js";
import { AT_FIRST, after, heard, stateOf } from "./state.js";
import { Talk } from "./talk.js";
import { Voice } from "./voice.js";

const asked = new URLSearchParams(location.search);
const $ = (id) => document.getElementById(id);
const NOTHING = { photos: [], focus: null, cut: false, status: "confident", chips: [] };
/** What brings other photos. */
const FINDS = new Set(["search", "refine", "similar", "count"]);
const NOTICE_MS = 12000;
const CHOSEN_MS = 2000;
const WIDE = matchMedia("(min-width: 70rem)");

let facts = { ...AT_FIRST, allowed: Microphone.allowed };
let library = { photos: 0, examples: [] };
let shown = NOTHING;
/** The id of the photo that is seen large. */
let focus = null;
/** Until then somebody's own choice of it stands: it is faster than the program's answers to what was before. */
let chosenUntil = 0;
let lastHeard = "";
let lastSaid = "";
let lastHeardTurn = 0;
/** The photos are those of a conversation that the program has forgotten. */
let stale = false;
/** The slideshow waits for what is being said. */
let slidesWait = false;
let noticed = 0;

const connection = new Connection(asked.get("room"), {
  message: take,
  sound: (buffer) => voice.play(buffer),
  change: (state) => learn({ connection: state }),
});
const voice = new Voice(connection, $("speaker"), {
  facts: () => facts,
  learn,
  notice,
  spoken: (text, share) => indicator.light(text, share),
  silent: () => indicator.write(lastSaid),
});
const indicator = new Indicator($("dock"));
const talk = new Talk($("log"));
const start = new Start($("start"), { ask, again: () => location.reload() });
const found = new Found($("found"), {
  drop: (chip) => {
    request({ type: "drop", chip });
    $("asked").focus();
  },
});
const grid = new Grid($("grid"), $("stage"), { open });
const photo = new Photo($("photo"), { do: press });
const slides = new Slideshow($("slides"), {
  stop: (last) => {
    open(last.id);
    $("photo-title").focus();
  },
});

// What the program says.

function take(message) {
  facts = after(facts, message, performance.now());
  voice.take(message);
  switch (message.type) {
    case "welcome":
      welcome(message);
      break;
    case "hearing":
      indicator.write("");
      if (slides.running && !slides.paused) {
        // What is asked now is about the photo that is seen now.
        slides.pause();
        slidesWait = true;
        connection.say({ type: "look", photo: slides.photo.id });
      }
      break;
    case "words":
      indicator.write(message.text);
      break;
    case "heard":
      hear(message);
      break;
    case "answered":
      answer(message);
      break;
    case "ended":
      lastSaid = message.said || lastSaid;
      talk.said(message.turn, message.said);
      if (!voice.speaking) indicator.write(lastSaid);
      photo.say(lastSaid, message.turn === lastHeardTurn ? lastHeard : "");
      break;
    case "notice":
      // The sign says it itself where the microphone is lost.
      if (message.kind !== "microphone lost") notice(message.text);
      break;
    case "refused":
      if (connection.open) notice(message.why);
      break;
  }
  update();
}

function welcome(message) {
  library = message.library;
  $("room").textContent = message.room ?? "";
  $("room").hidden = message.room === null;
  $("microphone").hidden = message.microphone === "none";
  if (message.forgotten && shown.photos.length > 0) {
    stale = true;
    shown = { ...shown, chips: [], photos: shown.photos.map((one) => ({ ...one, number: null })) };
    notice("voicephoto was started anew. These photos stay until your next question.");
  } else {
    stale = false;
    shown = message.shown;
    focus = shown.focus;
    talk.restore(message.exchanges);
    const last = message.exchanges.at(-1);
    lastHeard = last?.heard ?? "";
    lastSaid = last?.said ?? "";
    lastHeardTurn = last?.turn ?? 0;
    indicator.write(lastSaid);
    photo.say(lastSaid, lastHeard);
    found.entitle(shown, lastHeard ? quoted(lastHeard) : "Photos");
  }
  draw();
}

function hear({ turn, text, reason }) {
  if (reason !== null) {
    if (slidesWait) slides.go();
    slidesWait = false;
    indicator.write(lastSaid);
    return;
  }
  slidesWait = false;
  lastHeard = text;
  lastHeardTurn = turn;
  talk.heard(turn, text);
  indicator.write(text);
}

function answer(message) {
  const { intent, said, turn, understood } = message;
  stale = false;
  shown = message.shown;
  const stays = intent === "stop" || (turn !== lastHeardTurn && performance.now() < chosenUntil);
  if (!stays || (focus !== null && place(focus) < 0)) focus = shown.focus;
  lastSaid = said || lastSaid;
  talk.said(turn, said);
  indicator.write(lastSaid);
  photo.say(lastSaid, turn === lastHeardTurn ? lastHeard : "");
  if (turn === lastHeardTurn) found.entitle(shown, quoted(lastHeard), FINDS.has(intent));
  else found.entitle(shown, understood.charAt(0).toUpperCase() + understood.slice(1));
  if (intent === "slideshow" && shown.photos.length > 1) slides.start(shown.photos, place(shown.focus));
  else if (slides.running && (turn === lastHeardTurn || shown.focus !== slides.photo.id)) slides.stop();
  draw();
}

// What is seen.

function place(id) {
  return shown.photos.findIndex((one) => one.id === id);
}

function draw() {
  const was = document.activeElement;
  const wasLarge = photo.photo;
  const index = place(focus);
  const any = shown.photos.length > 0;
  let turned = !any;
  $("found").hidden = !any;
  if (any) {
    start.hide();
    found.show(shown);
    turned = grid.show(shown.photos);
  } else if (shown.status === "none") start.nothing(lastHeard, lastSaid, library);
  else start.welcome(library);
  if (index >= 0) photo.show(shown.photos, index);
  else photo.hide();
  $("stage").inert = index >= 0;
  document.documentElement.classList.toggle("large", index >= 0);
  follow(was, wasLarge, turned);
}

/** The focus goes into the large photo, and from there back to it in the grid, unless somebody is elsewhere with it. */
function follow(was, wasLarge, turned) {
  const nowhere = was === null || was === document.body || !was.checkVisibility();
  if (photo.photo !== null && wasLarge === null && (nowhere || $("stage").contains(was))) $("photo-title").focus();
  if (photo.photo === null && wasLarge !== null && (nowhere || $("photo").contains(was)))
    ((turned ? null : grid.link(wasLarge.id)) ?? $("asked")).focus();
}

function notice(...parts) {
  $("notice").replaceChildren(...parts);
  $("notice").hidden = false;
  clearTimeout(noticed);
  noticed = setTimeout(() => ($("notice").hidden = true), NOTICE_MS);
}

function learn(known) {
  facts = { ...facts, ...known };
  update();
}

function update() {
  const now = performance.now();
  const state = stateOf(facts, now);
  const loud = heard(facts, now) ? facts.listening.level : null;
  indicator.show(state);
  indicator.level(loud);
  const usually = facts.microphone === "here" ? "Wake up" : "Microphone: tap for hands-free, hold to talk";
  const label = { lost: "Connect now", speaking: "Stop speaking" }[state.name] ?? usually;
  $("microphone").setAttribute("aria-label", label);
  if (facts.microphone === "page") $("microphone").setAttribute("aria-pressed", String(voice.handsFree));
  else $("microphone").removeAttribute("aria-pressed");
}

// What a person does.

function request(message) {
  if (!connection.say(message)) return false;
  chosenUntil = 0;
  learn({ thinking: true, missed: null });
  return true;
}

function ask(text) {
  if (!request({ type: "ask", text })) return false;
  lastSaid = "";
  indicator.write(text);
  return true;
}

/** See a photo large, or none; the program learns of it with a message. */
function choose(id, message) {
  slides.stop();
  focus = id;
  chosenUntil = performance.now() + CHOSEN_MS;
  if (!stale) connection.say(message);
  draw();
}

function open(id) {
  choose(id, { type: "look", photo: id });
}

/** A button of the large photo, or one of the keys and swipes that stand for it. */
function press(what) {
  if (what === "back") choose(null, { type: "do", what });
  else if (what === "next" || what === "previous") {
    const other = shown.photos[place(focus) + (what === "next" ? 1 : -1)];
    if (other) open(other.id);
  } else if (!stale) request({ type: "do", what });
}

function showTalk(visible) {
  document.documentElement.classList.toggle("talking", visible);
  $("talk-toggle").setAttribute("aria-expanded", String(visible));
  $("log").tabIndex = visible ? 0 : -1;
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("question").value.trim();
  if (text === "" || !ask(text)) return;
  $("question").value = "";
  // The keyboard of a phone would cover the answer.
  if (matchMedia("(pointer: coarse)").matches) $("question").blur();
});

const speech = { hold: () => voice.hold(), release: () => voice.release(), tap: () => voice.tap() };
listenToButton($("microphone"), speech);
listenToSettings($("settings-open"), $("settings"));
$("home").addEventListener("click", () => {
  slides.stop();
  connection.say({ type: "do", what: "cancel" });
});
$("slideshow").addEventListener("click", () => slides.start(shown.photos));
$("more").addEventListener("click", () => request({ type: "do", what: "more" }));
$("talk-toggle").addEventListener("click", () => showTalk(!document.documentElement.classList.contains("talking")));
$("keys-open").addEventListener("click", () => $("keys").showModal());

listenToKeys({
  slides: (key) => {
    if (!slides.running) return false;
    if (key === " ") slides.toggle();
    else slides.leave();
    return true;
  },
  field: () => {
    $("question").focus();
    return true;
  },
  keys: () => {
    $("keys").showModal();
    return true;
  },
  open: (number) => {
    const one = shown.photos.find((other) => other.number === number);
    if (one) open(one.id);
    return one !== undefined;
  },
  step: (by) => {
    if (photo.photo === null) return false;
    press(by < 0 ? "previous" : "next");
    return true;
  },
  escape: () => {
    const writing = document.activeElement === $("question");
    $("question").blur();
    if (slides.running) slides.leave();
    else if (facts.speaking) voice.hush();
    else if (photo.photo !== null && !writing) press("back");
    return true;
  },
  press: speech.hold,
  release: speech.release,
});

if (asked.has("kiosk")) kiosk();
showTalk(WIDE.matches && !asked.has("kiosk"));
setInterval(update, 200);
connection.connect();
