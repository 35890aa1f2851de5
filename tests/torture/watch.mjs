// Runs in the page, before the page's own program: a person who writes without rest, and a witness of all that is shown.
// It uses the page's contract alone. What it saw outlives a reload in the tab's storage.

export function watch() {
  const LOADS = "torture:loads";
  const load = { at: Date.now(), accepted: [], refused: 0, states: [], rows: new Map(), gapAtEnd: false };
  /** When a text was seen first, and how it failed last: its key changes when a line comes late and goes before it. */
  const histories = new Map();
  const GAP = "[data-gap], .chat-gap";
  /** How often all rows are read until none is missing, and how many frames a part of them may take to be drawn. */
  const MOST_ROUNDS = 5;
  const MOST_FRAMES = 60;

  const historyOf = (text) => {
    if (!histories.has(text)) histories.set(text, { at: Date.now(), failure: null });
    return histories.get(text);
  };

  const read = (row, rows = load.rows) => {
    const key = row.dataset.message;
    const text = row.querySelector("[data-text]")?.textContent ?? "";
    const history = historyOf(text);
    if (row.dataset.delivery === "failed") history.failure = row.innerText.replace(/\s+/g, " ");
    rows.set(key, {
      key: Number(key),
      at: history.at,
      author: row.dataset.author,
      delivery: row.dataset.delivery ?? null,
      text,
      gap: row.matches(GAP) || row.querySelector(GAP) !== null || (row.previousElementSibling?.matches(GAP) ?? false),
      failure: history.failure,
    });
  };

  const readStatus = () => {
    const status = document.querySelector("[role='status'][data-state]");
    if (status && load.states.at(-1)?.state !== status.dataset.state) load.states.push({ state: status.dataset.state, at: Date.now() });
  };

  /** Reads what changed: the rows that came, and those in which anything is another than it was. */
  const look = (changes) => {
    const rows = new Set();
    const add = (node) => {
      const row = node.nodeType === 1 ? node.closest("[data-message]") : node.parentElement?.closest("[data-message]");
      if (row) return rows.add(row);
      for (const each of node.querySelectorAll?.("[data-message]") ?? []) rows.add(each);
    };
    for (const { target, type, addedNodes } of changes) {
      if (type === "childList") for (const node of addedNodes) add(node);
      if (type !== "childList" || target.closest?.("[data-message]")) add(target);
    }
    for (const row of rows) if (row.isConnected) read(row);
    readStatus();
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["data-state", "data-delivery", "data-message", "data-gap"],
  });

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  /** Reads all rows from the first to the last. */
  const readAll = async (log) => {
    const rows = new Map();
    for (let top = 0; ; top += log.clientHeight * 0.7) {
      log.dispatchEvent(new WheelEvent("wheel", { deltaY: -1, bubbles: true }));
      log.scrollTop = top;
      for (let waited = 0; waited < 5 || (waited < MOST_FRAMES && !isCovered(log)); waited += 1) await frame();
      for (const row of log.querySelectorAll("[data-message]")) read(row, rows);
      if (top >= log.scrollHeight - log.clientHeight) return rows;
    }
  };

  /** Whether what is in sight is drawn: rows from its top to its end. */
  const isCovered = (log) => {
    const [view, all] = [log.getBoundingClientRect(), log.querySelector(".chat-rows").getBoundingClientRect()];
    const rows = [...log.querySelectorAll("[data-message]")].map((row) => row.getBoundingClientRect());
    const reaches = (from, to) => rows.some(({ top, bottom }) => top <= from + 1 && bottom >= to - 1);
    const [start, end] = [Math.max(view.top, all.top), Math.min(view.bottom, all.bottom)];
    return rows.length === 0 || (reaches(start, start) && reaches(end, end));
  };

  /** Writes one line as a person does; whether the composer took it. */
  const write = (text) => {
    const composer = document.querySelector("textarea[aria-label='Message']");
    if (!composer) return false;
    composer.value = text;
    composer.dispatchEvent(new InputEvent("input", { bubbles: true }));
    composer.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    const taken = composer.value === "";
    if (taken) load.accepted.push({ text, at: Date.now() });
    else load.refused += 1;
    return taken;
  };

  let timer = null;
  let count = 0;
  let prefix = "";
  const torture = {
    write,
    /** Writes `<prefix>-<number>`, each `every` milliseconds, until told to stop. */
    talk(name, every) {
      torture.hush();
      prefix = name;
      const again = () => {
        torture.say();
        timer = setTimeout(again, every * (0.5 + Math.random()));
      };
      timer = setTimeout(again, every * Math.random());
    },
    say() {
      count += 1;
      write(`${prefix}-${count}`);
    },
    /** Whether the status has been anything but open since this time. */
    wasNotOpen(since) {
      readStatus();
      return load.states.some(({ state }, number) => state !== "open" && (load.states[number + 1]?.at ?? Infinity) >= since);
    },
    hush() {
      clearTimeout(timer);
      timer = null;
    },
    /** Presses every "Send again" that is drawn, or some of them. */
    retry(share) {
      const rows = [...document.querySelectorAll("[role='log'] [data-delivery='failed']")];
      const buttons = rows.map((row) => [...row.querySelectorAll("button")].find((button) => /retry|send again/i.test(button.textContent)));
      const pressed = buttons.filter((button) => button && Math.random() < share);
      for (const button of pressed) button.click();
      return pressed.length;
    },
    /** Scrolls through the whole list and reads all of it: only what is in sight is drawn. Writing would scroll to the end. */
    async sweep() {
      torture.hush();
      // What came meanwhile is read in the next round.
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const rows = await readAll(document.querySelector("[role='log']"));
        const keys = [...rows.keys()].map(Number);
        if (keys.length > 0 && Math.max(...keys) - Math.min(...keys) >= keys.length) continue;
        load.rows = rows;
        break;
      }
      [...document.querySelectorAll("button")].find((button) => /new message|to the end|latest/i.test(button.textContent))?.click();
    },
    /** Everything seen in this load. Also what an observer may have missed, in the rows that are drawn. */
    seen() {
      for (const row of document.querySelectorAll("[role='log'] [data-message]")) read(row);
      readStatus();
      const end = [...document.querySelectorAll(`[role='log'] :is(${GAP})`)].some((gap) => !gap.closest("[data-message]"));
      return { ...load, gapAtEnd: end, rows: [...load.rows.values()] };
    },
    earlier: () => JSON.parse(sessionStorage.getItem(LOADS) ?? "[]"),
  };
  globalThis.__torture = torture;
  addEventListener("pagehide", (event) => {
    if (!event.persisted) sessionStorage.setItem(LOADS, JSON.stringify([...torture.earlier(), torture.seen()]));
  });
}
