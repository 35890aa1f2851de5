// Torture: the built page in headless Chrome, several people at each kind of server, all writing, and one fault after the other.
// node tests/torture/run.mjs [--faults N] [--seed S] [--sites channel,relay,socket.io,stomp,spring] [--only "TCP reset"] [--sabotage repeat|swallow|lose]
// The last line is "test result: N passed; N failed": the faults after which all was as it must be, and the rest. The exit code is 0 when none failed.
import path from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { FLAGS } from "../e2e/harness.mjs";
import { servePage } from "../e2e/static.mjs";
import { until } from "../servers/person.mjs";
import { Chance, FAULTS, plan, QUICK } from "./faults.mjs";
import { judge } from "./judge.mjs";
import { sites as allSites } from "./sites.mjs";
import { startProxy } from "./proxy.mjs";
import { print } from "./report.mjs";
import { Tab } from "./tab.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** A run of fewer faults is the short one: only what is over soon, and no long rests. */
const LONG = 50;
/** After a fault, all pages are open again within this time: the longest delay, and an attempt that times out. */
const OPEN_WITHIN = 45_000;
/** A connection counts as stable after 5 s; a shorter rest lets the delays grow. */
const REST = { long: 5500, short: 800 };
/** A fault and what follows it. A page that does not answer at all ends its site. */
const OVER_WITHIN = 120_000;
/** How long the last messages may take. */
const DRAINED_WITHIN = 20_000;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** `work`, unless it takes longer than `limit`. */
function within(limit, work, what) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${what} was not over in ${limit / 1000} s`)), limit)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const OPTIONS = { faults: { type: "string", default: "100" }, seed: { type: "string" }, sites: { type: "string" }, only: { type: "string" }, sabotage: { type: "string" } };

/** A whole number from `least`, or an end with a word about what is wanted. */
function wholeNumber(name, text, least) {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) throw new Error(`--${name} needs a whole number from ${least}, not "${text}"`);
  return number;
}

function options(words) {
  const { values: given } = parseArgs({ args: words, options: OPTIONS });
  const faults = wholeNumber("faults", given.faults, 1);
  return {
    faults,
    seed: wholeNumber("seed", given.seed ?? Date.now() % 1_000_000, 0),
    sites: given.sites?.split(","),
    names: given.only?.split(",") ?? (faults < LONG ? QUICK : Object.keys(FAULTS)),
    rest: faults < LONG ? REST.short : REST.long,
    sabotage: given.sabotage ?? null,
  };
}

/** The pages of one site: on a loopback address and on a name that is not, by turns. */
async function tabs(site, browser, port) {
  const count = site.protocol === "stomp" ? 2 : 3;
  const hosts = ["chat.test", "127.0.0.1"];
  return Promise.all(
    Array.from({ length: count }, (_, number) => {
      const host = hosts[number % hosts.length];
      const name = `${site.name[0]}${"abc"[number]}`;
      const query = new URLSearchParams({
        url: `ws://${host}:${site.proxy.port}${site.path}`,
        protocol: site.protocol,
        user: name,
        heartbeat: "1",
        lang: "en",
        ...site.parameters,
      });
      return Tab.take(name, browser, `http://${host}:${port}/?${query}`);
    }),
  );
}

/** `found`, or an end with a word about what there is. */
function known(found, what, name, names) {
  if (found !== undefined) return found;
  console.log(`there is no ${what} ${JSON.stringify(name)} here; there are ${names.join(", ")}`);
  process.exit(1);
}

/** Waits until every page has shown since now that it is not open, or `limit` is over. Whether all of them did: the first may be open again. */
async function noticed(tabs, limit) {
  const since = Date.now();
  while (Date.now() < since + limit) {
    const left = await Promise.all(tabs.map((tab) => tab.wasNotOpen(since)));
    if (left.every((each) => each)) return true;
    await pause(150);
  }
  return false;
}

async function allOpen(tabs, limit = OPEN_WITHIN) {
  const isOpen = async () => (await Promise.all(tabs.map((tab) => tab.state()))).every((state) => state === "open");
  const deadline = Date.now() + limit;
  while (!(await isOpen())) {
    if (Date.now() > deadline) return false;
    await pause(150);
  }
  return true;
}

/** What each page says of its link. */
async function told(tabs) {
  const told = await Promise.all(tabs.map(async (tab) => `${tab.name}: "${await tab.status()}"`));
  return told.join(", ");
}

