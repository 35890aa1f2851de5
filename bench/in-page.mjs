// What runs in the pages: how each tells what it shows, at next to no cost of its own. Chrome gets these functions as text.

/** Before all else: when the page's socket opened. */
export function watchSocket() {
  const Real = globalThis.WebSocket;
  globalThis.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      this.addEventListener("open", () => (globalThis.benchOpened ??= performance.now()));
    }
  };
}

/** Before all else: which memories the page's programs have. Chrome's own search for them does not end for a program in two files. */
export function watchMemories() {
  const memories = (globalThis.benchMemories = new Set());
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...args) => {
      const made = await real(...args);
      for (const it of Object.values((made.instance ?? made).exports)) if (it instanceof WebAssembly.Memory) memories.add(it);
      return made;
    };
  }
}

/** The bytes of all WebAssembly memories, which no heap counts. */
export function wasmMemory() {
  return [...globalThis.benchMemories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

/** Milliseconds from the navigation to the open socket, to the first paint and to the first message in the document, once there are all. */
export async function started({ rows, text, count }) {
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const shown = () => (count ? Number(document.querySelector(count)?.textContent) > 0 : document.querySelector(rows)?.querySelector(text));
  let first;
  while (!globalThis.benchOpened || !painted() || !first) {
    await new Promise((resolve) => setTimeout(resolve, 8));
    if (shown()) first ??= performance.now();
  }
  return { open: globalThis.benchOpened, paint: painted(), first };
}

/** Puts in what the others below use: the last row's text, or the count where a page shows nothing else. */
export function prepare({ rows, text, composer, count, proved }) {
  const list = rows && document.querySelector(rows);
  const row = () => (list?.isConnected ? list : document.querySelector(rows))?.lastElementChild;
  globalThis.bench = {
    shows: (number) => (count ? Number(document.querySelector(count).textContent) > number : (row()?.querySelector(text)?.textContent ?? "").startsWith(`${number} `)),
    stands: (line) => row()?.querySelector(text)?.textContent === line && (!proved || row().dataset.delivery === "delivered"),
    composer: () => document.querySelector(composer),
    /** Calls back when the frame that is being made has been painted. */
    after: (act) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => act(performance.now());
      port2.postMessage(null);
    },
  };
}

/** When the message with this number is painted, in milliseconds of the clock. */
export function paintedAt(number) {
  return new Promise((resolve) => {
    const look = () => (bench.shows(number) ? bench.after((now) => resolve(performance.timeOrigin + now)) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  });
}

/** Measures each own line from Enter until it stands, or is proved: `benchTrips`. */
export function watchTrips() {
  globalThis.benchTrips = [];
  let trip = null;
  const look = () => {
    if (!trip || !bench.stands(trip.line)) return;
    globalThis.benchTrips.push(performance.now() - trip.from);
    trip = null;
  };
  const enter = ({ key, timeStamp }) => key === "Enter" && (trip = { from: timeStamp, line: bench.composer().value });
  addEventListener("keydown", enter, true);
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true, attributeFilter: ["data-delivery"] });
  bench.composer().focus();
}

/** Measures each key from its stroke until its letter is painted: `benchKeys`. */
export function watchKeys() {
  globalThis.benchKeys = [];
  let from = 0;
  addEventListener("keydown", ({ timeStamp }) => (from = timeStamp), true);
  addEventListener("input", () => {
    const stroke = from;
    requestAnimationFrame(() => bench.after((now) => globalThis.benchKeys.push(now - stroke)));
  }, true);
  bench.composer().focus();
}

/** The samples under this name, once there are so many. */
export async function gathered(name, count) {
  while (globalThis[name].length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  return globalThis[name];
}

/** Counts frames from now on: `benchFrames`. */
export function watchFrames() {
  globalThis.benchFrames = { count: 0, from: performance.now() };
  const next = () => {
    globalThis.benchFrames.count += 1;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/** The part of the frames since then that were not drawn, of sixty a second. */
export function framesDropped() {
  const { count, from } = globalThis.benchFrames;
  return Math.max(0, 1 - count / (((performance.now() - from) / 1000) * 60));
}

/** What is in the document. */
export function drawn() {
  const log = document.querySelector("[role='log']");
  return { rows: log.querySelectorAll("[data-message]").length, elements: document.querySelectorAll("*").length };
}

/** In how many frames after the key Home or End the list's view is full, from its first message or to its last: `benchJumps`. */
export function watchJumps(last) {
  const log = document.querySelector("[role='log']");
  globalThis.benchJumps = {};
  const isThere = (key) => {
    const { top, bottom } = log.getBoundingClientRect();
    const rows = [...log.querySelectorAll("[data-message]")].map((row) => ({ text: row.querySelector("[data-text]").textContent, ...row.getBoundingClientRect().toJSON() }));
    const inView = rows.filter((row) => row.bottom > top + 1 && row.top < bottom - 1);
    const wanted = `${key === "Home" ? 0 : last} `;
    const covered = inView.reduce((sum, row) => sum + row.height, 0) >= (bottom - top) * 0.9;
    return covered && inView.some(({ text }) => text.startsWith(wanted));
  };
  addEventListener("keydown", ({ key }) => {
    let frames = 0;
    const look = () => {
      frames += 1;
      if (isThere(key)) globalThis.benchJumps[key] = frames;
      else if (frames < 120) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
  log.focus();
}
