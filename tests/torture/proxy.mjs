// A TCP proxy on loopback that does to a connection what bad networks do. It knows bytes, not messages.
import net from "node:net";

/** What ends a direction, in its queue behind the bytes that came before. */
const END = Symbol("end");
const RESET = Symbol("reset");
/** A frozen direction keeps this much; then its source has to wait, as on a full network. */
const MAX_HELD = 1 << 20;
const REJECTION = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/**
 * Listens on a free port, and forwards to `target` on loopback.
 *
 * `sabotage`, to see the checks fail: "repeat" sends some of the server's bytes twice, "swallow" loses some of the client's,
 * "lose" some of the server's.
 */
export async function startProxy(target, { sabotage = null } = {}) {
  const proxy = new Proxy(target, sabotage);
  await proxy.listen();
  return proxy;
}

class Proxy {
  /** The port of the server, which may come back on another one. */
  target;
  /** What becomes of a new connection: "forward", "reject" (HTTP 503), "cut-request", "cut-answer", "cut-open". */
  admits = "forward";
  port = 0;
  #links = new Set();
  /** What ends the stalled connections. */
  #stalled = new Set();
  #fresh = {};
  #server = null;
  #sabotage;

  constructor(target, sabotage) {
    this.target = target;
    this.#sabotage = sabotage;
  }

  /** How many connections it holds. */
  get links() {
    return this.#links.size;
  }

