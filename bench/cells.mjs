// What is measured. Each cell opens a page of its own, and returns figures by name.
import { readFileSync } from "node:fs";
import * as inPage from "./in-page.mjs";

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** A page may take so long to do what it is told, in milliseconds. */
export const LIMIT = 20_000;
/** How much slower the machine is made where a page is to be in trouble. */
const THROTTLE = 4;
/** Histories, in messages. */
export const SIZES = [1_000, 10_000, 50_000, 100_000];
/** The histories at which our own list is looked at more closely. */
export const LIST_SIZES = [100, 10_000, 100_000];
const FURTHER = { count: 30, every: 40 };
const TRIPS = { held: 1_000, count: 30, every: 100 };
const STEADY = { rate: 1_000, seconds: 4 };
const KEYS = { held: 20_000, count: 40, every: 120 };

/** A page took longer than the limit. */
export class TooLong extends Error {}

/** The cells: a name, whether they come in the first round alone, for whom, and the measurement. Those of a name differ in their size. */
export const CELLS = [
  { name: "start", measure: (bench, peer) => start(bench, peer, bench.server.port, 1) },
  { name: "slow", measure: (bench, peer) => start(bench, peer, bench.slow.port, THROTTLE) },
  ...SIZES.map((size) => ({ name: "history", size, once: size > 10_000, measure: (bench, peer) => history(bench, peer, size) })),
  { name: "trip", writes: true, measure: trips },
  { name: "steady", measure: steady },
  { name: "keys", writes: true, measure: keys },
  ...LIST_SIZES.map((size) => ({ name: "list", size, once: size > 10_000, own: true, measure: (bench, peer) => list(bench, peer, size) })),
];

function addressOf(peer, port, socketPort = port) {
  const query = new URLSearchParams({ url: `ws://127.0.0.1:${socketPort}/chat`, user: "me", ...peer.query });
  return `http://127.0.0.1:${port}/${peer.name}/?${query}`;
}

/** The server greets whoever comes with one message. */
async function start({ page, server }, peer, port, throttle) {
  await page.before(inPage.watchSocket);
  await page.slowDown(throttle);
  const greeted = server.opened().then(() => server.say(1));
  await page.go(addressOf(peer, port));
  const [figures] = await within(LIMIT, Promise.all([page.run(inPage.started, peer), greeted]));
  return figures;
}

/** Opens the page at full speed; resolves when its socket is open. */
async function open({ page, server }, peer) {
  const opened = server.opened();
  await page.go(addressOf(peer, server.port));
  await within(LIMIT, opened);
  await pause(300);
  await page.run(inPage.prepare, peer);
}

/** Says so many messages at once; milliseconds until the last is painted. */
async function fill({ page, server }, count) {
  const last = server.said() + count - 1;
  const painted = page.run(inPage.paintedAt, last);
  const from = server.say(count);
  return (await within(LIMIT, painted)) - from;
}

async function history(bench, peer, size) {
  const { page, server } = bench;
  await page.before(inPage.watchMemories);
  await open(bench, peer);
  const idle = await page.worked();
  const ingest = await fill(bench, size);
  const busy = (await page.worked()) - idle;
  const figures = { [`ingest ${size}`]: ingest, [`burst ${size}`]: busy / size };
  figures[`further ${size}`] = await further(page, server);
  if (size === SIZES.at(-1)) Object.assign(figures, await memory(bench));
  return figures;
}

/** Milliseconds of the main thread for one more message, each in a frame of its own. */
async function further(page, server) {
  await pause(300);
  const before = await page.worked();
  for (let said = 0; said < FURTHER.count; said += 1) {
    server.say(1);
    await pause(FURTHER.every);
  }
  await within(LIMIT, page.run(inPage.paintedAt, server.said() - 1));
  return ((await page.worked()) - before) / FURTHER.count;
}

