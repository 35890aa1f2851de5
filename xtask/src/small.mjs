// What makes a program of WebAssembly small, with the script that wasm-bindgen wrote for it: short names for what the one gives to the
// other, nothing that neither uses, and an order in which it is compressed well.
//
// What is looked for in the script is as wasm-bindgen's pinned version writes it. Where it is not found, the build fails.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { inLikeOrder } from "./order.mjs";
export { silent } from "./silent.mjs";
import { afterImport, encoded, number, readText, sections, text, vector } from "./wasm.mjs";

const wasmOpt = fileURLToPath(new URL("../node_modules/binaryen/bin/wasm-opt", import.meta.url));

/** The script that fetches the rest of a program. */
export const REST = readFileSync(new URL("rest.js", import.meta.url), "utf8");

export const hash = (algorithm, data) => createHash(algorithm).update(data).digest("base64");

/** What a file's name has of what is in it. */
export const fingerprint = (data) => createHash("sha256").update(data).digest("hex").slice(0, 16);

/** One script of these modules, without what it does not use. A module that is not known here is left where it is. */
export async function joined(entry, modules, options) {
  const plugin = {
    name: "modules",
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path }) => (path in modules ? { path, namespace: "modules" } : { path, external: true }));
      build.onLoad({ filter: /./, namespace: "modules" }, ({ path }) => ({ contents: modules[path] }));
    },
  };
  const output = { bundle: true, format: "esm", target: "es2022", charset: "utf8", write: false };
  const built = await esbuild.build({ ...output, ...options, stdin: { contents: entry }, plugins: [plugin] });
  return built.outputFiles[0].text.trimEnd();
}

export async function minifiedStyles(css) {
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, charset: "utf8" });
  return code.trimEnd();
}

/** The script in which esbuild can tell that a class is not used: to register for disposal is no use. */
export function tidied(glue) {
  const undisposed = glue.replace(/^if \(Symbol\.dispose\) .*\n/gm, "");
  return undisposed.replaceAll("new FinalizationRegistry(ptr", "/* @__PURE__ */ new FinalizationRegistry(ptr");
}

/** Whether the script calls what the program exports by this name. */
export const calls = (script, name) => name === "memory" || new RegExp(`\\bwasm\\.${name}\\b`).test(script);

/** What the program imports, as [module, name, description]. */
function imports(bytes) {
  let [count, place] = number(bytes, 0);
  const items = [];
  while (count-- > 0) {
    const [module, name] = readText(bytes, place);
    const [field, kind] = readText(bytes, name);
    place = afterImport(bytes, kind);
    items.push([module, field, bytes.subarray(kind, place)]);
  }
  return items;
}

/** What the program imports, as [module, name]. */
export function imported(wasm) {
  const [, bytes] = [...sections(wasm)].find(([id]) => id === 2);
  return imports(bytes).map(([module, field]) => [module, field]);
}

/** The imports with other names. */
function renamed(bytes, rename) {
  const names = (module, field) => [rename(module), rename(field)].map(text);
  return vector(imports(bytes).map(([module, field, rest]) => Buffer.concat([...names(module, field), rest])));
}

/** The exports that are used. */
function kept(bytes, isUsed) {
  let [count, place] = number(bytes, 0);
  const items = [];
  while (count-- > 0) {
    const [name, kind] = readText(bytes, place);
    const [, end] = number(bytes, kind + 1);
    if (isUsed(name)) items.push(bytes.subarray(place, end));
    place = end;
  }
  return vector(items);
}

/** The program, its imports with other names and without the exports that are of no use. */
export function rewritten(wasm, rename, isUsed) {
  const parts = [wasm.subarray(0, 8)];
  for (const [id, bytes] of sections(wasm)) {
    const body = id === 2 ? renamed(bytes, rename) : id === 7 ? kept(bytes, isUsed) : bytes;
    parts.push(Buffer.from([id]), encoded(body.length), body);
  }
  return Buffer.concat(parts);
}

/** Short names, in turn. */
function names() {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  let count = 0;
  return () => letters[count % 52] + (count++ < 52 ? "" : letters[Math.floor((count - 1) / 52) - 1]);
}

/** How the script gives the program something: by its name, at the start of a line. */
const given = (name) => (/^\w+$/.test(name) ? `${name}(?=: function|: )` : `"${name.replace(/[./]/g, "\\$&")}"(?=:)`);

/** Script and program with short names for what the one gives to the other, but where `keeps` says so, and the exports that are used. */
export function shortened(glue, wasm, keeps, isUsed) {
  const short = names();
  const known = new Map();
  const rename = (name) => (keeps(name) ? name : (known.get(name) ?? known.set(name, short()).get(name)));
  const program = rewritten(wasm, rename, isUsed);
  for (const [name, other] of known) {
    const found = new RegExp(`^(\\s*)${given(name)}`, "m");
    if (!found.test(glue)) throw new Error(`the script gives the program no ${name}`);
    glue = glue.replace(found, `$1${other}`);
  }
  return [glue, program];
}

/** The script with what fetches the rest. */
export function fetching(glue) {
  const imports = /^function __wbg_get_imports\(\) \{[^]*?\n    return \{\n/m;
  const exports = /^export \{ /m;
  if (!imports.test(glue) || !exports.test(glue)) throw new Error("the script's imports or exports are not known here");
  const given = glue.replace(imports, (found) => `${found}        "rest": { need },\n`);
  return `import { need } from "rest";\n${given.replace(exports, "export { __wbg_get_imports, ")}`;
}

export function optimized(wasm, options) {
  const run = (from, to) => execFileSync(process.execPath, [wasmOpt, "-Oz", ...options, from, "-o", to], { stdio: "inherit" });
  return made([wasm], 1, run)[0];
}

/** The program without what nothing leads to any more, and in the order in which it is compressed best. */
export const smallest = (wasm, options) => optimized(inLikeOrder(optimized(wasm, options)), options);

/** What a tool makes, in so many files, of what it is given in others. */
export function made(given, count, run) {
  const folder = mkdtempSync(path.join(tmpdir(), "leptos-chat-"));
  const file = (name) => path.join(folder, `${name}.wasm`);
  const from = given.map((_, index) => file(`from${index}`));
  const to = Array.from({ length: count }, (_, index) => file(`to${index}`));
  try {
    for (const [index, data] of given.entries()) writeFileSync(from[index], data);
    run(...from, ...to);
    return to.map((file) => readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
