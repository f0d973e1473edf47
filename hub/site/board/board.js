// The waiting board: shows what the hub sends over server-sent events and how old it is.
//
// Two kinds of events on /board/events: unnamed ones with the whole board, and "tick" once a second with the hub's
// time. The page keeps the last board whatever happens to the connection: it is never blank, only marked as old.
"use strict";

const STALE_MS = 5_000; // five heartbeats missed: no longer a hiccup of the network
const OLD_MS = 60_000; // after a minute people have been called by voice: the numbers are history
const SILENT_MS = 5_000; // a connection that says nothing for as long is given up, and tried again as often
const RETRY_MS = 1_000; // a hub that restarts is back within two seconds
const FLASH_MS = 10_000; // long enough to look up from a phone
const SILENT_FLASH_MS = 30_000; // nothing sounds: somebody has to look up by chance
const TURN_MS = 6_000; // Japanese and English take turns where one line has room for only one of them
const JST_MS = 9 * 3_600_000; // Japan has no daylight saving time
const SHAPES = 7; // as many as board.css draws
const OLDER_CALLS = 2;
const NEXT_NUMBERS = 6;
const FOOT_NUMBERS = 6; // as many as one line of the foot holds
const TABLE_FROM = 5; // lanes; from here one line each

const LAMPS = {
  short: { bars: 1, ja: "～20分", en: "to 20 min" },
  middle: { bars: 2, ja: "20～40分", en: "20–40 min" },
  long: { bars: 3, ja: "40分～", en: "over 40 min" },
};

const at = (id) => document.getElementById(id);
const wantsChime = new URLSearchParams(location.search).get("chime") !== "off";

let board = null; // the last whole board
let hubTime = 0; // the hub's clock at the last event, ms since the epoch
let heardAt = null; // performance.now() at the last event: this machine's own clock is never trusted
let seen = 0; // the highest entry of a call that this page has shown
let settled = false; // false until the first board after (re)connecting: what that holds is shown, not announced
let source = null;
let triedAt = 0;
let flashEnds = 0;
let rung = 0;
let turns = 0; // how often the two languages have changed places
let audio = null;

// ---- the connection

function connect() {
  if (source) source.close();
  triedAt = performance.now();
  settled = false;
  source = new EventSource("/board/events");
  source.onopen = () => { settled = false; }; // the browser reconnects by itself, too
  source.onmessage = (event) => take(event, showBoard);
  source.addEventListener("tick", (event) => take(event, () => {}));
}

function take(event, use) {
  let data;
  try {
    data = JSON.parse(event.data);
    if (typeof data.at_ms !== "number") return;
    use(data);
  } catch (error) {
    console.error("board: event not understood", error); // the age goes on growing, which is what people must see
    return;
  }
  hubTime = data.at_ms;
  heardAt = performance.now();
  age();
}

function watch() {
  const now = performance.now();
  const silent = heardAt === null || now - heardAt > SILENT_MS;
  const closed = source.readyState === EventSource.CLOSED;
  // The browser gives up for good on an HTTP error, and never notices a connection that only went silent.
  if ((closed && now - triedAt > RETRY_MS) || (silent && now - triedAt > SILENT_MS)) connect();
  if (flashEnds && now > flashEnds) {
    flashEnds = 0;
    delete document.body.dataset.flash;
  }
  age();
}

// ---- how old

function clockOf(ms) {
  const t = new Date(ms + JST_MS);
  const two = (n) => String(n).padStart(2, "0");
  return {
    date: `${t.getUTCMonth() + 1}月${t.getUTCDate()}日(${"日月火水木金土"[t.getUTCDay()]})`,
    minutes: `${t.getUTCHours()}:${two(t.getUTCMinutes())}`,
    seconds: `${t.getUTCHours()}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`,
  };
}

function age() {
  const old = heardAt === null ? Infinity : performance.now() - heardAt;
  const fresh = heardAt === null ? "none" : old > OLD_MS ? "old" : old > STALE_MS ? "stale" : "now";
  document.body.dataset.fresh = fresh;
  at("stale").hidden = fresh === "now" || (fresh === "none" && performance.now() < STALE_MS);
  if (heardAt === null) {
    at("stale-since").textContent = "準備中";
    return;
  }
  const shown = clockOf(hubTime);
  const now = clockOf(hubTime + old);
  at("clock").textContent = `${now.date} ${now.minutes}`;
  at("as-of").textContent = `${shown.seconds} 現在`;
  at("stale-since").textContent = `最終${shown.seconds}`;
}

