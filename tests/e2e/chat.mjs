// The page as a person meets it: found by the contract's roles, names and data attributes alone.
import { until } from "../servers/person.mjs";

/** Lines that the browser itself writes when a WebSocket could not be had: a test of bad networks is full of them. */
const BROWSERS_OWN = /^WebSocket connection to '.*' failed/s;

/** Runs in the page before anything else: keeps every state that the status ever showed. */
function watchStates() {
  globalThis.__states = [];
  const look = () => {
    const status = document.querySelector("[role='status'][data-state]");
    if (!status) return;
    const { state, readyState } = status.dataset;
    const last = globalThis.__states.at(-1);
    if (last?.state !== state || last?.ready !== readyState) globalThis.__states.push({ state, ready: readyState, text: status.textContent });
  };
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state", "data-ready-state", "role"] };
  new MutationObserver(look).observe(document, options);
}

export class Chat {
  /** Wraps a page that has not gone anywhere yet. `allow`: further console lines that are no fault. */
  static async on(page, allow = []) {
    const chat = new Chat(page, allow);
    await page.addInitScript(watchStates);
    return chat;
  }

  constructor(page, allow) {
    this.page = page;
    /** Console errors and uncaught exceptions. */
    this.errors = [];
    /** Everything the console said. */
    this.console = [];
    /** Each WebSocket the page opened: `{ url, at, closed }`. */
    this.sockets = [];
    const harmless = (text) => [BROWSERS_OWN, ...allow].some((pattern) => pattern.test(text));
    page.on("console", (line) => {
      this.console.push(`${line.type()}: ${line.text()}`);
      if (line.type() === "error" && !harmless(line.text())) this.errors.push(`${line.text()} (${line.location().url})`);
    });
    page.on("pageerror", (error) => this.errors.push(`uncaught: ${error.stack ?? error}`));
    page.on("crash", () => harmless("the page crashed") || this.errors.push("the page crashed"));
    page.on("websocket", (socket) => {
      const entry = { url: socket.url(), at: Date.now(), closed: false };
      this.sockets.push(entry);
      socket.on("close", () => (entry.closed = true));
    });

    this.statusLine = page.locator("[role='status'][data-state]");
    this.log = page.getByRole("log");
    this.composer = page.getByRole("textbox", { name: "Message", exact: true });
    this.sendButton = page.getByRole("button", { name: "Send", exact: true });
    this.serverUrl = page.getByRole("textbox", { name: "Server URL", exact: true });
    this.protocol = page.getByRole("combobox", { name: "Protocol", exact: true });
    this.userName = page.getByRole("textbox", { name: "Your name", exact: true });
    this.connectButton = page.getByRole("button", { name: "Connect", exact: true });
    this.disconnectButton = page.getByRole("button", { name: "Disconnect", exact: true });
    this.retryNow = page.getByRole("button", { name: /retry now/i });
    this.newMessages = page.getByRole("button", { name: /new message/i });
  }

  // --- the connection

  /** `{ state, ready, text }` as the status shows them now. */
  status() {
    return this.statusLine.evaluate((status) => ({
      state: status.dataset.state,
      ready: status.dataset.readyState,
      text: status.textContent.trim(),
    }));
  }

  /** Waits until the status shows one of `states`. */
  async waitState(states, limit = 15_000) {
    const wanted = [states].flat();
    await until(async () => wanted.includes((await this.status()).state), `the state ${wanted.join(" or ")}`, limit);
  }

  async waitOpen(limit = 15_000) {
    await until(async () => {
      const { state, ready } = await this.status();
      return state === "open" && ready === "1";
    }, "an open connection", limit);
  }

  /** Every state the status showed since the page was loaded. */
  states() {
    return this.page.evaluate(() => globalThis.__states);
  }

  async fillForm({ url, protocol, user }) {
    if (url !== undefined) await this.serverUrl.fill(url);
    if (protocol !== undefined) await this.protocol.selectOption(protocol);
    if (user !== undefined) await this.userName.fill(user);
  }

