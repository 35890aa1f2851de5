// The rest of the program, which a first chat does without: fetched when the first chat is open, or at once where it is needed before.
// finish.mjs and shrink.mjs put this into the built script, with the file's name and what it must be.
import { __wbg_get_imports as imports, initSync as first } from "glue";

const address = new URL(FILE, import.meta.url);
/** How long a first chat is waited for, in milliseconds: whoever fills in the form may unfold the settings next. */
const PATIENCE = 3000;
/** What a person does to the page, by which the program may come to need it. */
const ACTS = ["beforeinput", "change", "click", "compositionend", "compositionstart", "copy", "input", "keydown", "scroll", "submit", "toggle"];
/** The fetching of it, once it has begun. */
let coming;
/** It, once it has come. */
let rest;
let isThere = false;
/** What was done while it could not be had. */
const kept = [];
/** The line that tells of it, and when it is tried again. */
let told;
let again;

/** Fetches it. What cannot be had now can be had when the network is back, or when it is needed: until then, what a person does waits. */
export const fetchRest = () => (coming ??= fetchOnce());

async function fetchOnce() {
  try {
    const answer = await fetch(address, { integrity: INTEGRITY });
    const program = await WebAssembly.compile(await answer.arrayBuffer());
    // It may have been needed meanwhile.
    rest ??= program;
  } catch (error) {
    coming = undefined;
    addEventListener("online", prefetch, { once: true });
    for (const act of ACTS) addEventListener(act, keep, true);
    if (kept.some(isAct)) tryAgain(error);
  }
}

/** The program, in the midst of a call, could not wait for the network. What is written stands in its field meanwhile. */
function keep(event) {
  event.stopImmediatePropagation();
  const isSent = event.key === "Enter" && event.target.localName === "textarea" && !event.shiftKey && !event.isComposing;
  if (isSent || event.type === "click") event.preventDefault();
  kept.push(event);
  if (isAct(event) && !told) prefetch();
}

/** The program itself scrolls, too. */
function isAct(event) {
  return event.type !== "scroll";
}

function tryAgain(error) {
  tell("A part of this page could not be fetched yet. What you do waits for it.", "页面的一部分尚未加载，您的操作将在加载后继续。", error);
  clearTimeout(again);
  again = setTimeout(prefetch, PATIENCE);
}

/** Has the program hear of what was kept. */
function repeat() {
  told?.remove();
  for (const act of ACTS) removeEventListener(act, keep, true);
  for (const event of kept.splice(0)) event.target.dispatchEvent(new event.constructor(event.type, event));
}

/** Has it there, so that nothing waits for it later. */
export async function prefetch() {
  if (!rest) await fetchRest();
  if (rest) link();
}

/** Has the first part find it. It imports the same as the first part, and what that offers. */
function link() {
  if (isThere) return;
  new WebAssembly.Instance(rest, { ...imports(), first: first() });
  isThere = true;
  // The program may be in the midst of a call.
  queueMicrotask(repeat);
}

/** Fetches it as soon as it delays no first chat: that may be open before the program's start has returned. */
export function fetchAhead() {
  if (coming) return prefetch();
  setTimeout(prefetch, PATIENCE);
}

addEventListener("leptos-chat-open", prefetch);

/** Returns when it is there. The program is in the midst of a call, so that nothing else may run until then. */
export function need() {
  if (isThere) return;
  try {
    rest ??= new WebAssembly.Module(fetched());
    link();
  } catch (error) {
    tell("A part of this page could not be fetched. Please reload it.", "页面的一部分未能加载，请重新加载页面。", error);
    throw error;
  }
}

function fetched() {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  // A request that is waited for gives text alone: here each byte comes as the low half of a character.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(request.status);
  return Uint8Array.from(request.responseText, (one) => one.charCodeAt(0));
}

function tell(english, chinese, error) {
  const isChinese = document.documentElement.lang.startsWith("zh");
  told ??= document.createElement("p");
  told.setAttribute("role", "alert");
  told.textContent = `${isChinese ? chinese : english} (${error})`;
  document.body.prepend(told);
}
