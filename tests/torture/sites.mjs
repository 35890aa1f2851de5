// The kinds of server that are tortured, each with its proxy and its log of what the server received.
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Client as StompClient } from "@stomp/stompjs";
import { WebSocket } from "ws";
import { textOf, until } from "../servers/person.mjs";
import * as rabbitmq from "../servers/rabbitmq.mjs";
import { killed, spawn } from "../servers/spawn.mjs";
import * as spring from "../servers/spring.mjs";
import { startEmbedded } from "../e2e/embedded.mjs";

/** The log of a server that was killed is gone; it is read this often. */
const READ_EVERY = 1000;

/** What a server received: each text once, and those that came twice, over a link that was given up and over the next one. */
class Log {
  texts = new Set();
  twice = new Set();

  /** Takes in all that a server has received since it was started. */
  merge(texts) {
    const here = new Set();
    for (const text of texts) {
      if (here.has(text)) this.twice.add(text);
      here.add(text);
      this.texts.add(text);
    }
  }
}

/** What all kinds have in common: a server that is started, killed, frozen, and asked what it has received. */
class Site {
  log = new Log();
  proxy = null;
  #reading = null;
  #timer = null;
  #asleep = false;

  async open() {
    await this.start();
    this.#timer = setInterval(() => void this.read(), READ_EVERY);
  }

