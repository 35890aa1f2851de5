// Runs the end-to-end tests: node tests/e2e/run.mjs [filter]
// The filter is a part of a test's title, as it is printed: "recover: a server's 1000 is retried". E2E_JOBS: how many tests run at a time (default 2).
// The last line is "test result: N passed; N failed; N ignored"; the exit code is 0 only when something ran and nothing failed.
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { IS_CI } from "../servers/ci.mjs";
import { Fixtures, registry, Run, summaries } from "./harness.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const OUTPUT = path.join(FOLDER, "output");

async function load(filter) {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".test.mjs")).sort();
  for (const file of files) {
    const before = registry.length;
    await import(`./${file}`);
    for (const entry of registry.slice(before)) entry.title = `${path.basename(file, ".test.mjs")}: ${entry.name}`;
  }
  const wanted = filter.toLowerCase();
  return registry.filter(({ title }) => title.toLowerCase().includes(wanted));
}

function limited(promise, limit) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Runs one test and returns null, or what went wrong. */
async function attempt(entry, run) {
  try {
    await limited(entry.act(run), entry.limit);
  } catch (error) {
    return error;
  }
  const errors = run.chats.flatMap((chat) => chat.errors);
  return errors.length > 0 ? new Error(`the page wrote errors:\n${errors.join("\n")}`) : null;
}

/** A screenshot, the states and the console of each page of a failed test. */
async function evidence(entry, run) {
  const lines = [];
  for (const [index, chat] of run.chats.entries()) {
    const file = path.join(OUTPUT, `failed-${entry.name.replace(/\W+/g, "-").slice(0, 80)}-${index + 1}.png`);
    const saved = await chat.page.screenshot({ path: file, timeout: 5000 }).then(() => true, () => false);
    if (saved) lines.push(`page ${index + 1}: ${path.relative(process.cwd(), file)}`);
    const states = await limited(chat.states(), 2000).catch(() => []);
    lines.push(`  states: ${(states ?? []).map(({ state, ready }) => `${state}(${ready})`).join(" ")}`);
    lines.push(...chat.console.slice(-20).map((line) => `  console ${line.slice(0, 1500)}`));
  }
  return lines;
}

function report(word, started, entry, lines = []) {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(5);
  const plain = lines.map((line) => stripVTControlCharacters(line));
  const indented = plain.flatMap((line) => line.split("\n")).map((line) => `        ${line}\n`);
  process.stdout.write(`${word.padEnd(5)}${seconds} s  ${entry.title}\n${indented.join("")}`);
}

/** Runs a test. What fails, on a machine that is busy, gets a second try alone; it is told, with its evidence. */
async function runOne(entry, fixtures, results, last) {
  const started = Date.now();
  const run = new Run(fixtures, entry.allow);
  let error = null;
  try {
    const reason = await entry.needs?.();
    if (reason && IS_CI) throw new Error(reason);
    if (reason) {
      results.ignored += 1;
      return report("skip", started, entry, [reason]);
    }
    error = await attempt(entry, run);
  } catch (missing) {
    error = missing;
  }
  const lines = error ? [error.stack ?? String(error), ...(await evidence(entry, run))] : [];
  await limited(run.close(), 15_000).catch((late) => lines.push(`cleaning up: ${late.message}`));
  if (error && !last) {
    results.again.push(entry);
    return report("again", started, entry, lines);
  }
  results[error ? "failed" : "passed"] += 1;
  report(error ? "FAIL" : "ok", started, entry, lines);
}

async function main() {
  const tests = await load(process.argv[2] ?? "");
  const results = { passed: 0, failed: 0, ignored: 0, again: [] };
  const fixtures = new Fixtures();
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  const missing = await fixtures.page().then(() => null, (error) => error.message);
  if (missing) {
    console.log(missing);
    results.failed = tests.length;
  }
  const possible = missing ? [] : tests;
  const waiting = possible.filter(({ alone }) => !alone);
  const worker = async () => {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) await runOne(entry, fixtures, results, false);
  };
  await Promise.all(Array.from({ length: Number(process.env.E2E_JOBS ?? 2) }, worker));
  for (const entry of possible.filter(({ alone }) => alone)) await runOne(entry, fixtures, results, false);
  for (const entry of results.again) await runOne(entry, fixtures, results, true);
  if (results.again.length > 0) console.log(`${results.again.length} had a second try: ${results.again.map(({ title }) => title).join("; ")}`);
  await limited(fixtures.close(), 15_000).catch(() => {});
  for (const summary of summaries) process.stdout.write(summary());
  if (tests.length === 0) console.log(`no test matches ${JSON.stringify(process.argv[2])}`);
  console.log(`test result: ${results.passed} passed; ${results.failed} failed; ${results.ignored} ignored`);
  process.exit(results.failed > 0 || results.passed === 0 ? 1 : 0);
}

await main();
