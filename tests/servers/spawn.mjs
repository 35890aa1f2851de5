// Starts one of these servers in a process of its own, so that it can be killed, frozen and started again.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `spawn("relay", { tls: true })`. Resolves with `{ url, port, pid, call(name, ...args), stats(), kill(), freeze(), thaw(), restart(), close() }`.
 * `restart()` comes back on the same port, with the same options unless others are given.
 */
export async function spawn(name, options = {}) {
  const server = new Child(name, options);
  await server.start();
  return server;
}

/** Kills a child process. Resolves when it is gone. */
export async function killed(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

class Child {
  #name;
  #options;
  #child = null;
  #calls = new Map();
  #lastCall = 0;

  constructor(name, options) {
    this.#name = name;
    this.#options = options;
  }

  async start() {
    const file = fileURLToPath(new URL(`./${this.#name}.mjs`, import.meta.url));
    this.#child = fork(file, [JSON.stringify(this.#options)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const ready = await new Promise((resolve, reject) => {
      this.#child.once("message", resolve);
      this.#child.once("exit", (code) => reject(new Error(`${this.#name} ended at its start with ${code}`)));
    });
    this.#child.removeAllListeners("exit");
    this.#child.on("message", ({ id, result }) => {
      this.#calls.get(id)?.(result);
      this.#calls.delete(id);
    });
    this.url = ready.url;
    this.port = ready.port;
    this.#options = { ...this.#options, port: ready.port };
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Calls a function of the server's handle in the child. Waits for ever while the child is frozen. */
  call(name, ...args) {
    this.#lastCall += 1;
    const id = this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, resolve);
      this.#child.send({ id, call: name, args }, (error) => error && reject(error));
    });
  }

  stats() {
    return this.call("stats");
  }

  /** SIGKILL: the kernel resets its connections. Resolves when the process is gone. */
  async kill() {
    if (this.#child) await killed(this.#child);
  }

  /** SIGSTOP: connections stay and nothing is answered any more. */
  freeze() {
    this.#child.kill("SIGSTOP");
  }

  /** SIGCONT: goes on as if nothing had been. */
  thaw() {
    this.#child.kill("SIGCONT");
  }

  async restart(options = {}) {
    await this.kill();
    this.#options = { ...this.#options, ...options };
    await this.start();
  }

  close() {
    return this.kill();
  }
}
