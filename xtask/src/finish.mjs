// Makes a page as small as it gets: node finish.mjs DIST PARTS [options of wasm-opt].
// DIST has the index.html, and gets the rest; PARTS has the program, split, with what wasm-bindgen wrote for it in `bound`.
// The styles go into the page and their hash into its policy, the scripts into one file, and what JavaScript never calls leaves
// the program.
//
// What is looked for in the script that wasm-bindgen writes is as its pinned version writes it. Where it is not found, the build fails.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { inLikeOrder } from "./order.mjs";
import { afterImport, encoded, number, readText, sections, text, vector } from "./wasm.mjs";

const [dist, parts, ...wasmOptions] = process.argv.slice(2);
const wasmOpt = fileURLToPath(new URL("../node_modules/binaryen/bin/wasm-opt", import.meta.url));

/** The script that loads the parts, as the program names it. */
const LINK = "./__wasm_split.js";

const at = (name) => path.join(dist, name);
const hash = (algorithm, data) => createHash(algorithm).update(data).digest("base64");

/** Writes a file whose name changes with what is in it, and returns the attributes by which a page asks for it. */
function write(name, ending, data) {
  const file = `${name}-${createHash("sha256").update(data).digest("hex").slice(0, 16)}${ending}`;
  writeFileSync(at(file), data);
  return { file, integrity: `sha384-${hash("sha384", data)}` };
}

/** The imports with other names. */
function renamed(bytes, rename) {
  let [count, place] = number(bytes, 0);
  const items = [];
  while (count-- > 0) {
    const [module, name] = readText(bytes, place);
    const [field, kind] = readText(bytes, name);
    place = afterImport(bytes, kind);
    items.push(Buffer.concat([text(rename(module)), text(rename(field)), bytes.subarray(kind, place)]));
  }
  return vector(items);
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
function rewritten(wasm, rename, isUsed) {
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

/** Script and program with short names for what the one gives to the other. What `link` names keeps its name. */
function shortened(glue, link, wasm) {
  const short = names();
  const known = new Map();
  const isLinked = (name) => name === LINK || new RegExp(`\\b${name.replace(/[./]/g, "\\$&")}\\b`).test(link);
  const rename = (name) => (isLinked(name) ? name : (known.get(name) ?? known.set(name, short()).get(name)));
  const isUsed = (name) => isLinked(name) || name === "memory" || new RegExp(`\\bwasm\\.${name}\\b`).test(glue);
  const program = rewritten(wasm, rename, isUsed);
  for (const [name, other] of known) {
    const key = /^\w+$/.test(name) ? `^(\\s*)${name}(?=: function|: )` : `^(\\s*)"${name.replace(/[./]/g, "\\$&")}"(?=:)`;
    const found = new RegExp(key, "m");
    if (!found.test(glue)) throw new Error(`the script gives the program no ${name}`);
    glue = glue.replace(found, `$1${other}`);
  }
  return [glue, program];
}

/** The program without what nothing leads to any more, and in the order in which it is compressed best. */
const smallest = (wasm) => optimized(inLikeOrder(optimized(wasm)));

function optimized(wasm) {
  const folder = mkdtempSync(path.join(tmpdir(), "leptos-chat-"));
  const [from, to] = ["from.wasm", "to.wasm"].map((name) => path.join(folder, name));
  try {
    writeFileSync(from, wasm);
    execFileSync(process.execPath, [wasmOpt, "-Oz", ...wasmOptions, from, "-o", to], { stdio: "inherit" });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The script that loads the other parts, each by its own name and as it was built. */
function loading(link, files) {
  const wanted = /fetch\(new URL\("\.\/(\w+\.wasm)", import\.meta\.url\)\)/g;
  const get = `async function get(file, integrity) {
    const answer = await fetch(new URL(file, import.meta.url), { integrity });
    if (!answer.ok) throw new Error(\`\${file}: \${answer.status}\`);
    return answer.arrayBuffer();
  }\n`;
  const loads = link.replace(wanted, (_, name) => {
    const { file, integrity } = files.get(name);
    return `get("./${file}", "${integrity}")`;
  });
  return get + loads.replaceAll("WebAssembly.instantiateStreaming(src, imports)", "WebAssembly.instantiate(await src, imports)");
}

/** One script: the start of the page, and what wasm-bindgen wrote for it. */
async function bundled(start, glue, link) {
  const dynamic = /^.*await import\(.*\n/m;
  if (!dynamic.test(start)) throw new Error("src/start.js loads the program in a way that is not known here");
  const whole = `import init from "glue";\n${start.replace(dynamic, "")}`;
  const plugin = {
    name: "glue",
    setup(build) {
      const known = { glue, "./leptos-chat.js": glue, [LINK]: link };
      build.onResolve({ filter: /./ }, ({ path }) => ({ path: path === LINK ? LINK : "glue", namespace: "glue" }));
      build.onLoad({ filter: /./, namespace: "glue" }, ({ path }) => ({ contents: known[path] }));
    },
  };
  const options = { bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8", write: false };
  const built = await esbuild.build({ ...options, stdin: { contents: whole }, plugins: [plugin] });
  return built.outputFiles[0].text.trimEnd();
}

for (const file of readdirSync(dist)) if (/^leptos-chat-.*\.(js|wasm)$/.test(file)) rmSync(at(file));
let page = readFileSync(at("index.html"), "utf8");
/** Takes something that names a file out of the page, and returns that name. */
function take(pattern) {
  const found = page.match(pattern);
  if (!found) throw new Error(`the page has no ${pattern}`);
  page = page.replace(found[0], "");
  return found[1];
}

const STYLESHEET = /<link data-trunk rel="css" href="([^"]+)"[^>]*>\s*/;
const styles = [];
while (STYLESHEET.test(page)) styles.push(readFileSync(take(STYLESHEET)));
const start = readFileSync(take(/<script data-trunk[^>]* src="([^"]+)"[^>]*><\/script>\s*/), "utf8");
take(/<link data-trunk rel="(rust)"[^>]*>\s*/);

const part = (name) => path.join(parts, name);
const glue = readFileSync(part("bound/leptos-chat.js"), "utf8");
const wasm = readFileSync(part("bound/leptos-chat_bg.wasm"));
const link = readFileSync(part(LINK), "utf8");
const later = new Map();
for (const name of readdirSync(parts).filter((name) => name !== "leptos-chat.wasm" && name.endsWith(".wasm"))) {
  const program = rewritten(readFileSync(part(name)), (name) => name, () => true);
  later.set(name, write(`leptos-chat-${name.replace(/^split_|\.wasm$/g, "")}`, ".wasm", smallest(program)));
}

const { code: css } = await esbuild.transform(styles.join("\n"), { loader: "css", minify: true, charset: "utf8" });
const style = css.trimEnd();
const [script, program] = shortened(glue, link, wasm);
const module = write("leptos-chat", ".wasm", smallest(program));
const main = write("leptos-chat", ".js", await bundled(start, script, loading(link, later)));
const head = [
  `<style>${style}</style>`,
  `<link rel="preload" href="./${module.file}" crossorigin="anonymous" as="fetch" type="application/wasm">`,
  `<script type="module" src="./${main.file}" crossorigin="anonymous" integrity="${main.integrity}"></script>`,
].join("\n");
page = page.replace(/\s*<\/head>/, () => `\n${head}\n</head>`);
page = page.replace("{styles}", `sha256-${hash("sha256", style)}`);
writeFileSync(at("index.html"), page.replace(/<!--[^]*?-->/g, "").replace(/\n\s+/g, "\n"));
