// One page and one third person on somebody else's server: the checks of others.test.mjs, each of which fails with its reason.
import { until } from "./harness.mjs";

const PATIENCE = 5000;
/** Longer than a heartbeat that nobody asked for; shorter than Socket.IO's patience, which hears no pings while the clock is moved on. */
const SILENCE = 40_000;
const OWN = ["good evening everyone", "大家晚上好，这里是艾达", "first of two lines\nsecond of two lines"];
const AWAY = ["written while it was down", "and one more from the dark"];
const THEIRS = ["hello, this is bob", "你好，我是鲍勃", "bob writes one\nbob writes two"];
/** What the page sends by itself as Engine.IO and Socket.IO want it. */
const PROTOCOL = /^(2|3|40.*|41.*|2probe|5)$/s;

export class Meeting {
  /** `mode`: `auto`, or the settings of the table. */
  static async begin(t, server, running, mode) {
    const meeting = new Meeting();
    Object.assign(meeting, { server, running, sockets: [] });
    meeting.unreadable = 0;
    meeting.visitor = new server.visitor();
    await meeting.visitor.join(running.port);
    t.defer(() => meeting.visitor.close());
    meeting.proxy = await t.start("proxy", { to: running.port });
    const scheme = mode === "auto" && server.scheme ? server.scheme : "ws";
    const url = `${scheme}://127.0.0.1:${meeting.proxy.port}${server.path}`;
    const parameters = [["url", url], ["protocol", "auto"], ["user", "ada"], ...settings(mode === "auto" ? {} : server.settings)];
    meeting.chat = await t.open(asQuery(parameters), { prepare: (page) => meeting.listenTo(page) });
    if ((await meeting.chat.status()).state === "idle") await meeting.chat.connectButton.click();
    return meeting;
  }

  /** Keeps the frames of every link, and takes the page's clock into our hands. */
  async listenTo(page) {
    await page.clock.install();
    page.on("websocket", (socket) => {
      const link = { url: socket.url(), sent: [], heard: [], closed: false };
      this.sockets.push(link);
      socket.on("framesent", ({ payload }) => link.sent.push(payload.toString()));
      socket.on("framereceived", ({ payload }) => link.heard.push(payload.toString()));
      socket.on("close", () => (link.closed = true));
    });
  }

  /** Runs a check; resolves with null, or with why it failed. */
  outcome(check) {
    return this[check]().then(() => null, (error) => error.message);
  }

  async opens() {
    await this.chat.waitOpen(12_000);
  }

  /** Nobody writes: the page says nothing that nobody asked for, stays on its link, and shows no noise. */
  async quiet() {
    await settle();
    if (this.server.beats) await this.learnsToAnswer();
    const before = await this.linkState();
    for (let gone = 0; gone < SILENCE; gone += 1000) {
      await this.chat.page.clock.runFor(1000);
      // The server's time does not run so fast: it gets a moment for what it is asked.
      await pause(20);
    }
    await settle();
    const after = await this.linkState();
    same(after.state, "open", `it is ${after.state} after ${SILENCE / 1000} s of silence: ${after.text}`);
    same(after.links, before.links, "the link was replaced");
    const isOurs = (frame) => !PROTOCOL.test(frame) && !this.isHello(frame) && !(this.server.beats && /pong/i.test(frame));
    const said = this.sockets.flatMap(({ sent }) => sent).filter(isOurs);
    same(said, [], "frames that no person wrote");
    same(this.noise(this.visitor.shown), [], "what the third person's page shows");
    const beats = (await this.chat.messages()).filter(({ text }) => /\b(ping|pong)\b/i.test(text)).map(({ text }) => text);
    same(beats, [], "heartbeats among the lines");
    this.unreadable = await this.countUnreadable();
  }

  /** A heartbeat is another client's until a link has ended without an answer. */
  learnsToAnswer() {
    const answers = () => this.sockets.slice(1).some(({ sent }) => sent.some((frame) => /pong/i.test(frame)));
    return until(async () => answers() && (await this.linkState()).state === "open", "an answer to heartbeats on a second link", 12_000);
  }

