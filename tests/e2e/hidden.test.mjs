// A page that nobody sees: nothing is drawn and no frame is asked for; what came is there once it is seen again.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

/** Runs in the page: pretends that it is hidden, and counts what it draws from then on. */
function hide() {
  const seen = (globalThis.seen = { frames: 0, changes: [], messages: 0 });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => ((seen.frames += 1), ask(draw));
  const note = ({ target }) => seen.changes.push(target.outerHTML ?? target.parentElement?.outerHTML ?? "text");
  new MutationObserver((changes) => changes.forEach(note)).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
}

/** Runs in the page: it is seen again. */
function show() {
  delete document.visibilityState;
  delete document.hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}

/** Counts what the page's sockets are given, before the page itself hears it. */
const countMessages = (page) =>
  page.addInitScript(() => {
    const Socket = globalThis.WebSocket;
    globalThis.WebSocket = class extends Socket {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", () => globalThis.seen && (globalThis.seen.messages += 1));
      }
    };
  });

test("a hidden page draws nothing, and all that came once it is seen again", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url, {}, { prepare: countMessages });
  other.say("before");
  await chat.waitCount(1);
  await chat.page.evaluate(hide);
  for (let line = 1; line <= 40; line += 1) other.say(`line ${line}`);
  await until(() => chat.page.evaluate(() => globalThis.seen.messages >= 40), "the lines to be at the page");
  // Longer than a frame, than a timer that would stand in for one, and than the time after which rows are numbered anew.
  await chat.page.waitForTimeout(1200);
  const { frames, changes } = await chat.page.evaluate(() => globalThis.seen);
  assert.deepEqual({ frames, changes }, { frames: 0, changes: [] });
  await chat.page.evaluate(show);
  await chat.waitCount(41);
  await chat.waitMessage({ text: "line 40" });
  other.say("after");
  await chat.waitCount(42);
  const places = () => chat.page.evaluate(() => [...document.querySelectorAll("[data-message]")].map((row) => row.ariaSetSize));
  await until(async () => (await places()).every((of) => of === "42"), "rows that are numbered anew");
});
