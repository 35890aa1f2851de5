// A relay that loses nothing: it numbers each line, acknowledges it, drops second copies, and tells again what a client missed.
// Named a file, it keeps its lines over a restart. What is said on the wire, and why: docs/json-protocol.md.
// By hand: node tests/servers/resuming.mjs --port 3000 [--log lines.jsonl]
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import { WebSocketServer } from "ws";
import { runByHand } from "./by-hand.mjs";

/** How many lines can be told again. */
const KEPT = 1000;

export async function start({ port = 0, log: file = null } = {}) {
  const { log, lines } = read(file);
  const copyOf = ({ id, user, text }) => JSON.stringify([id, user, text]);
  // A short id may be a counter's, and come again with another message.
  const unique = ({ id }) => typeof id === "string" && id.length >= 16;
  const numbers = new Map(lines.filter(unique).map((line) => [copyOf(line), line.seq]));
  let seq = lines.at(-1)?.seq ?? 0;

  const server = new WebSocketServer({ port: Number(port), host: "127.0.0.1" });
  server.on("connection", (client) => {
    const say = (words) => client.send(JSON.stringify(words));
    say({ system: true, text: "Welcome", heartbeat: true, ack: true, resume: true, log, seq });

    client.on("error", () => {});
    client.on("message", (data) => {
      const message = parse(data);
      if (message?.type === "ping") say({ type: "pong", id: message.id });
      else if (message?.type === "resume") resume(say, message);
      else if (typeof message?.text === "string") accept(client, say, message);
    });
  });

  /** Takes a line that it does not have yet, and says which number it has. */
  function accept(client, say, message) {
    const known = unique(message) && numbers.get(copyOf(message));
    const line = { ...message, seq: known || seq + 1 };
    if (!known) keep(line);
    if (message.id !== undefined) say({ type: "ack", id: message.id, seq: line.seq });
    if (known) return;
    for (const other of server.clients) if (other !== client) other.send(JSON.stringify(line));
  }

  function keep(line) {
    seq = line.seq;
    lines.push(line);
    if (unique(line)) numbers.set(copyOf(line), seq);
    if (file) fs.appendFileSync(file, `${JSON.stringify(line)}\n`);
    if (lines.length > KEPT) numbers.delete(copyOf(lines.shift()));
  }

  /** Tells what came after the line that the client had last, if it is all there. */
  function resume(say, { log: asked, after }) {
    const first = lines[0]?.seq ?? seq + 1;
    const complete = asked === log && after + 1 >= first && after <= seq;
    if (asked === log) for (const line of lines) if (line.seq > after) say(line);
    say({ type: "resumed", log, seq, complete });
  }

  await once(server, "listening");
  const realPort = server.address().port;
  return {
    url: `ws://127.0.0.1:${realPort}`,
    port: realPort,
    stats: () => ({ clients: server.clients.size, lines: lines.map((line) => line.text) }),
    close: () => new Promise((resolve) => {
      for (const client of server.clients) client.terminate();
      server.close(resolve);
    }),
  };
}

/** The name of the log and its newest lines; a new one where there is no file. Both are written back: the file shrinks to them. */
function read(file) {
  const rows = file && fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").map(parse) : [];
  const { log = randomUUID() } = rows[0] ?? {};
  // A row that a crash has cut off is no JSON.
  const lines = rows.slice(1).filter(Boolean).slice(-KEPT);
  if (file) {
    fs.writeFileSync(`${file}.new`, [{ log }, ...lines].map((row) => `${JSON.stringify(row)}\n`).join(""));
    fs.renameSync(`${file}.new`, file);
  }
  return { log, lines };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

await runByHand(import.meta.url, start);
