// The rest of the program, which a first chat does without: fetched when the first chat is open, or at once where it is needed before.
// finish.mjs and shrink.mjs put this into the built script, with the file's name and what it must be.
import { __wbg_get_imports as imports, initSync as first } from "glue";

const address = new URL(FILE, import.meta.url);
/** How long a first chat is waited for, in milliseconds: whoever fills in the form may unfold the settings next. */
const PATIENCE = 3000;
/** The fetching of it, once it has begun. */
let coming;
/** It, once it has come. */
let rest;
let isThere = false;
let isTold = false;

/** Fetches it. What cannot be had now can be had when the network is back, or when it is needed. */
export const fetchRest = () => (coming ??= fetchOnce());

async function fetchOnce() {
  try {
    const answer = await fetch(address, { integrity: INTEGRITY });
    const program = await WebAssembly.compile(await answer.arrayBuffer());
    // It may have been needed meanwhile.
    rest ??= program;
  } catch {
    coming = undefined;
    addEventListener("online", prefetch, { once: true });
  }
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
}

/** Fetches it as soon as it delays no first chat. */
export function fetchAhead() {
  if (coming) return prefetch();
  addEventListener("leptos-chat-open", prefetch);
  setTimeout(prefetch, PATIENCE);
}

/** Returns when it is there. The program is in the midst of a call, so that nothing else may run until then. */
export function need() {
  if (isThere) return;
  try {
    rest ??= new WebAssembly.Module(fetched());
    link();
  } catch (error) {
    tell(error);
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

function tell(error) {
  if (isTold) return;
  isTold = true;
  const isChinese = document.documentElement.lang.startsWith("zh");
  const words = isChinese ? "页面的一部分未能加载，请重新加载页面。" : "A part of this page could not be fetched. Please reload it.";
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = `${words} (${error})`;
  document.body.prepend(line);
}
