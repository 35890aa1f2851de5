// The chat servers that other people wrote, as published, and habits that many have, with a third person on each who speaks as its own
// tutorial does. The checks of one server are one test; the table at the end has them all. What fails is known in the table of servers.
import { writeFileSync } from "node:fs";
import { installed } from "../servers/others/install.mjs";
import { start } from "../servers/others/run.mjs";
import { HABITS } from "../servers/others/habits-table.mjs";
import { SERVERS } from "../servers/others/table.mjs";
import { Meeting } from "./meeting.mjs";
import { summaries, test } from "./harness.mjs";

/** A file that takes what each check found, as JSON: then nothing is a failure. `OTHERS_MODES=auto,settings` tries both everywhere. */
const REPORT = process.env.OTHERS_REPORT;
const CHECKS = ["opens", "quiet", "reads", "writes", "once", "back", "tells"];
const rows = new Map();

for (const server of [...SERVERS, ...HABITS]) {
  for (const mode of modes(server)) {
    const pending = server.pending?.[mode];
    if (typeof pending === "string" && !process.env.OTHERS_MODES) {
      rows.set(`${server.name} ${mode}`, { name: server.name, mode, results: {}, pending: { "not tried": pending } });
      continue;
    }
    test(`${server.name}: ${mode}`, (t) => visit(t, server, mode), { needs: () => installed(server.run.kind), limit: 120_000, allow: [/.*/] });
  }
}

/** `auto` is tried wherever the server's own words give its shape away; the settings where that is not enough. */
function modes({ auto = true, settings, pending = {} }) {
  const asked = process.env.OTHERS_MODES?.split(",");
  const possible = { auto, settings: settings && (asked || !auto || pending.auto) };
  return ["auto", "settings"].filter((mode) => possible[mode] && (!asked || asked.includes(mode)));
}

/** Goes through the checks in turn; the later ones are tried whatever the earlier ones said. */
async function visit(t, server, mode) {
  const running = await start(server.run);
  t.defer(() => running.close());
  const meeting = await Meeting.begin(t, server, running, mode);
  const results = {};
  const listed = server.pending?.[mode];
  const pending = typeof listed === "object" ? listed : {};
  for (const check of checksOf(server)) results[check] = await meeting.outcome(check, check in pending);
  rows.set(`${server.name} ${mode}`, { name: server.name, mode, results, pending, evidence: meeting.evidence() });
  if (REPORT) writeFileSync(REPORT, JSON.stringify([...rows.values()], null, 1));
  const failures = Object.entries(results).filter(([check, why]) => why && !(check in pending));
  if (failures.length > 0 && !REPORT) throw new Error([...failures.map(([check, why]) => `${check}: ${why}`), ...meeting.evidence()].join("\n"));
}

function checksOf({ mute, noChat }) {
  if (noChat) return ["opens", "quiet", "tells"];
  return mute ? ["opens", "quiet", "reads", "tells"] : ["opens", "quiet", "reads", "writes", "once", "back"];
}

/** One row for each server and mode; what is pending and passes is told, so that it can be turned on. */
function table() {
  if (![...rows.values()].some(({ evidence }) => evidence)) return "";
  const cell = ({ results, pending }, check) => {
    if (!(check in results)) return "-";
    if (results[check]) return check in pending ? "pending" : "FAILED";
    return check in pending ? "passes!" : "ok";
  };
  const line = (...cells) => `${cells[0].padEnd(26)}${cells.slice(1).map((text) => text.padEnd(10)).join("")}`.trimEnd();
  const body = [...rows.values()]
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.mode.localeCompare(b.mode))
    .map((row) => line(row.name, row.mode, ...CHECKS.map((check) => cell(row, check))));
  return [line("server", "", ...CHECKS), ...body, ...pendingLines([...rows.values()]), ""].join("\n");
}

/** What is left out, by its reason. */
function pendingLines(all) {
  const groups = new Map();
  for (const { name, mode, pending, results } of all) {
    for (const [check, why] of Object.entries(pending)) {
      const reason = results[check] === null ? "passes now, take it off the list" : why;
      groups.set(reason, [...(groups.get(reason) ?? []), `${name} (${mode}, ${check})`]);
    }
  }
  return [...groups].map(([reason, cells]) => `pending, ${reason}: ${cells.join("; ")}`);
}

summaries.push(table);