// ---- what is new

function showBoard(next) {
  const calls = [...(next.calls ?? [])].sort((a, b) => b.entry - a.entry);
  const fresh = calls.filter((call) => call.entry > seen);
  draw({ ...next, calls });
  board = { ...next, calls };
  if (settled && fresh.length > 0) announce(fresh[0]);
  seen = Math.max(seen, ...calls.map((call) => call.entry));
  settled = true;
}

function announce(call) {
  document.body.dataset.flash = call.number;
  document.body.dataset.rung = String(++rung);
  flashEnds = performance.now() + (call.silent ? SILENT_FLASH_MS : FLASH_MS);
  if (wantsChime && !call.silent) chime();
}

function chime() {
  try {
    audio ??= new AudioContext(); // the kiosk starts the browser with --autoplay-policy=no-user-gesture-required
    if (audio.state === "suspended") audio.resume().catch(() => {});
    const start = audio.currentTime + 0.05;
    for (const [delay, hertz] of [[0, 660], [0.45, 528]]) { // a falling third: heard as "ding-dong"
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.5, start + delay);
      volume.gain.exponentialRampToValueAtTime(0.001, start + delay + 1.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(start + delay);
      tone.stop(start + delay + 1.3);
    }
  } catch (error) {
    console.error("board: no chime", error); // the border and the number say the same
  }
}

// ---- drawing

