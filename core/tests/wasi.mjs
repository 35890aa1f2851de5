// Runs a wasm32-wasip1 program under Node: cargo's runner for the core's tests, on 32 bits and without threads. Node may end with a
// fault of its own when a program that had much memory has ended: then what the test harness said last counts.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const [program, ...args] = process.argv.slice(2);

async function run() {
  const wasi = new WASI({ version: "preview1", args: [program, ...args], env: process.env, preopens: { "/": process.cwd() } });
  const module = await WebAssembly.compile(await readFile(program));
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  process.exitCode = wasi.start(instance);
}

if (process.env.RUNS_WASI) {
  await run();
} else {
  const env = { ...process.env, RUNS_WASI: "1" };
  const child = spawn(process.execPath, ["--no-warnings", ...process.argv.slice(1)], { env, stdio: ["inherit", "pipe", "inherit"] });
  let last = "";
  child.stdout.on("data", (data) => {
    process.stdout.write(data);
    last = (last + data).slice(-2000);
  });
  child.on("close", (code) => {
    const passed = code === null && /\ntest result: ok\. .*\n\s*$/.test(last);
    process.exitCode = passed ? 0 : (code ?? 1);
  });
}