  /** What is no line is shown as it is only before the first line that could be read: it may be the chat. */
  async noMoreUnreadable() {
    const count = await this.countUnreadable();
    if (count > this.unreadable) throw new Error(`${count - this.unreadable} unreadable rows more: ${JSON.stringify(await this.rows())}`);
  }

  countUnreadable() {
    return this.chat.page.locator("[role='log'] [data-unreadable]").count();
  }

  /** The third person's lines are shown, each once, without their wrapping, with their sender where a member names it. */
  async reads() {
    for (const [index, text] of THEIRS.entries()) {
      await this.visitor.say(text);
      // Lines that wait together leave such a server as one text, which nobody can tell apart.
      if (this.server.oneLine) await this.theirs(index + 1);
    }
    await this.theirs(THEIRS.length);
    await settle();
    await this.readsOnce();
  }

  /** Waits for that many lines of the third person; what is missing is found out after. */
  theirs(count) {
    return until(async () => (await this.theirRows()).length >= count, "the third person's lines", PATIENCE).catch(() => {});
  }

  async readsOnce() {
    const rows = await this.theirRows();
    const found = THEIRS.map((text) => rows.filter((row) => shows(row, this.asSent(text))).length);
    same(found, THEIRS.map(() => 1), `rows of the others: ${JSON.stringify(await this.rows())}`);
    const { names } = this.server;
    const senders = rows.map(({ sender }) => sender);
    if (names) same(senders.filter((name) => !names.test(name)), [], "senders of the third person's lines");
    await this.noMoreUnreadable();
  }

  /** A line, a Chinese line and a line of two reach the third person's page once, as lines of that kind. */
  async writes() {
    for (const text of OWN) await this.chat.send(text);
    await this.arrive(OWN);
    if (!this.running.isUp()) throw new Error(`the server ended: ${this.running.said()}`);
  }

  /** Each own line is one row, the person's own. */
  async once(texts = OWN) {
    const rows = await this.chat.messages();
    for (const text of texts) {
      const found = rows.filter((row) => row.text.trim() === text || row.text === this.ours(text));
      const words = found.map(({ author, delivery }) => `${author} ${delivery}`);
      same(found.filter(({ author }) => author === "me").length, 1, `own rows of ${JSON.stringify(text)}: ${words}`);
      same(found.length, 1 + (this.ours(text) !== text && found.some((row) => row.text === this.ours(text)) ? 1 : 0), `rows: ${words}`);
    }
  }

  /** The server is killed, two lines are written, it starts again: both arrive once, and nothing is there twice. */
  async back() {
    const { chat, proxy, running, visitor } = this;
    proxy.away();
    await running.kill();
    await until(async () => (await chat.status()).state !== "open", "a lost link", PATIENCE);
    for (const text of AWAY) await chat.send(text);
    await running.start();
    visitor.shown.length = 0;
    await visitor.back();
    proxy.back();
    await this.reconnect();
    await this.arrive(AWAY);
    await this.once([...OWN, ...AWAY]);
    await this.readsOnce();
  }

  async reconnect() {
    await until(async () => {
      if ((await this.chat.status()).state === "open") return true;
      if (await this.chat.retryNow.isVisible()) await this.chat.retryNow.click({ timeout: 500 }).catch(() => {});
      await this.chat.page.clock.runFor(200);
      return false;
    }, "an open link after the server's return", 12_000);
  }

  /** Where nobody can write: the person learns why, in words, beside the line that was not taken. */
  async tells() {
    await this.chat.send("is anybody there");
    await until(async () => {
      await this.chat.page.clock.runFor(500);
      const [row] = (await this.chat.messages()).filter(({ text }) => text === "is anybody there");
      return row?.delivery === "failed" || (await this.chat.complaint()).alert !== "";
    }, "a word on the line that nobody takes", PATIENCE);
  }