function el(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function inEnglish(tag, className, text) {
  const made = el(tag, className, text);
  made.lang = "en";
  return made;
}

function shape(prefix, lanes) {
  const place = lanes.findIndex((lane) => lane.prefix === prefix);
  return el("span", place < 0 ? "shape shape-none" : `shape shape-${place % SHAPES}`, el("span", "", prefix));
}

const prefixOf = (number) => number.split("-")[0];
const number = (text) => el("span", "number", text);

function draw(next) {
  const lanes = next.lanes ?? [];
  document.body.dataset.state = next.open === false ? "closed" : "open";
  document.body.dataset.width = lanes.length >= TABLE_FROM ? "widest" : lanes.length === 4 ? "wide" : "usual";
  at("site").textContent = next.site ?? "";
  at("training-word").hidden = at("training-veil").hidden = next.training !== true;
  drawCalls(next, lanes);
  drawLanes(lanes);
  drawFoot(next);
}

function drawCalls(next, lanes) {
  const [newest, ...others] = next.calls;
  document.body.dataset.calls = newest ? "some" : "none";
  if (!newest) {
    const words = next.open === false
      ? [["受付は終わりました", ""], ["Closed", "en"]]
      : [["お待ちください", ""], ["Please wait", "en"]];
    at("newest").replaceChildren(el("div", "quiet", ...words.map(([text, lang]) => lang ? inEnglish("p", "", text) : el("p", "", text))));
    at("older").replaceChildren();
    return;
  }
  const line = el("div", "line", shape(prefixOf(newest.number), lanes), number(newest.number));
  const place = el("div", "window", newest.window, " ", inEnglish("span", "", newest.window_en ?? ""));
  if (newest.call > 1) place.append(turning(`${newest.call}回目`, `call ${newest.call}`, "again"));
  at("newest").replaceChildren(line, place);
  at("older").replaceChildren(...others.slice(0, OLDER_CALLS).map((call) =>
    el("div", "line", shape(prefixOf(call.number), lanes), number(call.number),
      el("div", "window", el("p", "", call.window), inEnglish("p", "", call.window_en ?? "")))));
  fit(line.lastChild, line, 140);
  fit(place, place, 60);
  for (const older of at("older").children) fit(older.querySelector(".window"), older, 60);
}

// Make `text` smaller until `box` no longer overflows, but never under `least` px.
function fit(text, box, least) {
  let size = parseFloat(getComputedStyle(text).fontSize);
  while (box.scrollWidth > box.clientWidth && size - 4 >= least) {
    size -= 4;
    text.style.fontSize = `${size}px`;
  }
}

function drawLanes(lanes) {
  const table = lanes.length >= TABLE_FROM;
  at("lanes").className = table ? "table" : "cards";
  if (table) {
    const heads = el("div", "row heads", turning("お待ちの人数と時間（約）", "People waiting, minutes (about)"));
    at("lanes").replaceChildren(heads, ...lanes.map((lane) => laneRow(lane, lanes)));
  } else {
    at("lanes").replaceChildren(...lanes.map((lane) => laneCard(lane, lanes)));
  }
}

const known = (minutes) => minutes !== null && minutes !== undefined;

const minutesOf = (lane) =>
  known(lane.wait_minutes) ? [turning(`約${lane.wait_minutes}分`, `about ${lane.wait_minutes} min`)] : [];

function laneCard(lane, lanes) {
  const names = el("div", "names", el("p", "clamp", lane.ja), inEnglish("p", "clamp", lane.en ?? ""));
  const parts = [
    el("div", "head", shape(lane.prefix, lanes), names),
    el("div", "wait", turning(`待ち${lane.waiting}人`, `${lane.waiting} waiting`), ...minutesOf(lane)),
  ];
  const lamp = LAMPS[lane.lamp];
  if (lamp && lanes.length <= 2) parts.push(el("div", "lamp", bars(lamp.bars), turning(lamp.ja, lamp.en)));
  if (lanes.length <= 3) {
    const room = lanes.length <= 2 ? NEXT_NUMBERS : NEXT_NUMBERS / 2;
    parts.push(el("div", "next", ...(lane.next ?? []).slice(0, room).map((text) => number(text))));
  }
  return el("div", "lane", ...parts);
}

function laneRow(lane, lanes) {
  const short = lane.ja.split("（")[0]; // one line: what stands in brackets is on the ticket
  const minutes = known(lane.wait_minutes) ? `${lane.wait_minutes}分` : "";
  return el("div", "row", shape(lane.prefix, lanes), turning(short, lane.en || short, "clamp"),
    el("span", "count", `${lane.waiting}人`), el("span", "minutes", minutes));
}

function bars(count) {
  return el("span", "bars", ...[1, 2, 3].map((n) => el("i", n <= count ? "on" : "")));
}

function drawFoot(next) {
  const pages = [
    ...inPages(next.absent).map((page) => footLine("不在の方は受付へ ", "Missed", page)),
    ...inPages(next.cancelled).map((page) => footLine("取消しました ", "Cancelled", page)),
  ];
  if (pages.length === 0) pages.push(footLine("席をはなれるときは受付へ ", "Tell us if you leave", []));
  at("come").replaceChildren(...pages);
  turnPage();
  const ja = next.message_ja || "番号でお呼びします";
  const en = next.message_en || "We call by number";
  at("message").replaceChildren(ja, " ", inEnglish("span", "", en));
  if (at("message").scrollWidth > at("message").clientWidth) at("message").replaceChildren(turning(ja, en));
}

// One place for both languages: shown in turns, without movement.
function turning(ja, en, className = "") {
  const made = el("span", `turning ${className}`);
  made.dataset.ja = ja;
  made.dataset.en = en;
  turn(made);
  return made;
}

function turn(made) {
  const english = turns % 2 === 1;
  made.textContent = english ? made.dataset.en : made.dataset.ja;
  made.lang = english ? "en" : "ja";
}

function inPages(numbers) {
  const pages = [];
  for (let i = 0; i < (numbers ?? []).length; i += FOOT_NUMBERS) pages.push(numbers.slice(i, i + FOOT_NUMBERS));
  return pages;
}

function footLine(ja, en, numbers) {
  return el("p", "", ja, inEnglish("span", "", en), ...numbers.map((text) => number(text)));
}

function turnPage() {
  const pages = [...at("come").children];
  pages.forEach((page, place) => { page.hidden = place !== turns % pages.length; });
}

setInterval(() => {
  turns += 1;
  document.querySelectorAll(".turning").forEach(turn);
  turnPage();
}, TURN_MS);

connect();
setInterval(watch, 500);