  /** Reads the server's log now, unless the server cannot answer. */
  async read() {
    if (this.#asleep) return;
    this.#reading ??= this.received().then((texts) => this.log.merge(texts), () => {}).finally(() => (this.#reading = null));
    await this.#reading;
  }

  /** The server is killed, and with it every connection. Its log was read; what nobody could prove by then, nobody can. */
  async crash() {
    this.proxy.set({ down: "freeze", fresh: true });
    await this.read();
    await new Promise((resolve) => setTimeout(resolve, 60));
    await this.read();
    this.#asleep = true;
    await this.kill();
    this.proxy.reset();
    this.proxy.refuse();
    this.proxy.set({ down: "pass" });
  }

  /** The server comes back; the proxy finds it wherever it is. */
  async revive() {
    await this.start().catch(async () => this.start());
    this.#asleep = false;
    this.proxy.target = this.port;
    await this.proxy.welcome();
  }

  freeze() {
    this.#asleep = true;
    process.kill(this.pid, "SIGSTOP");
  }

  thaw() {
    process.kill(this.pid, "SIGCONT");
    this.#asleep = false;
  }

  async close() {
    clearInterval(this.#timer);
    await this.kill();
  }
}

/** The embedded server, at one of its paths. */
class Embedded extends Site {
  protocol = "json";
  #child = null;

  constructor(name, origins) {
    super();
    this.name = name;
    this.origins = origins;
    /** Whether the server proves what it has. */
    this.proves = name === "channel";
    /** Whether a page there finds out by itself that nothing is answered any more. */
    this.notices = this.proves;
    process.once("exit", () => this.#child?.kill("SIGKILL"));
  }

  get path() {
    return `/${this.name}`;
  }

  get pid() {
    return this.#child.pid;
  }

  async start() {
    const { child, url } = await startEmbedded({ port: this.port, origins: this.origins });
    this.#child = child;
    this.port = Number(new URL(url).port);
  }

  async received() {
    const answer = await fetch(`http://127.0.0.1:${this.port}/control/stats`, { signal: AbortSignal.timeout(2000) });
    return (await answer.json()).log.map(textOf).filter((text) => text !== undefined);
  }

  async kill() {
    if (this.#child) await killed(this.#child);
  }
}

/** Socket.IO 4 with connection state recovery. */
class SocketIo extends Site {
  name = "socket.io";
  protocol = "socket.io";
  path = "";
  proves = true;
  notices = true;
  #server = null;

  get pid() {
    return this.#server.pid;
  }

  get port() {
    return this.#server.port;
  }

  async start() {
    if (this.#server) await this.#server.start();
    else this.#server = await spawn("socketio", { pingInterval: 1000, pingTimeout: 1000 });
  }

  async received() {
    const { received } = await this.#server.stats();
    return received.map(([, message]) => message?.text ?? message);
  }

  async kill() {
    await this.#server?.kill();
  }
}

/** A STOMP broker keeps no log: a subscriber of our own, that goes around the proxy, hears everything. */
class Witnessed extends Site {
  protocol = "stomp";
  proves = true;
  notices = true;
  /** What is added to the page's address. */
  parameters = { destination: "/topic/chat" };
  #witness = null;
  #heard = [];

  async listen(url, connectHeaders = {}) {
    await this.leave();
    const client = new StompClient({ webSocketFactory: () => new WebSocket(url, ["v12.stomp"]), connectHeaders, reconnectDelay: 500 });
    const there = () => (this.#witness = client);
    client.onConnect = () => {
      // The receipt says that the subscription is there. Spring's simple broker gives none.
      client.watchForReceipt("listening", there);
      client.subscribe("/topic/chat", ({ body }) => this.#heard.push(textOf(body)), { receipt: "listening" });
      setTimeout(there, 1000);
    };
    client.activate();
    await until(() => this.#witness, "the witness", 60_000);
  }

  async received() {
    return this.#heard.filter((text) => text !== undefined);
  }

  async leave() {
    await this.#witness?.deactivate({ force: true });
    this.#witness = null;
  }
}

/** Spring Boot's simple broker, with heart-beats. Without the order that only the server can keep, nobody could tell what is missing. */
class Spring extends Witnessed {
  name = "spring";
  path = "/ws/websocket";
  #server = null;

  get pid() {
    return this.#server.pid;
  }

  get port() {
    return this.#server.port;
  }

  async start() {
    if (this.#server) await this.#server.start();
    else this.#server = await spring.start({ heartbeat: 1000, ordered: true });
    await this.listen(`ws://127.0.0.1:${this.port}${this.path}`);
  }

  async kill() {
    await this.leave();
    await this.#server?.kill();
  }
}

/** RabbitMQ with Web STOMP. */
class RabbitMq extends Witnessed {
  name = "stomp";
  path = "/ws";
  #broker = null;
  #folder = null;

  constructor() {
    super();
    process.once("exit", () => this.#signal("SIGKILL"));
  }

  #signal(name) {
    try {
      if (this.pid) process.kill(this.pid, name);
    } catch {
      // It is gone already.
    }
  }

  get port() {
    return this.#broker.port;
  }

  async start() {
    if (this.#broker) await this.#broker.restart();
    else await this.#first();
    await this.listen(this.#broker.url, { login: "guest", passcode: "guest", host: "/" });
    this.pid = Number(await readFile(path.join(this.#folder, "pid"), "utf8"));
  }

  /** Its folder is needed too: the file in it with the id of the process, to stop it. */
  async #first() {
    const temporary = process.env.TMPDIR;
    const parent = await mkdtemp(path.join(os.tmpdir(), "leptos-chat-torture-"));
    // The broker runs as a user of its own.
    await chmod(parent, 0o755);
    this.parent = parent;
    process.env.TMPDIR = parent;
    this.#broker = await rabbitmq.start().finally(() => {
      if (temporary === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = temporary;
    });
    const [folder] = await readdir(parent);
    this.#folder = path.join(parent, folder);
  }

  async kill() {
    if (!this.#folder) return;
    await this.leave();
    this.#signal("SIGKILL");
  }

  async close() {
    await super.close();
    await this.#broker?.close();
    if (this.parent) await rm(this.parent, { recursive: true, force: true });
  }
}

/** Those that this machine can have. */
export function sites(origins) {
  const all = [new Embedded("channel", origins), new Embedded("relay", origins), new SocketIo()];
  if (rabbitmq.installed()) all.push(new RabbitMq());
  if (!spring.missing()) all.push(new Spring());
  return all;
}
