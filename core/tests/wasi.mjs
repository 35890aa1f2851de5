// Runs a wasm32-wasip1 program under Node: cargo's runner for the core's tests, on 32 bits and without threads. Node may end with a
// fault after a program that had much memory has ended well: so it runs in a process of its own, which tells how it ended before that.
import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const [program, ...args] = process.argv.slice(2);

async function run() {
  const wasi = new WASI({ version: "preview1", args: [program, ...args], env: process.env, preopens: { "/": process.cwd() } });
  const module = await WebAssembly.compile(await readFile(program));
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  process.send(wasi.start(instance));
}

if (process.send) {
  await run();
} else {
  const child = fork(process.argv[1], process.argv.slice(2), { execArgv: ["--no-warnings"] });
  let code = 1;
  child.on("message", (ended) => {
    code = ended;
    child.kill("SIGKILL");
  });
  child.on("exit", () => process.exit(code));
}
