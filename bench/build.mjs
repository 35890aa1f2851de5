// Bundles the pages in JavaScript: `node build.mjs FOLDER` puts each into a folder of its name.
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { PEERS } from "./peers.mjs";

const [target] = process.argv.slice(2);
const pages = path.join(import.meta.dirname, "pages");

for (const { name, source } of PEERS.filter(({ source }) => source)) {
  const folder = path.join(target, name);
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(pages, name, "index.html"), path.join(folder, "index.html"));
  await build({
    entryPoints: [path.join(pages, name, source), path.join(pages, "chat.css")],
    entryNames: "[name]",
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    jsx: "automatic",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  });
}
