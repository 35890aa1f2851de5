// The embedded chat server, in a process of its own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Starts it with its faults, on a free port unless one is given. Resolves, once it listens, with `{ child, url }`. */
export async function startEmbedded({ port = 0, origins = [] } = {}) {
  const words = ["--listen", `127.0.0.1:${port}`, "--faults", ...origins.flatMap((origin) => ["--allow-origin", origin])];
  const child = spawn(program(), words, { stdio: ["ignore", "pipe", "ignore"] });
  return { child, url: await firstAddress(child) };
}

function program() {
  const built = ["release", "debug"].map((profile) => path.join(ROOT, "target", profile, "leptos-chat-server"));
  const found = process.env.LEPTOS_CHAT_SERVER_BIN ?? built.find(existsSync);
  if (!found) throw new Error("no embedded server: run `cargo build -p leptos-chat-server`, or set LEPTOS_CHAT_SERVER_BIN");
  return path.resolve(ROOT, found);
}

async function firstAddress(child) {
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the embedded server ended at its start with ${code}`)));
  });
  const lines = createInterface({ input: child.stdout });
  const found = new Promise((resolve) => {
    lines.on("line", (line) => {
      const match = /^listening on (wss?:\S+)$/.exec(line);
      if (match) resolve(match[1]);
    });
  });
  return Promise.race([found, failed]);
}
