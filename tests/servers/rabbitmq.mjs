// RabbitMQ with Web STOMP, of its own: own temporary folder, ports, node name and cookie. Nothing of it outlives `close()`.
// By hand: node tests/servers/rabbitmq.mjs [--port 15674]
// Its program is looked for in $RABBITMQ_HOME (bin/ or lib/rabbitmq/bin/), then where Debian's package puts it.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { listen } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

const run = promisify(execFile);
/** How long the broker may take until it listens. */
const START_LIMIT = 60_000;

/** The path of `rabbitmq-server`, or null with nothing installed: a test then skips. */
export function installed() {
  const home = process.env.RABBITMQ_HOME;
  const folders = home ? ["bin", "lib/rabbitmq/bin", "usr/lib/rabbitmq/bin"].map((folder) => path.join(home, folder)) : [];
  folders.push("/usr/lib/rabbitmq/bin");
  return folders.map((folder) => path.join(folder, "rabbitmq-server")).find(existsSync) ?? null;
}

/**
 * `{ url, port, stompPort, login, passcode, vhost, stats(), kill(), restart(), close() }`; `stompPort` is of STOMP over TCP. `beside`: a broker
 * that this one joins, as the second node of its cluster. Rejects when RabbitMQ is not installed.
 */
export async function start({ port = 0, beside = null } = {}) {
  const program = installed();
  if (!program) throw new Error("rabbitmq is not installed: install the package rabbitmq-server, or set RABBITMQ_HOME");
  const broker = new Broker(program, await mkdtemp(path.join(os.tmpdir(), "leptos-chat-rabbitmq-")), beside?.broker);
  try {
    await broker.prepare(Number(port));
    await broker.start();
  } catch (error) {
    await broker.close();
    throw error;
  }
  return {
    url: `ws://127.0.0.1:${broker.ports.webStomp}/ws`,
    port: broker.ports.webStomp,
    stompPort: broker.ports.stomp,
    login: "guest",
    passcode: "guest",
    vhost: "/",
    broker,
    stats: () => ({}),
    /** The broker alone dies; nodes beside it stay. */
    kill: () => broker.kill(),
    /** Stops hard and comes back on the same ports. */
    restart: async () => {
      await broker.stop();
      await broker.start();
    },
    close: () => broker.close(),
  };
}

class Broker {
  #program;
  #folder;
  #user = null;
  #process = null;
  #portMapper = null;
  #output = "";
  #first;

  constructor(program, folder, first) {
    this.#program = program;
    this.#folder = folder;
    this.#first = first;
  }

  get name() {
    return `leptoschat${this.ports.webStomp}@localhost`;
  }

  /** What the nodes of one cluster share. */
  get cookie() {
    return path.join(this.#folder, ".erlang.cookie");
  }

  /** Writes the configuration and hands the folder to the broker's user. */
  async prepare(webStomp) {
    this.ports = { webStomp: webStomp || (await freePort()) };
    for (const name of ["amqp", "stomp", "dist", "epmd"]) this.ports[name] = await freePort();
    if (this.#first) {
      this.ports.epmd = this.#first.ports.epmd;
      await copyFile(this.#first.cookie, this.cookie);
    }
    const file = (name) => path.join(this.#folder, name);
    await mkdir(file("mnesia"));
    await mkdir(file("log"));
    await writeFile(file("enabled_plugins"), "[rabbitmq_web_stomp].\n");
    await writeFile(
      file("rabbitmq.conf"),
      [
        `listeners.tcp.local = 127.0.0.1:${this.ports.amqp}`,
        `stomp.listeners.tcp.1 = 127.0.0.1:${this.ports.stomp}`,
        "web_stomp.tcp.ip = 127.0.0.1",
        `web_stomp.tcp.port = ${this.ports.webStomp}`,
        "loopback_users = none",
        ...(this.#first ? ["cluster_formation.peer_discovery_backend = classic_config", `cluster_formation.classic_config.nodes.1 = ${this.#first.name}`] : []),
        "",
      ].join("\n"),
    );
    await this.#handOver();
  }

  async #handOver() {
    await chmod(this.#folder, 0o700);
    if (process.getuid() !== 0) return;
    const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith("rabbitmq:"));
    if (!line) return;
    const [, , uid, gid] = line.split(":");
    this.#user = { uid: Number(uid), gid: Number(gid) };
    await run("chown", ["-R", `${uid}:${gid}`, this.#folder]);
  }

  #environment() {
    const file = (name) => path.join(this.#folder, name);
    return {
      PATH: process.env.PATH,
      LANG: "C.UTF-8",
      HOME: this.#folder,
      RABBITMQ_NODENAME: this.name,
      RABBITMQ_DIST_PORT: String(this.ports.dist),
      ERL_EPMD_ADDRESS: "127.0.0.1",
      ERL_EPMD_PORT: String(this.ports.epmd),
      RABBITMQ_MNESIA_BASE: file("mnesia"),
      RABBITMQ_LOG_BASE: file("log"),
      RABBITMQ_CONFIG_FILE: file("rabbitmq.conf"),
      RABBITMQ_ENABLED_PLUGINS_FILE: file("enabled_plugins"),
      RABBITMQ_PID_FILE: file("pid"),
    };
  }

  async start() {
    this.#output = "";
    if (!this.#first) this.#startPortMapper();
    this.#process = spawn(this.#program, [], { cwd: this.#folder, env: this.#environment(), detached: true, ...this.#user });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (data) => (this.#output = (this.#output + data).slice(-4000)));
    }
    const deadline = Date.now() + START_LIMIT;
    while (!(await answers(this.ports.webStomp))) {
      if (this.#process.exitCode !== null) throw new Error(`rabbitmq ended at its start:\n${this.#output}`);
      if (Date.now() > deadline) throw new Error(`rabbitmq did not listen after ${START_LIMIT / 1000} s:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop() {
    await this.kill();
    this.#portMapper?.kill("SIGKILL");
  }

  /** Ends the whole process group: the shell, the virtual machine and what it started. */
  async kill() {
    const child = this.#process;
    if (!child?.pid) return;
    const gone = child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.once("exit", resolve)) : null;
    signalGroup(child.pid);
    await gone;
  }

  /** Erlang's port mapper, ours alone. Left to itself the broker starts one as a daemon, which outlives everything. */
  #startPortMapper() {
    const words = ["-port", String(this.ports.epmd), "-address", "127.0.0.1"];
    this.#portMapper = spawn("epmd", words, { stdio: "ignore", env: this.#environment(), ...this.#user });
    this.#portMapper.on("error", () => {});
  }

  async close() {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function signalGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

async function freePort() {
  const probe = net.createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.on("connect", () => socket.destroy());
  });
}

await runByHand(import.meta.url, start);