  async connectByForm(entries) {
    await this.fillForm(entries);
    await this.connectButton.click();
  }

  /** What the page says to a person about a trouble: every visible alert and the status. */
  async complaint() {
    const alerts = await this.page.getByRole("alert").allInnerTexts();
    return { alert: alerts.join("\n").trim(), status: (await this.status()).text };
  }

  // --- messages

  /** The messages that the list draws now. */
  messages() {
    return this.page.evaluate(() => {
      const rows = document.querySelectorAll("[role='log'] [data-message]");
      return [...rows].map((row) => ({
        author: row.dataset.author,
        delivery: row.dataset.delivery ?? null,
        proof: row.dataset.proof ?? null,
        sender: row.querySelector("[data-sender]")?.textContent.trim() ?? null,
        text: row.querySelector("[data-text]")?.textContent ?? null,
      }));
    });
  }

  /** The texts of the drawn messages, of one author if asked for. */
  async texts(author) {
    return (await this.messages()).filter((message) => !author || message.author === author).map((message) => message.text);
  }

  /** How many messages the list holds, drawn or not. */
  async count() {
    return Number(await this.log.getAttribute("data-count"));
  }

  /** Waits for a drawn message with these fields, e.g. `{ text: "hello", delivery: "delivered" }`, and returns it. */
  waitMessage(fields, limit = 10_000) {
    const fits = (message) => Object.entries(fields).every(([name, value]) => (value instanceof RegExp ? value.test(message[name]) : message[name] === value));
    return until(async () => (await this.messages()).find(fits), `a message ${describe(fields)}`, limit);
  }

  waitCount(count, limit = 10_000) {
    return until(async () => (await this.count()) === count, `${count} messages`, limit);
  }

  /** Writes into the composer and presses Enter. */
  async send(text) {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** One row of the list, by its text. */
  row(text) {
    return this.page.locator("[role='log'] [data-message]").filter({ has: this.page.locator("[data-text]", { hasText: text }) });
  }

  // --- scrolling

  /** The element that scrolls the list: the log, something in it, or something around it. Runs in the page. */
  #inScroller(act, argument) {
    const source = `(argument) => {
      const log = document.querySelector("[role='log']");
      const around = [];
      for (let node = log; node; node = node.parentElement) around.push(node);
      const scrolls = (node) => node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY);
      const scroller = [log, ...log.querySelectorAll("*"), ...around].find(scrolls) ?? document.scrollingElement;
      return (${act})(scroller, argument);
    }`;
    return this.page.evaluate(`(${source})(${JSON.stringify(argument) ?? "undefined"})`);
  }

  /** How far, in pixels, the list is from its end. */
  distanceFromEnd() {
    return this.#inScroller((scroller) => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop);
  }

  /** The text and the place on the screen of the first row that is wholly in view. */
  firstRowInView() {
    return this.#inScroller((scroller) => {
      const top = scroller.getBoundingClientRect().top;
      const row = [...document.querySelectorAll("[role='log'] [data-message]")].find((each) => each.getBoundingClientRect().top >= top);
      return { text: row.querySelector("[data-text]").textContent, top: row.getBoundingClientRect().top };
    });
  }

  /** Where a row is on the screen, by its exact text; null if it is not drawn. */
  rowTop(text) {
    return this.#inScroller((_scroller, wanted) => {
      const rows = [...document.querySelectorAll("[role='log'] [data-message]")];
      return rows.find((row) => row.querySelector("[data-text]").textContent === wanted)?.getBoundingClientRect().top ?? null;
    }, text);
  }

  /** Turns the mouse wheel over the list, as a person does. */
  async wheel(pixels) {
    const box = await this.log.boundingBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, 400) / 2);
    await this.page.mouse.wheel(0, pixels);
  }
}

function describe(fields) {
  return JSON.stringify(fields, (_name, value) => (value instanceof RegExp ? String(value) : value));
}
