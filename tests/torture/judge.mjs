// Pure: what became of every message, and whether that is what the protocol allows.

const SETTLED = ["sent", "delivered", "failed"];

/** The last load in which a text was shown as an own message, with its row there. */
function lastShown(loads, text) {
  for (let place = loads.length - 1; place >= 0; place -= 1) {
    const row = loads[place].rows.find((each) => each.author === "me" && each.text === text);
    if (row) return { row, isLast: place === loads.length - 1 };
  }
  return null;
}

/** `accepted` messages of one page, each with its fate: `{ text, at, fate, doubtful, wrong }`. */
function fates({ tab, loads }, site) {
  const accepted = loads.flatMap((load) => load.accepted);
  return accepted.map(({ text, at }) => {
    const shown = lastShown(loads, text);
    const known = site.log.texts.has(text);
    const doubtful = loads.some((load) => load.rows.some((row) => row.author === "me" && row.text === text && row.failure));
    const fate = { tab, text, at, doubtful, delivery: shown?.row.delivery ?? "nowhere", wrong: null };
    const wrong = (kind, words) => ({ ...fate, wrong: { kind, words: `${tab}: ${JSON.stringify(text)} ${words}` } });
    if (!shown) return wrong("lost", "was accepted and is not shown");
    const { delivery, failure } = shown.row;
    if (delivery === "delivered" && !known) return wrong("lost", "is delivered, but the server never had it");
    if (delivery === "delivered" && !site.proves) return wrong("lost", "is delivered, where nothing is proved");
    if (delivery === "failed" && !failure?.trim()) return wrong("unmarked", "failed without a reason");
    // What a reload took from the screen has no fate any more, unless it is lost.
    if (!shown.isLast) return known || delivery === "failed" ? fate : wrong("lost", `was ${delivery}, vanished with a reload, and the server never had it`);
    if (!SETTLED.includes(delivery) || (site.proves && delivery === "sent")) return wrong("unmarked", `ends as ${delivery}`);
    if (delivery === "sent" && !known) return wrong("unmarked", "ends as sent, but the server never had it, and nothing says so");
    return fate;
  });
}

/** Texts that one load shows more than once, or shows as another's though they are its own. */
function duplicates({ tab, loads }) {
  return loads.flatMap((load) => {
    const own = new Set(load.rows.filter((row) => row.author === "me").map((row) => row.text));
    const counts = new Map();
    for (const { text, author } of load.rows) if (author !== "system") counts.set(text, (counts.get(text) ?? 0) + 1);
    const twice = [...counts].filter(([, count]) => count > 1);
    return twice.map(([text, count]) => ({ text, words: `${tab}: ${JSON.stringify(text)} is shown ${count} times${own.has(text) ? ", once as its own" : ""}` }));
  });
}

function numberOf(text) {
  const match = /^(.+)-(\d+)$/.exec(text);
  return match && { prefix: match[1], number: Number(match[2]) };
}

/** What others wrote, as one load shows it: per sender, in the order of the list. */
function bySender(load, leftOut) {
  const senders = new Map();
  const rows = load.rows.filter((row) => row.author === "other" && !leftOut.has(row.text)).sort((one, other) => one.key - other.key);
  for (const row of rows) {
    const named = numberOf(row.text);
    if (!named) continue;
    if (!senders.has(named.prefix)) senders.set(named.prefix, []);
    senders.get(named.prefix).push({ ...row, number: named.number });
  }
  return senders;
}

/** A row's words, its place, and when they were seen there first. */
const placed = ({ text, key, at }) => `${JSON.stringify(text)} (${key}, seen at ${new Date(at).toISOString().slice(14, 23)})`;

/**
 * What the server had and a page does not show, though it shows what the same sender wrote before and after: it has to be marked.
 * `leftOut`: what was sent again may stand elsewhere in the order.
 */
