// The chat servers that other people wrote, as published, and habits that many have, with a third person on each who speaks as its own
// tutorial does. The checks of one server are one test; the table at the end has them all.
import { installed } from "../servers/others/install.mjs";
import { start } from "../servers/others/run.mjs";
import { HABITS } from "../servers/others/habits-table.mjs";
import { SERVERS } from "../servers/others/table.mjs";
import { Meeting } from "./meeting.mjs";
import { summaries, test } from "./harness.mjs";

/** `OTHERS_MODES=auto,settings` tries both everywhere. */
const MODES = process.env.OTHERS_MODES?.split(",");
const CHECKS = ["opens", "quiet", "reads", "writes", "once", "back", "tells"];
const rows = [];

for (const server of [...SERVERS, ...HABITS]) {
  for (const mode of modes(server)) {
    test(`${server.name}: ${mode}`, (t) => visit(t, server, mode), { needs: () => installed(server.run.kind), limit: 120_000, allow: [/.*/] });
  }
}

/** `auto` is tried wherever the server's own words give its shape away; the settings where that is not enough. */
function modes({ auto = true, settings }) {
  if (MODES) return MODES.filter((mode) => (mode === "auto" ? auto : settings));
  return [auto ? "auto" : "settings"];
}

/** Goes through the checks in turn; the later ones are tried whatever the earlier ones said. */
async function visit(t, server, mode) {
  const running = await start(server.run);
  t.defer(() => running.close());
  const meeting = await Meeting.begin(t, server, running, mode);
  const results = {};
  for (const check of checksOf(server)) results[check] = await meeting.outcome(check);
  rows.push({ name: server.name, mode, results });
  const failures = Object.entries(results).filter(([, why]) => why);
  if (failures.length > 0) throw new Error([...failures.map(([check, why]) => `${check}: ${why}`), ...meeting.evidence()].join("\n"));
}

function checksOf({ mute, noChat }) {
  if (noChat) return ["opens", "quiet", "tells"];
  return mute ? ["opens", "quiet", "reads", "tells"] : ["opens", "quiet", "reads", "writes", "once", "back"];
}

/** One row for each server and mode. */
function table() {
  if (rows.length === 0) return "";
  const cell = ({ results }, check) => (check in results ? (results[check] ? "FAILED" : "ok") : "-");
  const line = (...cells) => `${cells[0].padEnd(26)}${cells.slice(1).map((text) => text.padEnd(10)).join("")}`.trimEnd();
  const body = rows
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.mode.localeCompare(b.mode))
    .map((row) => line(row.name, row.mode, ...CHECKS.map((check) => cell(row, check))));
  return [line("server", "", ...CHECKS), ...body, ""].join("\n");
}

summaries.push(table);
