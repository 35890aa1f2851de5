// Runs one of these servers in a process of its own, on a free port, and starts it again on the same one.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../person.mjs";
import { killed } from "../spawn.mjs";
import { AXUM, GO, PYTHON } from "./install.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

// A run that is broken off leaves no server behind.
const children = new Set();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

/** Ways to run one: each gives the program and its words from a port and a folder that lives as long as the server. */
export const python = (file, ...words) => ({ kind: "python", command: (port) => [PYTHON, path.join(HERE, file), port, ...words] });
export const node = (file, ...words) => ({
  kind: "node",
  command: (port, folder) => [process.execPath, path.join(HERE, file), port, ...words, path.join(folder, "chat.db")],
});
export const axum = { kind: "cargo", command: (port) => [AXUM, port] };
export const ruby = (file) => ({
  kind: "ruby",
  command: (port) => ["puma", "--quiet", "--environment", "production", "--bind", `tcp://127.0.0.1:${port}`, path.join(HERE, file)],
});
export const go = (name) => ({ kind: "go", command: (port) => [path.join(GO, name), port] });

/** Starts it and resolves, once it listens, with `{ port, kill(), start(), close(), said() }`. */
export async function start({ command }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "others-"));
  const server = new Server(await freePort(), (port) => command(String(port), folder));
  await server.start();
  return Object.assign(server, {
    close: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  });
}

class Server {
  #command;
  #child = null;
  #output = [];

  constructor(port, command) {
    this.port = port;
    this.#command = command;
  }

  async start() {
    const [program, ...words] = this.#command(this.port);
    const child = spawn(program, words, { cwd: os.tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    children.add(child.once("exit", () => children.delete(child)));
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => this.#output.push(chunk.toString()));
    const ended = () => child.exitCode ?? child.signalCode;
    await until(async () => ended() !== null || (await listens(this.port)), `a server on port ${this.port}`, 30_000);
    if (ended() !== null) throw new Error(`it ended at its start: ${this.said()}`);
  }

  /** The last of what it printed. */
  said() {
    return this.#output.join("").slice(-1500);
  }

  /** Whether it still runs: a line that a server does not understand may end some. */
  isUp() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** SIGKILL: the kernel resets its connections. */
  kill() {
    return killed(this.#child);
  }
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