function missed({ tab, loads }, site, leftOut) {
  const result = { missed: 0, unmarked: [], disorder: [] };
  for (const load of loads) {
    const gaps = load.rows.filter((row) => row.gap).map((row) => row.key);
    for (const [prefix, rows] of bySender(load, leftOut)) {
      const shown = new Set(rows.map((row) => row.number));
      for (let place = 1; place < rows.length; place += 1) {
        const [before, after] = [rows[place - 1], rows[place]];
        if (after.number <= before.number) result.disorder.push(`${tab}: ${placed(after)} stands after ${placed(before)}`);
        const marked = gaps.some((key) => key > before.key && key <= after.key);
        for (let number = before.number + 1; number < after.number; number += 1) {
          const text = `${prefix}-${number}`;
          // What stands elsewhere is out of order, and not missing.
          if (!site.log.texts.has(text) || leftOut.has(text) || shown.has(number)) continue;
          result.missed += 1;
          if (!marked) result.unmarked.push(`${tab}: ${JSON.stringify(text)} is missing between ${JSON.stringify(before.text)} and ${JSON.stringify(after.text)}, and nothing says so`);
        }
      }
    }
  }
  return result;
}

/** How long each page that left "open" in this window took to notice, and to be open again. */
function times(pages, { from, lifted, to }) {
  const notice = [];
  const again = [];
  for (const { loads } of pages) {
    const states = loads.flatMap((load) => load.states).filter(({ at }) => at >= from && at < to);
    const left = states.find(({ state }) => state !== "open");
    if (!left) continue;
    const open = states.filter(({ state }) => state === "open").at(-1);
    notice.push(left.at - from);
    if (open && open.at >= left.at) again.push(Math.max(0, open.at - Math.max(lifted, left.at)));
  }
  return { notice, again };
}

/**
 * Judges one site. `pages`: `{ tab, loads }`; `strikes`: `{ name, from, lifted, to }`.
 * Returns one entry for each strike, and everything that is wrong.
 */
export function judge(site, pages, strikes) {
  const all = pages.flatMap((page) => fates(page, site));
  const twice = pages.flatMap(duplicates);
  // What was sent by hand once more; and what came over two links, the older of which may have been the slower one.
  const leftOut = new Set([...all.filter(({ doubtful }) => doubtful).map(({ text }) => text), ...site.log.twice]);
  const gaps = pages.map((page) => missed(page, site, leftOut));
  const entries = strikes.map((strike) => {
    const inside = ({ at }) => at >= strike.from && at < strike.to;
    const mine = all.filter(inside);
    const texts = new Set(mine.map(({ text }) => text));
    const count = (test) => mine.filter(test).length;
    return {
      ...strike,
      site: site.name,
      ...times(pages, strike),
      sent: mine.length,
      delivered: count(({ delivery }) => delivery === "delivered"),
      unproved: count(({ delivery }) => delivery === "sent"),
      doubtful: count(({ doubtful }) => doubtful),
      lost: count(({ wrong }) => wrong?.kind === "lost"),
      unmarked: count(({ wrong }) => wrong?.kind === "unmarked"),
      duplicated: twice.filter(({ text }) => texts.has(text)).length,
    };
  });
  const wrong = [
    ...all.filter((fate) => fate.wrong).map((fate) => `${fate.wrong.kind}: ${fate.wrong.words}`),
    ...twice.map(({ words }) => `duplicated: ${words}`),
    ...gaps.flatMap(({ unmarked }) => unmarked).map((words) => `missed: ${words}`),
    ...gaps.flatMap(({ disorder }) => disorder).map((words) => `order: ${words}`),
    ...pages.flatMap(({ tab, errors }) => errors.map((error) => `error: ${tab}: ${error}`)),
  ];
  const marks = pages.flatMap(({ loads }) => loads.flatMap((load) => load.rows.filter((row) => row.gap))).length;
  return { entries, wrong, missed: gaps.reduce((sum, each) => sum + each.missed, 0), marks };
}
