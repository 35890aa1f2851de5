// Tells what was measured, as tables: `node report.mjs --results FILE [--docs DIR]`. With a folder, it puts them into bench.md there,
// between its two marks, and the plot beside it. It fails, and writes nothing, where a page could not be measured.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { LINES, LIST_LINES, median, peersIn, ratio } from "./figures.mjs";
import { BASE, WINDOWED } from "./peers.mjs";
import { LIST_SIZES } from "./cells.mjs";
import { plot } from "./plot.mjs";

const MARKS = ["<!-- figures: written by `cargo xtask bench --write` -->", "<!-- end of figures -->"];
const PICTURE = "![Ratios to a page in plain JavaScript that appends a row a message](bench.svg)";

const { values: options } = parseArgs({ options: { results: { type: "string" }, docs: { type: "string" } } });
const { machine, measured } = JSON.parse(readFileSync(options.results, "utf8"));
const peers = peersIn(measured);
const told = tables();
console.log(`\n${told}`);
const problems = measured.filter(({ problem }) => problem);
for (const { round, cell, size, peer, problem } of problems) console.error(`round ${round + 1}, ${cell} ${size ?? ""}, ${peer}: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else if (options.docs) write();

function tables() {
  const parts = [conditions(), table("median", (line, { name }) => shown(median(measured, line, name), line.digits))];
  for (const [base, title] of [[BASE, "ratio to plain JS, appends"], [WINDOWED, "ratio to plain JS, windowed"]]) {
    if (peers.some(({ name }) => name === base)) parts.push(table(title, (line, { name }) => shown(ratio(measured, line, name, base), 2)));
  }
  if (measured.some(({ cell, figures }) => cell === "list" && figures)) parts.push(listTable());
  return `${parts.join("\n\n")}\n`;
}

function conditions() {
  const { browser, cores, rounds, seconds, date } = machine;
  const others = machine.load > 1 ? ` The machine was not quiet: ${machine.load.toFixed(1)} programs were waiting for its cores when it began.` : "";
  return `${date}, ${browser}, ${cores} cores, ${rounds} rounds in ${Math.round(seconds / 60)} minutes.${others}`;
}

function table(title, cell) {
  const rows = LINES.map((line) => [line.title, ...peers.map((peer) => cell(line, peer))]).filter(([, ...cells]) => cells.some((each) => each !== "–"));
  return markdown([title, ...peers.map(({ title }) => title)], rows);
}

function listTable() {
  const rows = LIST_LINES.map(({ title, lines }) => [title, ...lines.map((line) => shown(median(measured, line, "page"), line.digits))]);
  return markdown(["the list, at so many messages", ...LIST_SIZES.map((size) => size.toLocaleString("en"))], rows);
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${"---:|".repeat(head.length - 1)}`, ...rows.map(line)].join("\n");
}

function shown(value, digits) {
  if (value === null || Number.isNaN(value)) return "–";
  if (typeof value === "object") return `> ${value.over} s`;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function write() {
  const file = path.join(options.docs, "bench.md");
  const text = readFileSync(file, "utf8");
  const [start, end] = MARKS.map((mark) => text.indexOf(mark));
  if (start < 0 || end < start) throw new Error(`${file} has lost its marks: ${MARKS.join(" and ")}`);
  writeFileSync(file, `${text.slice(0, start)}${MARKS[0]}\n\n${PICTURE}\n\n${told}\n${text.slice(end)}`);
  writeFileSync(path.join(options.docs, "bench.svg"), plot(measured));
  console.log("The figures are in docs/bench.md and docs/bench.svg.");
}
