// From what was measured to what is told: medians over the rounds, and medians of the ratios within a round.
import { LIMIT, LIST_SIZES, SIZES } from "./cells.mjs";
import { PEERS } from "./peers.mjs";

/** One line of the tables: what it is, in which cell, under which name, how many digits after the point, and which part of a row of samples. */
const line = (title, cell, figure, { digits = 0, part, size, plotted = false } = {}) => ({ title, cell, figure, digits, part, size, plotted });
const count = (size) => size.toLocaleString("en");

/** All lines for all pages, in the order of the tables. */
export const LINES = [
  line("socket open, fast link (ms)", "start", "open"),
  line("first paint, fast link (ms)", "start", "paint"),
  line("first message, fast link (ms)", "start", "first"),
  line("socket open, slow link (ms)", "slow", "open", { plotted: true }),
  line("first paint, slow link (ms)", "slow", "paint", { plotted: true }),
  line("first message, slow link (ms)", "slow", "first", { plotted: true }),
  ...SIZES.map((size) => line(`${count(size)} messages until painted (ms)`, "history", `ingest ${size}`, { size, plotted: true })),
  ...SIZES.map((size) => line(`main thread, a message of ${count(size)} at once (ms)`, "history", `burst ${size}`, { size, digits: 3 })),
  ...SIZES.map((size) => line(`main thread, one more message after ${count(size)} (ms)`, "history", `further ${size}`, { size, digits: 1, plotted: true })),
  line("own line, from Enter until it is back, p50 (ms)", "trip", "trip", { digits: 1, part: 0.5, plotted: true }),
  line("1,000 a second: main thread busy (%)", "steady", "busy", { plotted: true }),
  line("1,000 a second: frames not drawn (%)", "steady", "dropped"),
  line("a key under load, p50 (ms)", "keys", "key", { part: 0.5 }),
  line("a key under load, p98 (ms)", "keys", "key", { part: 0.98, plotted: true }),
  line("100,000 held: scripts, document, WebAssembly (MiB)", "history", "heap", { size: SIZES.at(-1), plotted: true }),
  line("100,000 held: the process's own memory (MiB)", "history", "private", { size: SIZES.at(-1) }),
];

/** The lines of our own list, one for each history. */
export const LIST_LINES = [
  ["rows in the document", "rows", 0],
  ["elements in the document, the form's too", "elements", 0],
  ["main thread, one more message (ms)", "list further", 1],
  ["frames until Home is drawn", "Home", 0],
  ["frames until End is drawn", "End", 0],
].map(([title, figure, digits]) => ({ title, lines: LIST_SIZES.map((size) => line(title, "list", `${figure} ${size}`, { size, digits })) }));

/** The pages that were measured. */
export function peersIn(measured) {
  return PEERS.filter(({ name }) => measured.some(({ peer }) => peer === name));
}

/** A line's median for a page: a number, `{ over }` where the page took too long, or null where it does not take part. */
export function median(measured, line, peer) {
  const values = valuesByRound(measured, line, peer);
  if (values.size > 0) return middle([...values.values()]);
  return entries(measured, line, peer).some(({ tooLong }) => tooLong) ? { over: LIMIT / 1000 } : null;
}

/** The median of a page's ratios to another page, each within a round; null where there is none. */
export function ratio(measured, line, peer, base) {
  const values = valuesByRound(measured, line, peer);
  const bases = valuesByRound(measured, line, base);
  const ratios = [...values].filter(([round]) => bases.get(round) > 0).map(([round, value]) => value / bases.get(round));
  return ratios.length > 0 ? middle(ratios) : null;
}

function entries(measured, { cell, size }, peer) {
  return measured.filter((entry) => entry.cell === cell && entry.size === size && entry.peer === peer);
}

function valuesByRound(measured, line, peer) {
  const figures = entries(measured, line, peer).filter(({ figures }) => figures?.[line.figure] != null);
  return new Map(figures.map(({ round, figures }) => [round, whole(figures[line.figure], line.part)]));
}

/** A sample as it is, or the part of several below which this much of them is. */
function whole(sample, part) {
  if (!Array.isArray(sample)) return sample;
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function middle(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
