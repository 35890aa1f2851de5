// Makes a page as small as it gets: node finish.mjs DIST PARTS SPLIT LIST [options of wasm-opt].
// DIST has the index.html, and gets the rest; PARTS has the program, split, with what wasm-bindgen wrote for it in `bound`. SPLIT is
// the tool that parts a program by the LIST of what a first chat does without.
// The styles and the script go into the page and their hashes into its policy, what JavaScript never calls leaves
// the program, and what the list names goes into a file of its own. Without a list (`-`) the program is whole, and marks what it
// does; it lies beside the page then, as PARTS/whole, and what is to be known of the marks in PARTS/marks.
//
// What is looked for in the script that wasm-bindgen writes is as its pinned version writes it. Where it is not found, the build fails.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { calls, fetching, fingerprint, hash, joined, made, minifiedStyles, optimized, rewritten, REST, shortened, smallest } from "./small.mjs";

const [dist, parts, split, list, ...wasmOptions] = process.argv.slice(2);

/** The script that starts the program, which comes in two parts, and the one that comes before it. */
const [START, EARLY] = ["start.js", "early.js"].map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));

/** The script that loads the parts, as the program names it. */
const LINK = "./__wasm_split.js";

const at = (name) => path.join(dist, name);

/** Writes a file whose name changes with what is in it, and returns the attributes by which a page asks for it. */
function write(name, ending, data) {
  const file = `${name}-${fingerprint(data)}${ending}`;
  writeFileSync(at(file), data);
  return { file, integrity: `sha384-${hash("sha384", data)}` };
}

/** Script and program with short names for what the one gives to the other. What `link` names keeps its name. */
function short(glue, link, wasm) {
  const isLinked = (name) => name === LINK || new RegExp(`\\b${name.replace(/[./]/g, "\\$&")}\\b`).test(link);
  return shortened(glue, wasm, isLinked, (name) => isLinked(name) || calls(glue, name));
}

/** The program as it starts, and the rest of it, which comes later. */
function parted(program) {
  const named = optimized(program, ["--debuginfo", ...wasmOptions]);
  if (list === "-") return [marking(named)];
  const run = (...files) => execFileSync(split, ["part", list, ...files], { stdio: "inherit" });
  return made([named], 2, run).map((wasm) => smallest(wasm, wasmOptions));
}

/** The whole program, which marks what it does. */
function marking(named) {
  const run = (...files) => writeFileSync(path.join(parts, "marks"), execFileSync(split, ["mark", ...files]));
  writeFileSync(path.join(parts, "whole"), named);
  return made([named], 1, run)[0];
}

/** The script that loads the other parts, each by its own name and as it was built, and with it the rest of the program, of which it needs more. */
function loading(link, files, rest) {
  const wanted = /fetch\(new URL\("\.\/(\w+\.wasm)", import\.meta\.url\)\)/g;
  const get = `${rest ? 'import { prefetch } from "rest";' : "const prefetch = () => {};"}
  async function get(file, integrity) {
    const [answer] = await Promise.all([fetch(new URL(file, import.meta.url), { integrity }), prefetch()]);
    if (!answer.ok) throw new Error(\`\${file}: \${answer.status}\`);
    return answer.arrayBuffer();
  }\n`;
  const loads = link.replace(/"\.\/leptos-chat\.js"/, '"glue"').replace(wanted, (_, name) => {
    const { file, integrity } = files.get(name);
    return `get("./${file}", "${integrity}")`;
  });
  return get + loads.replaceAll("WebAssembly.instantiateStreaming(src, imports)", "WebAssembly.instantiate(await src, imports)");
}

/** One script: the start of the page, what wasm-bindgen wrote for it, and what fetches the rest of the program, if there is one. */
async function bundled(start, glue, link, rest) {
  const dynamic = /^.*await import\(.*\n/m;
  if (!dynamic.test(start)) throw new Error("src/start.js loads the program in a way that is not known here");
  const whole = `import init from "${rest ? "start" : "glue"}";\n${start.replace(dynamic, "")}`;
  const known = { glue: rest ? fetching(glue) : glue, [LINK]: link, rest: REST, start: START };
  const define = rest && { FILE: JSON.stringify(`./${rest.file}`), INTEGRITY: JSON.stringify(rest.integrity) };
  return joined(whole, known, { minify: true, define });
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
  later.set(name, write(`leptos-chat-${name.replace(/^split_|\.wasm$/g, "")}`, ".wasm", smallest(program, wasmOptions)));
}

const style = await minifiedStyles(styles.join("\n"));
const [shortGlue, program] = short(glue, link, wasm);
const [first, other] = parted(program);
const module = write("leptos-chat", ".wasm", first);
const rest = other && write("leptos-chat-rest", ".wasm", other);
const script = await bundled(start, shortGlue, loading(link, later, rest), rest);
const early = await joined(EARLY, {}, { minify: true, format: "iife" });
if (/<\/script|<!--/i.test(script + early)) throw new Error("a page cannot hold this script: it has what ends one");
const allowed = (text) => `sha256-${hash("sha256", text)}`;
page = page.replace("{styles}", allowed(style)).replace("{early}", allowed(early)).replace("{script}", allowed(script));
page = page.replace(/<!--[^]*?-->/g, "").replace(/\n\s+/g, "\n");
// Before all else but the policy, so that it is asked for at once. Without `crossorigin`: WebKit would fetch it twice.
const preload = `<link rel="preload" href="./${module.file}" as="fetch" type="application/wasm">`;
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
if (!POLICY.test(page)) throw new Error("the page has no policy");
page = page.replace(POLICY, (policy) => `${policy}\n${preload}\n<script>${early}</script>`);
page = page.replace(/\s*<\/head>/, () => `\n<style>${style}</style>\n</head>`);
// In the page, it is read while the program comes: as a file, it would come behind that on a slow link.
page = page.replace(/\s*<\/body>/, () => `\n<script type="module">${script}</script>\n</body>`);
writeFileSync(at("index.html"), page);
