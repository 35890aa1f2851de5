// One page in Chrome, with its person at the keyboard, as the torture handles it.
import { until } from "../servers/person.mjs";
import { watch } from "./watch.mjs";

/** How often each person writes, on average, in milliseconds. */
const EVERY = 400;
/** What Chrome itself writes when a connection is broken, and what a page that is reloaded in the middle of it leaves behind. */
const HARMLESS = /WebSocket connection to|net::ERR_|Failed to load resource|blocked by CORS policy/;

export class Tab {
  /** Console errors and uncaught exceptions. */
  errors = [];
  #loads = 0;

  constructor(name, page, address) {
    this.name = name;
    this.page = page;
    this.address = address;
  }

  /** Opens the page in a browser context of its own. */
  static async take(name, browser, address) {
    const context = await browser.newContext({ viewport: { width: 900, height: 700 }, locale: "en-US" });
    const tab = new Tab(name, await context.newPage(), address);
    tab.page.setDefaultTimeout(20_000);
    tab.page.on("console", (line) => line.type() === "error" && !HARMLESS.test(line.text()) && tab.errors.push(line.text()));
    tab.page.on("pageerror", (error) => tab.errors.push(`uncaught: ${error.message}`));
    tab.page.on("crash", () => tab.errors.push("the page crashed"));
    await tab.page.addInitScript(watch);
    await tab.page.goto(address);
    tab.devtools = await context.newCDPSession(tab.page);
    return tab;
  }

  #call(name, ...args) {
    return this.page.evaluate(([name, args]) => globalThis.__torture[name](...args), [name, args]);
  }

  /** Starts to write. Each load has its own prefix, so that no text is ever written twice. */
  talk() {
    return this.#call("talk", `${this.name}${this.#loads}`, EVERY);
  }

  hush() {
    return this.#call("hush");
  }

  write(text) {
    return this.#call("write", text);
  }

  retry(share) {
    return this.#call("retry", share);
  }

  /** One more line in the order of its own, after everything else. */
  lastWord() {
    return this.#call("say");
  }

  /** Another tab comes before this one, as far as the page can tell. */
  hide(hidden) {
    return this.page.evaluate((hidden) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  }

  /** The state that the status shows. */
  state() {
    return this.page.evaluate(() => document.querySelector("[role='status'][data-state]")?.dataset.state ?? "loading");
  }

  wasNotOpen(since) {
    return this.#call("wasNotOpen", since);
  }

  /** The state's name and the words beside it. */
  status() {
    return this.page.evaluate(() => {
      const status = document.querySelector("[data-state]");
      return `${status.dataset.state}: ${status.parentElement.innerText.replace(/\s+/g, " ").trim()}`;
    });
  }

  waitState(wanted, limit) {
    const states = [wanted].flat();
    return until(async () => states.includes(await this.state()), `${this.name}: the state ${states.join(" or ")}`, limit);
  }

  /** Looks again at what was drawn long ago and had no end then. */
  sweep() {
    return this.#call("sweep");
  }

  /** Writes two lines and reloads the page before they can be answered. */
  async reload() {
    const prefix = `${this.name}${this.#loads}`;
    await this.sweep();
    const loaded = this.page.waitForEvent("load");
    await this.page.evaluate((prefix) => {
      for (const last of ["x", "y"]) globalThis.__torture.write(`${prefix}-${last}`);
      location.reload();
    }, prefix);
    await loaded;
    this.#loads += 1;
    await this.waitState(["open", "waiting", "connecting", "handshaking"], 20_000);
    await this.talk();
  }

  /** What was seen in each load of the page: `{ at, accepted, refused, states, rows, gapAtEnd }`. */
  async loads() {
    return [...(await this.#call("earlier")), await this.#call("seen")];
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  close() {
    return this.page.context().close();
  }
}
