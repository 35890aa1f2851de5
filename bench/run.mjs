// Measures all pages side by side: `node run.mjs --dist DIR [--rounds N] [--cells a,b] [--peers a,b] --results FILE`.
// In each round each page gets its turn in each cell before the next cell comes, in an order that changes.
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { CELLS, TooLong, within } from "./cells.mjs";
import { startChrome } from "./chrome.mjs";
import { PEERS } from "./peers.mjs";
import { startServer } from "./server.mjs";
import { startSlowLink } from "./slow.mjs";

/** No cell takes longer than this, in milliseconds: a page that hangs is left behind. */
const CELL_LIMIT = 60_000;

const { values: options } = parseArgs({
  options: { dist: { type: "string" }, rounds: { type: "string", default: "3" }, cells: { type: "string" }, peers: { type: "string" }, results: { type: "string" } },
});

const peers = chosen(PEERS, options.peers, "page");
const cells = chosen(CELLS, options.cells, "cell");
const folders = Object.fromEntries(peers.map(({ name }) => [name, path.join(options.dist, name)]));
const server = await startServer(folders);
const slow = await startSlowLink(server.port);
const chrome = await startChrome(process.env.CHROMIUM ?? "chromium");
/** What was measured: `{ round, cell, size, peer, figures }`, or `{ ..., tooLong }`, or `{ ..., problem }`. */
const measured = [];
const started = performance.now();
const [load] = os.loadavg();

try {
  for (let round = 0; round < Number(options.rounds); round += 1) await runRound(round);
} finally {
  await chrome.close();
  slow.close();
  server.close();
}
const seconds = Math.round((performance.now() - started) / 1000);
const machine = { browser: chrome.version, cores: os.availableParallelism(), rounds: Number(options.rounds), seconds, load, date: new Date().toISOString().slice(0, 10) };
mkdirSync(path.dirname(options.results), { recursive: true });
writeFileSync(options.results, JSON.stringify({ machine, measured }));

function chosen(all, wanted, what) {
  if (!wanted) return all;
  const names = wanted.split(",");
  const wrong = names.find((name) => !all.some((each) => each.name === name));
  if (wrong !== undefined) throw new Error(`there is no ${what} \`${wrong}\`: choose from ${[...new Set(all.map(({ name }) => name))].join(", ")}`);
  return all.filter(({ name }) => names.includes(name));
}

async function runRound(round) {
  for (const cell of cells.filter(({ once }) => !once || round === 0)) {
    const turn = peers.filter((peer) => takesPart(peer, cell));
    const label = [cell.name, cell.size].filter(Boolean).join(" ");
    process.stdout.write(`round ${round + 1}, ${label}:`);
    for (let place = 0; place < turn.length; place += 1) {
      const peer = turn[(place + round) % turn.length];
      const entry = { round, cell: cell.name, size: cell.size, peer: peer.name, ...(await measure(cell, peer)) };
      measured.push(entry);
      process.stdout.write(` ${peer.name}${entry.figures ? "" : ` (${entry.problem ?? "too long"})`}`);
    }
    process.stdout.write("\n");
  }
}

/** A page that took too long does not try again, nor with more messages. */
function takesPart(peer, cell) {
  if ((cell.own && peer.name !== "page") || (cell.writes && !peer.composer)) return false;
  return !measured.some((entry) => entry.peer === peer.name && entry.cell === cell.name && entry.tooLong && (entry.size ?? 0) <= (cell.size ?? 0));
}

async function measure(cell, peer) {
  const page = await chrome.open();
  try {
    return { figures: await within(CELL_LIMIT, cell.measure({ chrome, server, slow, page }, peer)) };
  } catch (error) {
    return error instanceof TooLong ? { tooLong: true } : { problem: error.message };
  } finally {
    await within(10_000, page.close()).catch(() => {});
  }
}