  // --- what is there

  ours(text) {
    return this.server.ours?.(text) ?? text;
  }

  /** As this server hands a line on, from anybody: some make one line of two. */
  asSent(text) {
    return this.server.oneLine ? text.replace(/\n/g, " ") : text;
  }

  async arrive(texts) {
    const wanted = texts.map((text) => this.ours(text));
    const found = () => wanted.map((text) => this.visitor.shown.filter((line) => line.text === text).length);
    await until(() => found().every((count) => count > 0), "the lines at the third person", PATIENCE).catch(() => {});
    await settle();
    const seen = JSON.stringify(this.visitor.shown.slice(-8));
    same(found(), wanted.map(() => 1), `the third person's page shows ${seen}`);
    same(this.noise(this.visitor.shown), [], "what else the third person's page shows");
    const { from } = this.server;
    const nameless = this.visitor.shown.filter((line) => from && wanted.includes(line.text) && line.from !== from);
    same(nameless, [], "lines without the page's name");
  }

  /** What the third person's page shows and nobody wrote. */
  noise(shown) {
    const known = [...THEIRS, ...OWN, ...AWAY].flatMap((text) => [text, this.ours(text), this.asSent(text)]);
    const lines = shown.map(({ text }) => text);
    return lines.filter((text) => !known.includes(text) && !this.server.rest?.test(text));
  }

  /** The first lines of the settings, which the page was told to say. */
  isHello(frame) {
    const letters = (text) => [...text].sort().join("");
    // The members of an object have no order.
    return [this.server.settings?.hello ?? []].flat().some((hello) => {
      // What was heard is a number in all of them.
      const hole = /\{(?:first|heard):[^}]*\}/g;
      const plain = (text) => letters(hello.match(hole) ? text.replace(hole, "").replace(/\d/g, "") : text);
      return plain(frame.replace(/^42/, "")) === plain(hello.replaceAll("{user}", "ada"));
    });
  }

  rows() {
    return this.chat.messages().then((rows) => rows.map(({ author, sender, text }) => [author, sender, text].join("|")));
  }

  async theirRows() {
    const isTheirs = ({ author, text }) => author === "other" && THEIRS.some((line) => text.includes(line.split("\n")[0]));
    return (await this.chat.messages()).filter(isTheirs);
  }

  async linkState() {
    const { state, text } = await this.chat.status();
    return { state, text, links: this.sockets.length };
  }

  /** The last frames of the last links, and what the server printed. */
  evidence() {
    const frames = (all) => all.slice(-8).map((frame) => frame.slice(0, 160));
    const used = this.sockets.filter(({ sent, heard }) => sent.length + heard.length > 0);
    const links = used.slice(-2).flatMap((link) => [link.url, ...frames(link.sent).map((f) => `  > ${f}`), ...frames(link.heard).map((f) => `  < ${f}`)]);
    return [...links, `third person: ${JSON.stringify(this.visitor.shown.slice(-8))}`, `server: ${this.running.said()}`];
  }
}

/** Throws in one line. */
function same(actual, expected, what) {
  const [is, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== wanted) throw new Error(`${what}: ${is}${wanted === "[]" ? "" : `, not ${wanted}`}`);
}

/** Is this the line, alone or with a short prefix that names its sender? */
function shows(row, text) {
  return row.text.endsWith(text) && row.text.length < text.length + 30 && !/^\s*[[{]+["{]/.test(row.text);
}

function settings(entries) {
  return Object.entries(entries).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
}

/** Later names win, except those that may repeat. */
function asQuery(pairs) {
  const query = new URLSearchParams();
  for (const [name, value] of pairs) {
    if (["hello", "listen", "subprotocol"].includes(name)) query.append(name, value);
    else query.set(name, value);
  }
  return query;
}

/** What comes twice comes at once: time for a second copy. */
function settle() {
  return pause(300);
}

function pause(duration) {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
