// Serves the built page from a folder, over HTTP or HTTPS, at the root and under any `/under/some/path/` too.
import { createReadStream, existsSync, statSync } from "node:fs";
import path from "node:path";
import { httpServer, listen, stopListening } from "../servers/base.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webmanifest": "application/manifest+json",
};

/** The folder under which the page may be asked for, besides the root. */
export const DEEP_PATH = "/under/some/path/";

/** `{ origin, host, port, close() }` of a page in `folder`. */
export async function servePage(folder, { tls = false } = {}) {
  if (!existsSync(path.join(folder, "index.html"))) throw new Error(`no index.html in ${folder}: build the page first, or set LEPTOS_CHAT_DIST`);
  const server = await httpServer(tls, (request, response) => answer(folder, request, response));
  const port = await listen(server);
  return { origin: `${tls ? "https" : "http"}://127.0.0.1:${port}`, port, close: () => stopListening(server) };
}

function answer(folder, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const relative = decodeURIComponent(pathname).replace(DEEP_PATH, "/");
  const file = path.join(folder, path.normalize(relative), relative.endsWith("/") ? "index.html" : "");
  if (relative === "/favicon.ico" && !existsSync(file)) return response.writeHead(204).end();
  if (!file.startsWith(path.resolve(folder)) || !existsSync(file) || !statSync(file).isFile()) {
    return response.writeHead(404, { "content-type": "text/plain" }).end("not found");
  }
  response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream", "cache-control": "no-cache" });
  return createReadStream(file).pipe(response);
}
