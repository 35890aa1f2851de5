// Floods: a server that says 5,000 messages a second, and one that says 10 MB at once. Memory stays bounded, and the page answers.
// FLOOD_SECONDS: how long the flood lasts (30). The figures are printed.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { test, until } from "./harness.mjs";

const SECONDS = Number(process.env.FLOOD_SECONDS ?? 30);
const RATE = 5000;
/** The flood comes in portions of this many milliseconds. */
const PORTION = 20;
/** How many messages the page holds at most. */
const HELD = 100_000;
/** The longest that the page may draw nothing, in milliseconds: a person does not wait longer for a key to be seen. */
const LONGEST_PAUSE = 500;
/** How long it may take until the server has a line of one's own, in the middle of the flood: usually, and at worst, when the machine is busy with what is not the page. */
const SAID_WITHIN = 1_000;
const SAID_AT_WORST = 5_000;
/** The machine that the tests share has pauses of its own: so many times what an idle page sees in the same flood is allowed beside both. */
const MACHINE = 3;
/** How long the idle page is flooded, in seconds. */
const IDLE_SECONDS = 3;
/** How much memory the program may use for each message that it holds, in bytes, beside what it always uses. */
const BYTES_EACH = 1_000;
const BYTES_ALWAYS = 16 << 20;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Runs in the page before anything else: the longest time between two turns of the event loop, and the program's memory. */
function watch() {
  const seen = { longest: 0, frames: 0, longestFrame: 0, memory: null };
  globalThis.__flood = seen;
  let turn = performance.now();
  setInterval(() => {
    const now = performance.now();
    seen.longest = Math.max(seen.longest, now - turn);
    turn = now;
  }, 10);
  let frame = performance.now();
  const next = () => {
    const now = performance.now();
    seen.frames += 1;
    seen.longestFrame = Math.max(seen.longestFrame, now - frame);
    frame = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...args) => {
      const made = await real(...args);
      seen.memory ??= (made.instance ?? made).exports.memory;
      return made;
    };
  }
}

async function watched(t, url, options = {}) {
  const chat = await t.open({}, {});
  await chat.page.addInitScript(watch);
  await chat.page.goto(`${new URL(chat.page.url()).origin}/?${new URLSearchParams({ url, protocol: "json", user: "ada", heartbeat: "1", ...options })}`);
  await chat.waitOpen();
  return chat;
}

/** Runs in the page: writes a line, and tells when, and whether it is drawn by the end of the task, before any frame. A person's keys, which go before messages, without the harness's own waiting for the page to stand still and for its turn. */
async function write(text) {
  const at = Date.now();
  const composer = document.querySelector(".chat textarea");
  composer.value = text;
  composer.dispatchEvent(new InputEvent("input", { bubbles: true }));
  composer.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  for (let turn = 0; turn < 50; turn += 1) await null;
  return { at, drawn: [...document.querySelectorAll("[role='log'] [data-text]")].some((row) => row.textContent === text) };
}

function figures(chat) {
  return chat.page.evaluate(() => {
    const { longest, longestFrame, frames, memory } = globalThis.__flood;
    Object.assign(globalThis.__flood, { longest: 0, longestFrame: 0, frames: 0 });
    return { longest: Math.round(longest), longestFrame: Math.round(longestFrame), frames, wasm: memory.buffer.byteLength };
  });
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** Says `RATE` messages a second for `seconds`; catches up when it was late. Resolves with how many it said. */
async function flood(server, seconds) {
  const started = Date.now();
  let said = 0;
  for (let passed = 0; passed < seconds * 1000; passed = Date.now() - started) {
    for (; said < (passed / 1000) * RATE; said += 1) server.say(JSON.stringify({ text: `flood ${said}`, user: `user ${said % 7}`, id: `f${said}` }));
    await pause(PORTION);
  }
  return said;
}

/** The longest time without a frame at a page with no chat open that only counts what comes in the same flood, in milliseconds: what the machine and the harness cost. */
async function idlePause(t) {
  const server = await t.start("channel");
  const { page } = await t.open({}, {});
  await page.evaluate(watch);
  await page.evaluate(count, server.url);
  await flood(server, IDLE_SECONDS);
  const longest = await page.evaluate(() => globalThis.__flood.longestFrame);
  assert.ok((await page.evaluate(() => globalThis.__counted)) > 0, "the idle page counted nothing");
  await page.close();
  return Math.round(longest);
}

/** Runs in the idle page. */
function count(url) {
  globalThis.__counted = 0;
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onmessage = () => (globalThis.__counted += 1);
    socket.onopen = resolve;
  });
}

