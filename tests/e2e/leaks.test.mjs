// Nothing leaks: after 1,000 chats that came and went, and after 1,000 reconnections, all is as it was at the start.
// (That `<Chat>` itself comes and goes without a trace is tested in tests/web/leaks.rs: the page keeps its view and changes what it shows.)
// Counted: event listeners, nodes, timers, observers, sockets, JavaScript's heap and the program's own memory. The figures are printed.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

const ROUNDS = 1000;
/** The garbage is collected this often: the program's memory never shrinks, and what waits for the collector is no leak. */
const CHUNK = 50;
/** The first rounds fill caches, and let the browser compile what runs often. */
const WARM_UP = 300;
/** What the heap may differ by, in bytes: the browser's own tables and compiled code. That is 300 bytes a round. */
const HEAP_SLACK = 300_000;
/** What the program's memory may grow by, in bytes. It grows in pages of 64 KiB, never shrinks, and may fragment once. */
const WASM_SLACK = 65_536;
/** What a listener less or more may come from: a countdown that is drawn, a frame that is awaited. */
const SLACK = { listeners: 2, nodes: 30, timers: 2, observers: 0, sockets: 0 };

/** Runs in the page before anything else: counts what is alive. */
function count() {
  const alive = { timers: new Set(), sockets: new Set(), observers: new Set(), memory: null };
  globalThis.__alive = alive;
  for (const [start, stop, once] of [["setTimeout", "clearTimeout", true], ["setInterval", "clearInterval", false], ["requestAnimationFrame", "cancelAnimationFrame", true]]) {
    const [start_, stop_] = [globalThis[start].bind(globalThis), globalThis[stop].bind(globalThis)];
    const key = (id) => `${start[0]}${id}`;
    globalThis[start] = (act, ...rest) => {
      const run = (...args) => {
        if (once) alive.timers.delete(key(id));
        return act(...args);
      };
      const id = start_(run, ...rest);
      alive.timers.add(key(id));
      return id;
    };
    globalThis[stop] = (id) => {
      alive.timers.delete(key(id));
      stop_(id);
    };
  }
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      alive.sockets.add(this);
    }
  };
  for (const name of ["ResizeObserver", "IntersectionObserver"]) {
    const Observer = globalThis[name];
    globalThis[name] = class extends Observer {
      observe(...args) {
        alive.observers.add(this);
        super.observe(...args);
      }
      disconnect() {
        alive.observers.delete(this);
        super.disconnect();
      }
    };
  }
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...args) => {
      const made = await real(...args);
      alive.memory ??= (made.instance ?? made).exports.memory;
      return made;
    };
  }
}

async function collect(chat, devtools) {
  // What the harness itself keeps.
  await chat.page.evaluate(() => (globalThis.__states.length = 0));
  await devtools.send("HeapProfiler.collectGarbage");
  // The program frees its part in a task that follows.
  await chat.page.waitForTimeout(20);
}

async function inChunks(rounds, act, chat, devtools) {
  for (let done = 0; done < rounds; done += CHUNK) {
    await act(Math.min(CHUNK, rounds - done));
    await collect(chat, devtools);
  }
}

/** What is alive in the page now, after all garbage is collected. */
async function measure(chat, devtools) {
  await chat.page.waitForTimeout(300);
  for (let round = 0; round < 3; round += 1) await collect(chat, devtools);
  const { metrics } = await devtools.send("Performance.getMetrics");
  const metric = (name) => metrics.find((each) => each.name === name).value;
  const counted = await chat.page.evaluate(() => {
    const { timers, sockets, observers, memory } = globalThis.__alive;
    for (const socket of sockets) if (socket.readyState === WebSocket.CLOSED) sockets.delete(socket);
    return { timers: timers.size, sockets: sockets.size, observers: observers.size, wasm: memory.buffer.byteLength };
  });
  return { listeners: metric("JSEventListeners"), nodes: metric("Nodes"), ...counted, heap: metric("JSHeapUsedSize") };
}

function show(name, before, after) {
  const cells = Object.keys(before).map((key) => `${key} ${before[key]} -> ${after[key]}`);
  console.log(`leaks: ${name}: ${cells.join(", ")}`);
}

