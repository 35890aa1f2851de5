// Makes the program that Trunk built small, with its script and styles, as a hook of Trunk after the build:
// node shrink.mjs [--no-panic-messages] [--late LIST] [name ...].
// What the page's own scripts call of the program (`window.wasmBindings`) is named; else it leaves the program. What the list names comes
// later, in a file of its own. The variable LATE names another list; with none the program stays whole, and with `-` it marks what it does.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** What wasm-opt is told, as for the page, and to leave out who built the program. */
const OPTIONS =
  "--enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-reference-types --zero-filled-memory --low-memory-unused --one-caller-inline-max-function-size=0 --reorder-functions-by-name --enable-multivalue --strip-producers --strip-target-features";

const { values: wanted, positionals: names } = parseArgs({
  options: { "no-panic-messages": { type: "boolean" }, late: { type: "string" } },
  allowPositionals: true,
});
const late = process.env.LATE ?? wanted.late;
const { TRUNK_PROFILE, TRUNK_STAGING_DIR: folder } = process.env;
const at = (name) => path.join(folder, name);
// What is being developed is built often, and read.
if (TRUNK_PROFILE === "release") await shrink(await import("./small.mjs"));

async function shrink(tools) {
  let page = readFileSync(at("index.html"), "utf8");
  const files = readdirSync(folder);
  for (const name of files.filter((name) => name.endsWith(".css"))) {
    replace(name, await tools.minifiedStyles(readFileSync(at(name), "utf8")));
  }
  for (const wasm of files.filter((name) => name.endsWith("_bg.wasm"))) {
    const script = wasm.replace("_bg.wasm", ".js");
    const [glue, program, rest] = await smaller(readFileSync(at(script), "utf8"), readFileSync(at(wasm)), tools);
    const file = rest && write(wasm.replace("_bg.", "_rest."), rest);
    const define = rest && { FILE: JSON.stringify(`./${file}`), INTEGRITY: JSON.stringify(integrity(rest)) };
    replace(wasm, program);
    replace(script, await joined(glue, { minify: true, define }, tools));
  }
  writeFileSync(at("index.html"), page);

  /** Writes the file anew, and calls it so in the page. */
  function replace(name, data) {
    page = page.replaceAll(integrity(readFileSync(at(name))), integrity(data));
    rmSync(at(name));
    page = page.replaceAll(name, write(name, data));
  }

  /** Writes a file, under a name that changes with what is in it, if it has such a name. */
  function write(name, data) {
    const other = name.replace(/[0-9a-f]{16}/, tools.fingerprint(data));
    writeFileSync(at(other), data);
    return other;
  }

  function integrity(data) {
    return `sha384-${tools.hash("sha384", data)}`;
  }
}

/** The script and the program without what neither uses, and with short names between them; and what of the program comes later. */
async function smaller(glue, wasm, tools) {
  const { calls, imported, optimized, rewritten, shortened, silent, smallest, tidied } = tools;
  const options = OPTIONS.split(" ");
  const tidy = tidied(glue);
  const script = await joined(tidy, {}, tools);
  const whole = wanted["no-panic-messages"] ? silent(wasm) : wasm;
  const needed = rewritten(whole, (name) => name, (name) => calls(script, name));
  const used = optimized(needed, late ? [...options, "--debuginfo"] : options);
  // What comes from elsewhere than wasm-bindgen's script keeps its name.
  const others = new Set(imported(used).filter(([module]) => !module.endsWith("_bg.js")).flat());
  const [short, program] = shortened(tidy, used, (name) => others.has(name), () => true);
  if (late === "-") return [short, marking(program, tools)];
  if (!late) return [short, smallest(program, options)];
  const parts = tools.made([program], 2, (...files) => split(["part", late, ...files]));
  return [short, ...parts.map((part) => smallest(part, options))];
}

/** The program that marks what it does. As it was, and what is to be known of the marks, lie beside it. */
function marking(program, { made }) {
  writeFileSync(at("whole"), program);
  return made([program], 1, (...files) => writeFileSync(at("marks"), split(["mark", ...files])))[0];
}

/** Has the tool do this that parts programs. */
function split(words) {
  const manifest = fileURLToPath(new URL("../../Cargo.toml", import.meta.url));
  const run = ["run", "--quiet", "--locked", "--manifest-path", manifest, "--package", "split-wasm", "--", ...words];
  return execFileSync("cargo", run, { stdio: ["ignore", "pipe", "inherit"] });
}

/** One script: what wasm-bindgen wrote, as far as it is used, and what fetches the rest of the program, if there is one. */
function joined(glue, options, { fetching, joined, REST }) {
  const kept = names.length > 0 ? `export { ${names.join(", ")} } from "glue";` : "";
  if (!options.define) return joined(`export { default } from "glue"; ${kept}`, { glue }, options);
  const start = `import init from "glue"; import { fetchAhead } from "rest"; ${kept}
    export default async (given) => {
      const program = await init(given);
      fetchAhead();
      return program;
    };`;
  return joined(start, { glue: fetching(glue), rest: REST }, options);
}
