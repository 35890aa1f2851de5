// The figures of a run, by fault, and what was wrong.

/** No more lines than these about what is wrong. */
const SHOWN = 40;

function seconds(times) {
  if (times.length === 0) return "-";
  const sorted = [...times].sort((one, other) => one - other);
  const show = (time) => (time / 1000).toFixed(1);
  return `${show(sorted[Math.floor(sorted.length / 2)])} / ${show(sorted.at(-1))}`;
}

const sum = (entries, name) => entries.reduce((total, entry) => total + entry[name], 0);

const COUNTS = ["sent", "delivered", "unproved", "doubtful", "unmarked", "lost", "duplicated"];
const WIDTHS = [28, 7, 14, 17, ...COUNTS.map((name) => name.length + 3)];

function line(cells) {
  return cells.map((cell, place) => (place === 0 ? String(cell).padEnd(WIDTHS[0]) : String(cell).padStart(WIDTHS[place]))).join("");
}

function row(name, entries) {
  const times = (of) => seconds(entries.flatMap((entry) => entry[of]));
  return line([name, entries.length, times("notice"), times("again"), ...COUNTS.map((count) => sum(entries, count))]);
}

function groups(entries, name) {
  const map = new Map();
  for (const entry of entries) map.set(entry[name], [...(map.get(entry[name]) ?? []), entry]);
  return map;
}

/** Prints it all; whether all was as it must be. */
export function print(results, { seconds: duration, seed }) {
  const entries = results.flatMap((result) => result.entries);
  console.log(`\n${line(["fault", "times", "noticed (s)", "open again (s)", ...COUNTS])}`);
  for (const [name, group] of [...groups(entries, "name")].sort(([one], [other]) => one.localeCompare(other))) console.log(row(name, group));
  console.log();
  for (const [name, group] of groups(entries, "site")) console.log(row(name, group));
  console.log(row("all", entries));
  console.log("\nSeconds are median / longest over the pages that were disturbed. Open again: since the fault was over, or was noticed if that was later.");
  console.log("Unproved: sent to a server that proves nothing. Doubtful: marked at some time as \"may not have arrived\". Unmarked: in doubt, and nothing said so.");
  for (const { site, missed, marks } of results) {
    console.log(`${site.name}: ${site.log.texts.size} messages at the server; ${missed} that a page missed while it was away, ${marks} marks of it`);
  }
  const wrong = results.flatMap((result) => [...result.strikes.flatMap((strike) => strike.wrong), ...result.wrong]);
  for (const words of wrong.slice(0, SHOWN)) console.log(`WRONG ${words}`);
  if (wrong.length > SHOWN) console.log(`... and ${wrong.length - SHOWN} more`);
  const bad = entries.filter((entry) => entry.wrong.length + entry.lost + entry.unmarked + entry.duplicated > 0).length;
  const failed = wrong.length > 0 ? Math.max(1, bad) : 0;
  console.log(`${duration.toFixed(0)} s, seed ${seed}`);
  console.log(`test result: ${Math.max(0, entries.length - failed)} passed; ${failed} failed`);
  return failed === 0 && entries.length > 0;
}
