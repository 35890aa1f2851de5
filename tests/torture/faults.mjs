// The faults. Each is done to one site: `act({ site, proxy, tabs, chance, pause, noticed })`, and is over when it returns.

/** How long Chrome would wait for the closing handshake. */
const CLOSE_STALL = 60_000;
/** A page that is asked to close a dead link may take this long. */
const CLOSED_WITHIN = 4_000;

/** Breaks every connection and lets new ones fail in one way, for a while. */
async function failing({ proxy, chance, pause }, how) {
  proxy.admits = how;
  proxy.reset();
  await pause(chance.between(1500, 3500));
  await proxy.welcome();
}

/**
 * Nothing passes one way or both, until all pages have noticed or `limit` is over. Then all of it passes, or the link ends.
 * A page that hears nothing, though it writes all the time, has to notice by itself where its server answers.
 */
async function frozen({ site, proxy, chance, noticed }, ways, limit = 7000) {
  proxy.set(ways);
  const all = await noticed(limit);
  if (chance.half()) proxy.reset();
  proxy.heal();
  if (ways.down && site.notices && !all) throw new Error(`a page had not noticed after ${limit / 1000} s`);
}

export const FAULTS = {
  "server killed": async ({ site, chance, pause }) => {
    await site.crash();
    await pause(chance.between(1000, 3000));
    await site.revive();
  },
  "server restarted": async ({ site }) => {
    await site.crash();
    await site.revive();
  },
  "server stopped (SIGSTOP)": async ({ site, noticed }) => {
    site.freeze();
    await noticed(5000);
    site.thaw();
  },
  "TCP reset": async ({ proxy }) => proxy.reset(),
  "TCP end": async ({ proxy }) => proxy.drop(),
  "half-close to the page": async ({ proxy }) => proxy.halfClose("client"),
  "half-close to the server": async ({ proxy, noticed }) => {
    proxy.halfClose("server");
    await noticed(5000);
    // A server may go on talking to a client that has said its last word.
    proxy.drop();
  },
  "frozen both ways": (tools) => frozen(tools, { up: "freeze", down: "freeze" }),
  "frozen from the page": (tools) => frozen(tools, { up: "freeze" }, 4000),
  "frozen to the page": (tools) => frozen(tools, { down: "freeze" }),
  "black hole": async ({ proxy, chance, pause }) => {
    proxy.set({ up: "freeze", down: "freeze", fresh: true });
    await pause(chance.between(3000, 6000));
    proxy.reset();
    proxy.heal();
  },
  "one byte a second": async ({ proxy, chance, pause }) => {
    const ways = [{ up: "trickle" }, { down: "trickle" }, { up: "trickle", down: "trickle" }];
    proxy.set(chance.pick(ways));
    await pause(chance.between(4000, 7000));
    proxy.heal();
  },
  late: async ({ proxy, chance, pause }) => {
    proxy.set({ up: chance.between(20, 250), down: chance.between(20, 250), fresh: true });
    await pause(chance.between(3000, 5000));
    proxy.heal();
  },
  "nobody listens": async ({ proxy, chance, pause }) => {
    proxy.refuse();
    proxy.reset();
    await pause(chance.between(1500, 3500));
    await proxy.welcome();
  },
  "handshake rejected (503)": (tools) => failing(tools, "reject"),
  "handshake cut": (tools) => failing(tools, tools.chance.pick(["cut-request", "cut-answer", "cut-open"])),
  "closing handshake stalled": async ({ site, proxy, tabs }) => {
    const [tab] = tabs;
    // The others do not close anything. Where they would not find out, their links end at the end of the fault.
    const end = proxy.stall(CLOSE_STALL);
    await tab.button("Disconnect").click();
    await tab.waitState("closed", CLOSED_WITHIN);
    await tab.button("Connect").click();
    if (!site.notices) end();
  },
  "browser offline": async ({ proxy, tabs, chance, pause }) => {
    const offline = (on) => Promise.all(tabs.map((tab) => tab.page.context().setOffline(on)));
    await offline(true);
    proxy.reset();
    await pause(chance.between(1500, 3500));
    await offline(false);
  },
  "tab hidden": async ({ proxy, tabs, chance, pause }) => {
    const [tab] = tabs;
    await tab.hide(true);
    if (chance.half()) proxy.reset();
    await pause(chance.between(2000, 4000));
    await tab.hide(false);
  },
  "tab frozen": async ({ proxy, tabs, chance, pause }) => {
    const [tab] = tabs;
    const life = (state) => tab.devtools.send("Page.setWebLifecycleState", { state });
    await life("frozen");
    if (chance.half()) proxy.reset();
    await pause(chance.between(2000, 4000));
    await life("active");
  },
  "page reloaded": async ({ tabs }) => tabs[0].reload(),
};

/** What a shorter run does: those that are over soon. */
export const QUICK = [
  "server killed",
  "server restarted",
  "server stopped (SIGSTOP)",
  "TCP reset",
  "half-close to the page",
  "frozen both ways",
  "one byte a second",
  "handshake rejected (503)",
  "handshake cut",
  "closing handshake stalled",
  "browser offline",
  "tab frozen",
  "page reloaded",
];

/** Random numbers from a seed: the same seed gives the same faults in the same order. */
export class Chance {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1. The generator is mulberry32. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least, most) {
    return Math.round(least + this.next() * (most - least));
  }

  half() {
    return this.next() < 0.5;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  shuffle(list) {
    const keyed = list.map((item) => [this.next(), item]);
    return keyed.sort(([one], [other]) => one - other).map(([, item]) => item);
  }
}

/** Which faults each site gets, in order: every fault on every site before any comes again. */
export function plan(count, sites, names, chance) {
  const plans = new Map(sites.map((site) => [site, []]));
  const shortest = () => [...plans].sort(([, one], [, other]) => one.length - other.length).map(([site]) => site);
  let left = [];
  for (let number = 0; number < count; number += 1) {
    if (left.length === 0) left = sites.flatMap((site) => chance.shuffle(names).map((name) => ({ site, name })));
    // Over the sites alike, and among them what was done the least often.
    const done = (name) => [...plans.values()].flat().filter((other) => other === name).length;
    const [site] = shortest().filter((each) => left.some((pair) => pair.site === each));
    const [next] = left.filter((pair) => pair.site === site).sort((one, other) => done(one.name) - done(other.name));
    left.splice(left.indexOf(next), 1);
    plans.get(site).push(next.name);
  }
  return plans;
}
