// Redis, of its own: in memory alone, on loopback, gone with `close()`. Its program is Debian's `redis-server`.
// By hand: node tests/servers/redis.mjs [--port 6379]
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { listen } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";
import { killed } from "./spawn.mjs";

const START_LIMIT = 10_000;

/** Whether `redis-server` is on the path: a test skips without it. */
export function installed() {
  return process.env.PATH.split(path.delimiter).some((folder) => existsSync(path.join(folder, "redis-server")));
}

/** `{ url, port, close() }`. Rejects when Redis is not installed. */
export async function start({ port = 0 } = {}) {
  if (!installed()) throw new Error("redis-server is not installed: apt-get install redis-server");
  const realPort = Number(port) || (await freePort());
  const words = ["--port", String(realPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
  const child = spawn("redis-server", words, { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  await new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
      if (output.includes("Ready to accept connections")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`redis ended at its start with ${code}:\n${output}`)));
    setTimeout(() => reject(new Error(`redis did not listen:\n${output}`)), START_LIMIT).unref();
  });
  return { url: `redis://127.0.0.1:${realPort}`, port: realPort, close: () => killed(child) };
}

async function freePort() {
  const probe = net.createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

await runByHand(import.meta.url, start);
