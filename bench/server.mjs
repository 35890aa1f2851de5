// What all pages are served by: their files as a production server would send them, and a WebSocket that says what it is told to.
import { readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { WebSocketServer } from "ws";
import { message } from "./messages.mjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".wasm": "application/wasm" };

/** Serves each folder under its name. `{ port, opened(), say(count), sayAt(rate, seconds), close() }` */
export async function startServer(folders) {
  const files = new Map(Object.entries(folders).flatMap(([name, folder]) => [...compressed(name, folder)]));
  const server = http.createServer(({ url }, response) => answer(files, url, response));
  const room = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const chat = { client: null, wire: null, said: 0, opened: () => {} };
  server.on("upgrade", (request, wire, head) => {
    wire.setNoDelay(true);
    room.handleUpgrade(request, wire, head, (client) => join(chat, client, wire));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    /** Resolves when the next page has opened its socket. Messages are counted from then. */
    opened: () => new Promise((resolve) => (chat.opened = resolve)),
    /** Says so many messages at once; returns when it began, in milliseconds of the clock. */
    say: (count) => say(chat, count),
    sayAt: (rate, seconds) => sayAt(chat, rate, seconds),
    said: () => chat.said,
    close: () => {
      room.clients.forEach((client) => client.terminate());
      server.close();
      server.closeAllConnections();
    },
  };
}

function* compressed(name, folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const address = `/${name}/${path.relative(folder, file).replaceAll(path.sep, "/")}`;
    yield [address.replace(/index\.html$/, ""), { type: TYPES[path.extname(file)], body: brotliCompressSync(readFileSync(file)) }];
  }
}

function answer(files, url, response) {
  const file = files.get(new URL(url, "http://localhost").pathname);
  if (!file) return response.writeHead(404).end();
  const headers = { "content-type": file.type, "content-encoding": "br", "content-length": file.body.length, "cache-control": "no-store" };
  return response.writeHead(200, headers).end(file.body);
}

/** A page comes: what it says goes to everybody, which is itself. */
function join(chat, client, wire) {
  Object.assign(chat, { client, wire, said: 0 });
  client.on("message", (data) => client.send(data, { binary: false }));
  client.on("error", () => {});
  chat.opened();
}

/** Written as ready-made frames at once, so that the server's own work is no part of what is measured. */
function say(chat, count) {
  const frames = [];
  for (const end = chat.said + count; chat.said < end; chat.said += 1) frames.push(frame(JSON.stringify(message(chat.said))));
  const bytes = Buffer.concat(frames);
  const now = performance.timeOrigin + performance.now();
  chat.wire.write(bytes);
  return now;
}

/** Says so many a second, each at its time as far as the timer allows. */
async function sayAt(chat, rate, seconds) {
  const start = performance.now();
  let passed = 0;
  for (let said = 0; passed < seconds * 1000; passed = performance.now() - start) {
    const due = Math.floor((passed / 1000) * rate) - said;
    if (due > 0) say(chat, due);
    said += Math.max(0, due);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** A text frame as a server sends it (RFC 6455 5.2): not masked. */
function frame(text) {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >> 8, length & 255]);
  return Buffer.concat([head, payload]);
}