/** MiB that the page holds when what is free was given back: all of the scripts' and the document's, and the process's own. */
async function memory({ page, chrome }) {
  await page.command("HeapProfiler.collectGarbage");
  const heap = await page.command("Runtime.getHeapUsage");
  const bytes = heap.usedSize + (heap.embedderHeapUsedSize ?? 0) + (heap.backingStorageSize ?? 0) + (await page.run(inPage.wasmMemory));
  const own = (await chrome.renderers()).map(privateMemory);
  return { heap: bytes / 2 ** 20, private: Math.max(...own) / 2 ** 20 };
}

/** The bytes that only this process has, where the system tells; the largest renderer is the one with the page. */
function privateMemory(process) {
  try {
    const rollup = readFileSync(`/proc/${process}/smaps_rollup`, "utf8");
    const lines = [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB/gm)];
    return lines.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
  } catch {
    return NaN;
  }
}

async function trips(bench, peer) {
  const { page } = bench;
  await open(bench, peer);
  await fill(bench, TRIPS.held);
  await page.run(inPage.watchTrips);
  for (let line = 0; line < TRIPS.count; line += 1) {
    await page.command("Input.insertText", { text: `own line ${line}` });
    await press(page, "Enter", 13, "\r");
    await within(LIMIT, page.run(inPage.gathered, "benchTrips", line + 1));
    await pause(TRIPS.every);
  }
  return { trip: await page.run(inPage.gathered, "benchTrips", TRIPS.count) };
}

async function press(page, key, code, text) {
  const event = { key, code: key.length > 1 ? key : `Key${key.toUpperCase()}`, windowsVirtualKeyCode: code, text };
  await page.command("Input.dispatchKeyEvent", { type: "keyDown", ...event });
  await page.command("Input.dispatchKeyEvent", { type: "keyUp", ...event, text: undefined });
}

async function steady(bench, peer) {
  const { page, server } = bench;
  await open(bench, peer);
  await page.run(inPage.watchFrames);
  const [before, from] = [await page.worked(), performance.now()];
  await server.sayAt(STEADY.rate, STEADY.seconds);
  const dropped = await within(LIMIT, page.run(inPage.framesDropped));
  const busy = (await page.worked()) - before;
  return { busy: (100 * busy) / (performance.now() - from), dropped: 100 * dropped };
}

async function keys(bench, peer) {
  const { page, server } = bench;
  await open(bench, peer);
  await fill(bench, KEYS.held);
  await page.run(inPage.watchKeys);
  await page.slowDown(THROTTLE);
  const saying = server.sayAt(1_000, 1 + (KEYS.count * KEYS.every) / 1000);
  await pause(500);
  for (let key = 0; key < KEYS.count; key += 1) {
    // Not waited for: a person's next key does not wait either.
    press(page, "a", 65, "a").catch(() => {});
    await pause(KEYS.every);
  }
  await saying;
  return { key: await within(LIMIT, page.run(inPage.gathered, "benchKeys", KEYS.count)) };
}

async function list(bench, peer, size) {
  const { page, server } = bench;
  await open(bench, peer);
  // The history is full at the largest size: one message more, and the first would leave.
  await fill(bench, size - FURTHER.count);
  const figures = { [`list further ${size}`]: await further(page, server) };
  const { rows, elements } = await page.run(inPage.drawn);
  await page.run(inPage.watchJumps, server.said() - 1);
  for (const [key, code] of [["Home", 36], ["End", 35]]) {
    await press(page, key, code);
    await pause(2_500);
    const frames = (await page.run(() => globalThis.benchJumps))[key];
    if (frames === undefined) throw new Error(`the list was not drawn in time after the key ${key}`);
    figures[`${key} ${size}`] = frames;
  }
  return { ...figures, [`rows ${size}`]: rows, [`elements ${size}`]: elements };
}

/** The promise's value, unless it takes longer. */
export async function within(limit, promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new TooLong(`more than ${limit} ms`)), limit)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