  listen() {
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#admit(client));
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.port, "127.0.0.1", () => {
        this.port = this.#server.address().port;
        resolve();
      });
    });
  }

  #admit(client) {
    const link = new Link(client, this.target, this.admits, this.#sabotage);
    this.#links.add(link);
    client.once("close", () => this.#links.delete(link));
    link.set(this.#fresh);
  }

  /** Refuses connections: nobody listens on the port. The connections at hand stay. */
  refuse() {
    this.#server?.close();
    this.#server = null;
  }

  /** Listens again. */
  async welcome() {
    this.admits = "forward";
    if (!this.#server) await this.listen();
  }

  /** Resets every connection, to both sides. */
  reset() {
    for (const link of this.#links) link.reset();
  }

  /** Ends every connection to both sides, without a word of WebSocket. */
  drop() {
    for (const link of this.#links) link.drop();
  }

  /** Ends one direction alone: "client", who hears no more, or "server". */
  halfClose(side) {
    for (const link of this.#links) link.halfClose(side);
  }

  /**
   * Changes how bytes pass, `{ up, down }` (from the client and to the client): "pass", "freeze", "trickle" (one byte a
   * second), or a number of milliseconds by which they are late. `fresh`: new connections are treated so too.
   */
  set({ fresh = false, ...ways }) {
    for (const link of this.#links) link.set(ways);
    this.#fresh = fresh ? { ...this.#fresh, ...ways } : {};
  }

  /**
   * Nothing of the connections at hand passes any more; they end after this time, or with
   * the function that is returned. Nothing else touches them.
   */
  stall(time) {
    const links = [...this.#links];
    this.#links.clear();
    for (const link of links) link.set({ up: "freeze", down: "freeze" });
    const end = () => {
      clearTimeout(timer);
      this.#stalled.delete(end);
      for (const link of links) link.reset();
    };
    const timer = setTimeout(end, time);
    this.#stalled.add(end);
    return end;
  }

  /** Everything passes again, what was held first. */
  heal() {
    this.set({ up: "pass", down: "pass" });
  }

  close() {
    this.refuse();
    this.reset();
    for (const end of this.#stalled) end();
  }
}

/** One connection. */
class Link {
  #client;
  #server;
  #up;
  #down;

  constructor(client, target, admits, sabotage) {
    this.#client = client;
    client.on("error", () => {});
    if (admits === "reject") {
      client.once("data", () => client.end(REJECTION));
    } else if (admits === "cut-request") {
      client.once("data", () => client.resetAndDestroy());
    } else {
      this.#forward(target, admits, sabotage);
    }
  }

  #forward(target, admits, sabotage) {
    this.#server = net.connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.#up = new Direction(this.#client, this.#server, sabotage === "swallow" ? sabotage : null);
    this.#down = new Direction(this.#server, this.#client, ["repeat", "lose"].includes(sabotage) ? sabotage : null);
    if (admits === "cut-answer") this.#down.cutAfter = (answer) => answer.subarray(0, answer.length / 2);
    if (admits === "cut-open") this.#down.cutAfter = (answer) => answer.subarray(0, answer.indexOf("\r\n\r\n") + 4);
  }

  set({ up, down }) {
    if (up !== undefined) this.#up?.set(up);
    if (down !== undefined) this.#down?.set(down);
  }

  reset() {
    this.#client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }

  drop() {
    this.#client.destroy();
    this.#server?.destroy();
  }

  halfClose(side) {
    (side === "client" ? this.#client : this.#server)?.end();
  }
}

/** The bytes that go one way. */
class Direction {
  /** Given the first bytes, those that still pass; then the connection is reset. */
  cutAfter = null;
  #source;
  #sink;
  #way = "pass";
  #queue = [];
  #held = 0;
  #timer = null;
  #sabotage;
  #chunks = 0;

  constructor(source, sink, sabotage) {
    this.#source = source;
    this.#sink = sink;
    this.#sabotage = sabotage;
    source.on("data", (bytes) => this.#take(bytes));
    source.on("end", () => this.#push(END));
    source.on("error", () => {});
    source.on("close", (failed) => this.#push(failed ? RESET : END));
    sink.on("drain", () => this.#pump());
    sink.on("close", () => clearTimeout(this.#timer));
  }

  set(way) {
    this.#way = way;
    clearTimeout(this.#timer);
    this.#timer = null;
    if (way === "pass") for (const item of this.#queue) item.due = 0;
    this.#pump();
  }

  #take(bytes) {
    if (this.cutAfter) {
      const last = this.cutAfter(bytes);
      this.#sink.write(last, () => this.#sink.resetAndDestroy());
      return this.#source.resetAndDestroy();
    }
    this.#chunks += 1;
    // Not the handshake: what breaks then is no message.
    const strikes = this.#chunks > 4 && this.#chunks % 9 === 0;
    if (strikes && ["swallow", "lose"].includes(this.#sabotage)) return;
    this.#push(bytes);
    if (strikes && this.#sabotage === "repeat") this.#push(bytes);
  }

  #push(what) {
    const due = typeof this.#way === "number" ? Date.now() + this.#way : 0;
    this.#queue.push({ what, due });
    this.#held += what.length ?? 0;
    if (this.#held > MAX_HELD) this.#source.pause();
    this.#pump();
  }

  #pump() {
    if (this.#way === "freeze" || this.#timer) return;
    while (this.#queue.length > 0) {
      const wait = this.#wait(this.#queue[0]);
      if (wait > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = null;
          if (this.#way === "trickle") this.#trickle();
          this.#pump();
        }, wait);
        return;
      }
      this.#hand(this.#queue.shift().what);
    }
    if (this.#source.isPaused()) this.#source.resume();
  }

  #wait({ what, due }) {
    if (this.#way === "trickle" && what.length > 0) return 1000;
    return due - Date.now();
  }

  #trickle() {
    const [first] = this.#queue;
    if (!first || !(first.what.length > 0)) return;
    this.#hand(first.what.subarray(0, 1), 1);
    first.what = first.what.subarray(1);
    if (first.what.length === 0) this.#queue.shift();
  }

  #hand(what) {
    if (this.#sink.destroyed) return;
    if (what === END) return this.#sink.end();
    if (what === RESET) return this.#sink.resetAndDestroy();
    this.#held -= what.length;
    if (this.#sink.writable) this.#sink.write(what);
  }
}