function nothingGrew(before, after) {
  for (const [key, slack] of Object.entries({ ...SLACK, heap: HEAP_SLACK, wasm: WASM_SLACK })) {
    assert.ok(after[key] - before[key] <= slack, `${key} grew from ${before[key]} to ${after[key]}`);
  }
}

async function counting(t, url) {
  const chat = await t.open({}, {});
  await chat.page.addInitScript(count);
  await chat.page.goto(`${new URL(chat.page.url()).origin}/?${new URLSearchParams({ url, protocol: "json", user: "ada" })}`);
  await chat.waitOpen();
  const devtools = await chat.page.context().newCDPSession(chat.page);
  await devtools.send("Performance.enable");
  return { chat, devtools };
}

/** Runs in the page: enters one server after the other, and says something at each. */
async function enterAndLeave({ urls, rounds }) {
  const find = (selector) => document.querySelector(selector);
  const shows = (check) =>
    new Promise((resolve) => {
      if (check()) return resolve();
      const watch = new MutationObserver(() => {
        if (!check()) return;
        watch.disconnect();
        resolve();
      });
      watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
  for (let round = 0; round < rounds; round += 1) {
    const field = find("#server-url");
    field.value = urls[round % urls.length];
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    find(".page-connect").click();
    // The greeting alone.
    await shows(() => find("[role='log'][data-count='1']") && find("[role='status'][data-state='open']"));
    const composer = find(".chat textarea");
    composer.value = `round ${round}`;
    composer.dispatchEvent(new InputEvent("input", { bubbles: true }));
    composer.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await shows(() => find("[data-author='me'][data-delivery='delivered']"));
  }
}

test(
  `${ROUNDS} chats that come and go leave nothing behind`,
  async (t) => {
    const server = await t.start("channel");
    const urls = ["a", "b"].map((room) => `${server.url}/${room}`);
    const { chat, devtools } = await counting(t, urls[1]);
    const visit = (rounds) => chat.page.evaluate(enterAndLeave, { urls, rounds });
    await inChunks(WARM_UP, visit, chat, devtools);
    const before = await measure(chat, devtools);
    await inChunks(ROUNDS, visit, chat, devtools);
    const after = await measure(chat, devtools);
    show(`${ROUNDS} mounts`, before, after);
    assert.equal(server.stats().connections, WARM_UP + ROUNDS + 1);
    await until(() => server.stats().clients === 1, "one connection alone");
    nothingGrew(before, after);
  },
  { limit: 240_000, alone: true },
);

/** Runs in the page: presses "Retry now" whenever it is there, until there were this many connections. */
function reconnect(times) {
  return new Promise((resolve) => {
    let opened = 0;
    let state = null;
    const look = () => {
      const now = document.querySelector("[role='status'][data-state]").dataset.state;
      const changed = now !== state;
      state = now;
      if (changed && now === "open" && (opened += 1) > times) {
        watch.disconnect();
        return resolve();
      }
      if (now !== "waiting") return;
      const button = [...document.querySelectorAll("button")].find((each) => /retry now/i.test(each.textContent));
      if (button) setTimeout(() => button.click());
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    look();
  });
}

test(
  `${ROUNDS} reconnections leave nothing behind`,
  async (t) => {
    // A relay greets nobody: the list stays empty.
    const server = await t.start("relay");
    const { chat, devtools } = await counting(t, server.url);
    const again = async (times) => {
      const dropping = setInterval(() => server.dropAll(), 10);
      t.defer(() => clearInterval(dropping));
      await chat.page.evaluate(reconnect, times);
      clearInterval(dropping);
      // It may have been dropped once more, which the page may not know yet, and the backoff has grown to its ceiling by now.
      await until(async () => {
        await chat.page.evaluate(reconnect, 0);
        return server.stats().clients === 1;
      }, "the last connection");
    };
    await inChunks(WARM_UP, again, chat, devtools);
    const before = await measure(chat, devtools);
    const connections = server.stats().connections;
    await inChunks(ROUNDS, again, chat, devtools);
    const after = await measure(chat, devtools);
    show(`${ROUNDS} reconnections`, before, after);
    assert.ok(server.stats().connections - connections >= ROUNDS, "there were fewer");
    nothingGrew(before, after);
  },
  { limit: 240_000, alone: true },
);
