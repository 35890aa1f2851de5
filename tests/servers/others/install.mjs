// Gets what the servers of this folder are made of, once: a virtual environment, axum's example, Go's examples; all of it in target/others.
// What is missing on this machine is said in a plain line.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TARGET = fileURLToPath(new URL("../../../target/others/", import.meta.url));
const VENV = path.join(TARGET, "python");

export const PYTHON = path.join(VENV, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
export const AXUM = path.join(TARGET, "axum/debug/axum-chat");
export const GO = path.join(TARGET, "go");

const KINDS = { node: async () => {}, python, cargo, go, ruby };
const done = new Map();

/** Installs one kind of server and resolves with null, or with why it cannot be had here. */
export function installed(kind) {
  if (!done.has(kind)) done.set(kind, KINDS[kind]().then(() => null, refusal));
  return done.get(kind);
}

class Missing extends Error {}

/** A tool that is not there leaves its servers out; anything else is a failure. */
function refusal(error) {
  if (error instanceof Missing) return error.message;
  throw error;
}

async function python() {
  const wanted = path.join(HERE, "requirements.txt");
  const stamp = path.join(VENV, "requirements.txt");
  if (await same(wanted, stamp)) return;
  console.log("==> installing the Python servers of the tests (about 60 MB, once)");
  await rm(VENV, { recursive: true, force: true });
  await run("python3", ["-m", "venv", VENV], "install Python 3.10 or later with its venv (Debian: `apt-get install python3-venv`)");
  await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]);
  await copyFile(wanted, stamp);
}

async function cargo() {
  if (!existsSync(AXUM)) console.log("==> compiling axum's chat example (about a minute, once)");
  const env = { CARGO_TARGET_DIR: path.join(TARGET, "axum") };
  await run("cargo", ["build", "--quiet", "--locked", "--manifest-path", path.join(HERE, "axum/Cargo.toml")], "install Rust", { env });
}

async function go() {
  if (!existsSync(GO)) console.log("==> compiling the Go servers of the tests (seconds, once)");
  await mkdir(GO, { recursive: true });
  const how = "install Go 1.19 or later (Debian: `apt-get install golang-go`)";
  await run("go", ["build", "-buildvcs=false", "-o", GO + path.sep, "./..."], how, { cwd: path.join(HERE, "go") });
}

/** Rails' own packages are too many for the tests: the system brings them. */
async function ruby() {
  const how = "install Action Cable and Puma (Debian: `apt-get install ruby-actioncable puma`)";
  await run("puma", ["--version"], how);
  await run("ruby", ["-e", "require 'action_cable'"], how).catch(() => {
    throw new Missing(`there is no Action Cable: ${how}`);
  });
}

async function same(one, other) {
  const [a, b] = await Promise.all([one, other].map((file) => readFile(file, "utf8").catch(() => null)));
  return a !== null && a === b;
}

/** Runs a program to its end. `how`: what a person can do where there is no such program. */
function run(program, words, how = "see above", { env = {}, cwd = HERE } = {}) {
  const child = spawn(program, words, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", () => reject(new Missing(`there is no ${program}: ${how}`)));
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${words[0]} ended with ${code}: ${how}`))));
  });
}