/** One fault, until all pages are open again. Some of what failed is sent again by hand. */
async function strikeOnce(tools, strike) {
  const { site, tabs } = tools;
  await FAULTS[strike.name](tools).catch((error) => strike.wrong.push(`fault: ${site.name}, ${strike.name}: ${error.message.split("\n")[0]}`));
  strike.lifted = Date.now();
  if (!(await allOpen(tabs))) strike.wrong.push(`open: ${site.name}, ${strike.name}: not all pages were open again in ${OPEN_WITHIN / 1000} s: ${await told(tabs)}`);
  for (const tab of tabs) await tab.retry(0.5);
}

/** One site, from the first message to the judgement. */
async function torture(site, names, { browser, port, chance, rest, sabotage, say }) {
  const wrong = [];
  const strikes = [];
  const here = [];
  try {
    await site.open();
    site.proxy = await startProxy(site.port, { sabotage });
    here.push(...(await tabs(site, browser, port)));
    const tools = { site, proxy: site.proxy, tabs: here, chance, pause, noticed: (limit) => noticed(here, limit) };
    if (!(await allOpen(here))) throw new Error("the pages did not connect at the start");
    await Promise.all(here.map((tab) => tab.talk()));
    await pause(1000);
    for (const name of names) {
      const strike = { name, from: Date.now(), lifted: 0, to: Infinity, wrong: [] };
      if (strikes.length > 0) strikes.at(-1).to = strike.from;
      strikes.push(strike);
      await within(OVER_WITHIN, strikeOnce(tools, strike), name);
      say(site, strike);
      await pause(rest);
      // Another one has its turn.
      here.push(here.shift());
    }
    await within(OVER_WITHIN, drain(site, here), "the end");
    const pages = await Promise.all(here.map(async (tab) => ({ tab: tab.name, errors: tab.errors, loads: await tab.loads() })));
    if (pages.every(({ loads }) => loads.every(({ accepted }) => accepted.length === 0))) throw new Error("nobody could write");
    return { site, ...judge(site, pages, strikes), strikes };
  } catch (error) {
    wrong.push(`torture: ${site.name}: ${error.stack}`);
    return { site, entries: [], wrong, strikes, missed: 0, marks: 0 };
  } finally {
    await Promise.all(here.map((tab) => tab.close().catch(() => {})));
    site.proxy?.close();
    await site.close();
  }
}

/** Lets everything come to its end: the last words, then what failed once more, by hand. */
async function drain(site, tabs) {
  await Promise.all(tabs.map((tab) => tab.hush()));
  const settled = async () => {
    await Promise.all(tabs.map((tab) => tab.sweep()));
    const last = (await Promise.all(tabs.map((tab) => tab.loads()))).map((loads) => loads.at(-1));
    const open = site.proves ? ["queued", "sent"] : ["queued"];
    return last.every(({ rows }) => rows.every((row) => row.author !== "me" || !open.includes(row.delivery)));
  };
  const patiently = (check, what) => until(check, what, DRAINED_WITHIN).catch(() => {});
  await patiently(settled, "all messages to be settled");
  // Last words with the next number: whoever shows them shows that something before is missing.
  await Promise.all(tabs.map((tab) => tab.lastWord()));
  await pause(500);
  for (let round = 0; round < 3; round += 1) {
    const pressed = await Promise.all(tabs.map((tab) => tab.retry(1)));
    await patiently(settled, "all messages to be settled");
    await pause(500);
    if (pressed.every((count) => count === 0)) break;
  }
  await Promise.all(tabs.map((tab) => tab.sweep()));
  await site.read();
}

async function main() {
  const { faults, seed, names, rest, sabotage, sites: wanted } = options(process.argv.slice(2));
  const dist = path.resolve(ROOT, process.env.LEPTOS_CHAT_DIST ?? "dist");
  const page = await servePage(dist);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  const origins = [`http://127.0.0.1:${page.port}`, `http://chat.test:${page.port}`];
  const all = allSites(origins);
  const here = wanted ? wanted.map((name) => known(all.find((site) => site.name === name), "site", name, all.map((site) => site.name))) : all;
  const chance = new Chance(seed);
  for (const name of names) known(FAULTS[name], "fault", name, Object.keys(FAULTS));
  const plans = plan(faults, here, names, chance);
  console.log(`torture: ${faults} faults, seed ${seed}, against ${here.map((site) => site.name).join(", ")}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const started = Date.now();
  const say = (site, strike) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
    console.log(`${seconds} s  ${site.name.padEnd(9)}  ${strike.name}${strike.wrong.map((words) => `\n        ${words}`).join("")}`);
  };
  const results = await Promise.all(
    here.map((site) => torture(site, plans.get(site), { browser, port: page.port, chance: new Chance(chance.between(0, 2 ** 31)), rest, sabotage, say })),
  );
  await browser.close();
  await page.close();
  process.exit(print(results, { seconds: (Date.now() - started) / 1000, seed }) ? 0 : 1);
}

await main();
