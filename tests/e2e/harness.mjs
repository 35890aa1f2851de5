// What a test gets: `test(name, act, options)` registers it; `t` opens pages and starts servers, and cleans up after it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { chromium } from "playwright-core";
import { person } from "../servers/person.mjs";
import { spawn } from "../servers/spawn.mjs";
import { Chat } from "./chat.mjs";
import { startEmbedded } from "./embedded.mjs";
import { DEEP_PATH, servePage } from "./static.mjs";

export { until } from "../servers/person.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The built examples, each in a folder with its name. */
const EXAMPLES = path.resolve(ROOT, process.env.LEPTOS_CHAT_EXAMPLES ?? "target/size");
/** Of every browser that is started here. */
export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-proxy-server",
  // Names of servers that are not loopback by name, so that the page takes them for others. No other name resolves.
  "--host-resolver-rules=MAP chat.test 127.0.0.1, MAP chat.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** What playwright adds and people's browsers do not have: without it pages go into the back/forward cache. */
const UNWANTED = ["--disable-back-forward-cache"];

/** A phone, as playwright's contexts have it. */
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** How long one step on a page may take, unless a test says otherwise. */
const PATIENCE = 10_000;

export const registry = [];

/** What is printed after the last test: functions that give a text. */
export const summaries = [];

/**
 * Registers a test. Options: `limit` (ms, default 60 s), `allow` (patterns of console errors that belong to the test),
 * `needs` (a function that returns a reason to skip, or nothing; it may install something first, and promise the answer), `alone` (it
 * measures time or memory: no other test runs beside it).
 */
export function test(name, act, options = {}) {
  registry.push({ name, act, limit: 60_000, allow: [], ...options });
}

/** Of a test that opens this example: a reason to skip it. */
export function needsExample(name) {
  return () => (existsSync(path.join(EXAMPLES, name, "index.html")) ? null : "the examples are not built: `cargo xtask test e2e` does it");
}

/** Runs in the page before anything else: the browser asks for these languages. */
function speak(languages) {
  Object.defineProperty(Navigator.prototype, "languages", { get: () => languages, configurable: true });
}

/** Runs in the page before anything else: WebSockets are opened to this host, whichever is asked for. */
function leadTo(host) {
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, ...more) {
      super(Object.assign(new URL(url), { host }).href, ...more);
    }
  };
}

/** What all tests share: the page's servers and the browsers, each started when first asked for. */
export class Fixtures {
  #made = new Map();
  dist = path.resolve(ROOT, process.env.LEPTOS_CHAT_DIST ?? "dist");

  #once(name, make) {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name);
  }

  page({ tls = false } = {}) {
    return this.#once(`page ${tls}`, () => servePage(this.dist, { tls }));
  }

  example(name) {
    return this.#once(`example ${name}`, () => servePage(path.join(EXAMPLES, name)));
  }

  /** `trusting`: a browser that takes any certificate; for the tests of wss and https alone. */
  browser({ trusting = false } = {}) {
    const args = trusting ? [...FLAGS, "--ignore-certificate-errors"] : FLAGS;
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    return this.#once(`browser ${trusting}`, () => chromium.launch({ executablePath, args, ignoreDefaultArgs: UNWANTED }));
  }

  async close() {
    for (const thing of this.#made.values()) await (await thing.catch(() => null))?.close();
  }
}

/** One run of one test. */
export class Run {
  chats = [];
  #fixtures;
  #allow;
  #cleanups = [];

  constructor(fixtures, allow) {
    this.#fixtures = fixtures;
    this.#allow = allow;
  }

  /** Something to be undone with the test, the newest first. */
  defer(cleanup) {
    this.#cleanups.push(cleanup);
  }

  async close() {
    for (const cleanup of this.#cleanups.reverse()) await Promise.resolve(cleanup()).catch(() => {});
  }

  /**
   * Opens the page with these URL parameters, as a person of its own (a fresh browser context).
   * Options: `like` (another chat whose browser is shared), `https`, `trusting`, `deep` (under a longer path), `host`, `prepare` (called with the
   * page before it goes anywhere), `languages` (those that the browser asks for: playwright's own `locale` is one alone, where a person's has
   * two and more), and those of a Playwright context.
   */
  async open(parameters = {}, { like, https = false, trusting = https, deep = false, host = "127.0.0.1", prepare, ...contextOptions } = {}) {
    const { origin } = await this.#fixtures.page({ tls: https });
    const context = like ? like.page.context() : await this.#newContext(trusting, contextOptions);
    const chat = await this.#chatIn(context, prepare);
    const { page } = chat;
    const query = new URLSearchParams(parameters).toString();
    await page.goto(`${origin.replace("127.0.0.1", host)}${deep ? DEEP_PATH : "/"}${query && `?${query}`}`);
    await chat.statusLine.waitFor({ state: "attached" });
    return chat;
  }

  /** Opens an example as a person of its own. It knows its server's address, which is led to this one. */
  async example(name, { url }, { prepare } = {}) {
    const { origin } = await this.#fixtures.example(name);
    const chat = await this.#chatIn(await this.#newContext(false), prepare);
    await chat.page.addInitScript(leadTo, new URL(url).host);
    await chat.page.goto(origin);
    return chat;
  }

  async #chatIn(context, prepare) {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await prepare?.(page);
    const chat = await Chat.on(page, this.#allow);
    this.chats.push(chat);
    return chat;
  }

  async #newContext(trusting, options) {
    const browser = await this.#fixtures.browser({ trusting });
    const { languages, locale = languages?.[0] ?? "en-US", ...others } = options ?? {};
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale, ...others });
    await context.addInitScript(speak, languages ?? [locale, locale.split("-")[0]]);
    this.defer(() => context.close());
    return context;
  }

  /** Opens the page on a server's URL and waits until it is connected. */
  async join(url, parameters = {}, options = {}) {
    const chat = await this.open({ url, protocol: "json", user: "ada", ...parameters }, options);
    await chat.waitOpen();
    return chat;
  }

  /** A server in this process. */
  async start(name, options) {
    const server = await (await import(`../servers/${name}.mjs`)).start(options);
    this.defer(() => server.close());
    return server;
  }

  /** A server in a process of its own: it can be killed and frozen. */
  async spawn(name, options) {
    const server = await spawn(name, options);
    this.defer(() => server.close());
    return server;
  }

  async person(url, options) {
    const visitor = await person(url, options);
    this.defer(() => visitor.close());
    return visitor;
  }

  /** The embedded server with its faults: `{ url, http, stats(), control(path) }`. */
  async bench() {
    const { origin } = await this.#fixtures.page();
    const { child, url } = await startEmbedded({ origins: [origin] });
    this.defer(() => void child.kill("SIGKILL"));
    const http = url.replace(/^ws/, "http");
    return {
      url,
      http,
      stats: async () => (await fetch(`${http}/control/stats`)).json(),
      control: async (command) => {
        const answer = await fetch(`${http}/control/${command}`, { method: "POST" });
        if (!answer.ok) throw new Error(`/control/${command} answered ${answer.status}`);
      },
    };
  }
}