test(
  `the page answers while ${RATE} messages a second arrive for ${SECONDS} s, and holds a bounded number`,
  async (t) => {
    const server = await t.start("channel");
    const machine = MACHINE * (await idlePause(t));
    const chat = await watched(t, server.url);
    const greeting = await chat.count();
    await figures(chat);
    const saying = flood(server, SECONDS);
    const own = [];
    await pause(1000);
    for (let number = 0; number < Math.max(2, SECONDS / 3); number += 1) {
      const text = `own ${number}`;
      // The flood may take it off the screen before it is ever drawn.
      const { at } = await chat.page.evaluate(write, text);
      await until(() => server.stats().received.some((frame) => frame.includes(text)), `${text} at the server`);
      own.push(Date.now() - at);
      await pause(500);
    }
    const said = await saying;
    const ended = Date.now();
    const total = said + own.length + greeting;
    await chat.waitCount(Math.min(total, HELD), 15_000);
    const behind = Date.now() - ended;
    const { longest, longestFrame, frames, wasm } = await figures(chat);
    const drawn = (await chat.messages()).length;
    const heap = await chat.page.evaluate(() => performance.memory.usedJSHeapSize);
    console.log(
      `flood: ${said} messages in ${SECONDS} s, all there ${behind} ms later; longest wait of a timer ${longest} ms, longest frame ${longestFrame} ms, ${frames} frames, ` +
        `own lines at the server after ${own.join(", ")} ms; an idle page's longest frame ${machine / MACHINE} ms; program ${(wasm / 2 ** 20).toFixed(1)} MiB, heap ${(heap / 2 ** 20).toFixed(1)} MiB, ${drawn} rows drawn`,
    );
    assert.ok(said >= SECONDS * RATE * 0.8, `only ${said} were said: this machine is too busy`);
    assert.equal((await chat.status()).state, "open");
    assert.equal(server.stats().connections, 1, "the link was given up");
    assert.ok(median(own) <= SAID_WITHIN, `an own line was not sent soon, but after ${median(own)} ms`);
    assert.ok(Math.max(...own) <= SAID_AT_WORST, "an own line had to wait");
    // Chrome lets messages go before timers: a person's keys and what is drawn of them do not wait for those.
    assert.ok(longestFrame <= LONGEST_PAUSE + machine, `the page drew nothing for ${longestFrame} ms`);
    assert.ok(drawn <= 400, `${drawn} rows are drawn`);
    assert.ok(wasm <= BYTES_ALWAYS + Math.min(total, HELD) * BYTES_EACH, `the program uses ${wasm} bytes`);
    // A flood is not drawn in each frame.
    const ends = [said - 3, said - 2, said - 1].map((number) => `flood ${number}`);
    await until(async () => isDeepStrictEqual(await lastTexts(chat, 3), ends), `${ends} at the end of the list`);
    await chat.send("after it");
    await chat.waitMessage({ text: "after it", delivery: "delivered" });
    assert.equal(server.stats().received.length, own.length + 1);
  },
  { limit: 60_000 + SECONDS * 2000, alone: true },
);

test("an own line is drawn at once in a flood", async (t) => {
  const server = await t.start("channel");
  const chat = await watched(t, server.url);
  const saying = flood(server, 3);
  await pause(500);
  for (let number = 0; number < 10; number += 1) {
    const { drawn } = await chat.page.evaluate(write, `own ${number}`);
    assert.ok(drawn, `own line ${number} waited`);
    await pause(100);
  }
  await saying;
});

async function lastTexts(chat, count) {
  return (await chat.texts("other")).slice(-count);
}

for (const [name, size, shown] of [["10 MB", 10_000_000, true], ["20 MB, more than is read", 20_000_000, false]]) {
  test(`a message of ${name} does not stop the page`, async (t) => {
    const server = await t.start("channel");
    const machine = MACHINE * (await idlePause(t));
    const chat = await watched(t, server.url);
    await figures(chat);
    const count = await chat.count();
    server.say(JSON.stringify({ text: "x".repeat(size), user: "big" }));
    await chat.waitCount(count + 1, 15_000);
    await chat.send("after it");
    await chat.waitMessage({ text: "after it", delivery: "delivered" });
    const { longest, wasm } = await figures(chat);
    console.log(`flood: a message of ${name}: longest pause ${longest} ms, program ${(wasm / 2 ** 20).toFixed(1)} MiB`);
    const [big] = (await chat.messages()).filter(({ text }) => text !== "after it").slice(-1);
    if (shown) assert.ok(big.text.startsWith("xxx") && big.text.length < 10_000, `${big.text.length} characters are drawn`);
    assert.equal(server.stats().connections, 1);
    assert.ok(longest <= 2 * LONGEST_PAUSE + machine, `the page did not answer for ${longest} ms`);
  }, { alone: true });
}
