// Socket.IO 4 on express: rooms, namespaces, a refused login, recovery, binary, acknowledgements both ways.
// By hand: node tests/servers/socketio.mjs --port 3000 [--to-all] [--ping-interval 2000 --ping-timeout 1000] [--no-recovery]
//          [--redis redis://127.0.0.1:6379]   one of several nodes, with Redis Streams between them
//
// Namespaces: `/`, `/admin`, `/room-<number>` for everybody; `/private` for who sends `auth: { token: "secret" }`.
// Events from a client (each is acknowledged with "ok" if it asks for it):
//   message, chat message ...   sent on to all others of the namespace, with any attachments
//   join <room>, leave <room>, room message <room> ...   the last is sent on to the others in the room, as `message`
//   question <text>             the server asks `ask`, awaits the acknowledgement and emits `answered` with it
//   kick                        the server disconnects this client;   drop   its transport dies without a word
import http from "node:http";
import express from "express";
import { Server } from "socket.io";
import { dropConnections, listen } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

export async function start({ port = 0, toAll = false, noRecovery = false, redis = null, ...engine } = {}) {
  const app = express();
  app.get("/health", (_request, response) => response.send("ok"));
  const server = http.createServer(app);
  const io = new Server(server, {
    cors: { origin: true },
    ...engineOptions(engine),
    ...(noRecovery ? {} : { connectionStateRecovery: { maxDisconnectionDuration: 120_000 } }),
  });
  const between = redis && (await joinNodes(io, redis));
  const counts = { connections: 0, recovered: 0, received: [] };

  const serve = (socket) => {
    counts.connections += 1;
    if (socket.recovered) counts.recovered += 1;
    converse(socket, counts, toAll);
  };
  for (const name of ["/", "/admin", "/private", /^\/room-\d+$/]) io.of(name).on("connection", serve);
  io.of("/private").use(checkToken);

  const realPort = await listen(server, port);
  return {
    url: `ws://127.0.0.1:${realPort}`,
    port: realPort,
    stats: () => ({ ...counts, received: [...counts.received], clients: io.engine.clientsCount }),
    /** Emits an event to everybody in a namespace. */
    emit: (namespace, ...event) => void io.of(namespace).emit(...event),
    /** Every transport dies without a word; the sessions stay recoverable. */
    dropAll: () => dropConnections(server),
    close: async () => {
      dropConnections(server);
      await new Promise((resolve) => io.close(() => resolve()));
      between?.destroy();
    },
  };
}

/** Puts Redis Streams between the nodes: what one emits, all do, and each can recover the sessions of the others. */
async function joinNodes(io, url) {
  const [{ createClient }, { createAdapter }] = [await import("redis"), await import("@socket.io/redis-streams-adapter")];
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  io.adapter(createAdapter(client));
  return client;
}

/** Numbers that came as words of the command line. */
function engineOptions({ pingInterval, pingTimeout, connectTimeout }) {
  const given = Object.entries({ pingInterval, pingTimeout, connectTimeout }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}

function checkToken(socket, next) {
  if (socket.handshake.auth?.token === "secret") return next();
  const refusal = new Error("not authorized");
  refusal.data = { hint: "send the right token" };
  return next(refusal);
}

function converse(socket, counts, toAll) {
  const onEvent = (name, act) =>
    socket.on(name, async (...args) => {
      const acknowledge = typeof args.at(-1) === "function" ? args.pop() : () => {};
      counts.received.push([name, ...args]);
      acknowledge((await act(...args)) ?? "ok");
    });
  const audience = () => (toAll ? socket.nsp : socket.broadcast);

  for (const name of ["message", "chat message", "file"]) onEvent(name, (...args) => void audience().emit(name, ...args));
  onEvent("join", (room) => socket.join(room));
  onEvent("leave", (room) => socket.leave(room));
  onEvent("room message", (room, ...args) => void socket.to(room).emit("message", ...args));
  onEvent("echo", (...args) => args);
  onEvent("question", async (text) => {
    const answer = await socket.timeout(5000).emitWithAck("ask", text);
    socket.emit("answered", answer);
  });
  onEvent("kick", () => void socket.disconnect());
  onEvent("drop", () => void socket.conn.transport.socket?.terminate?.());
}

await runByHand(import.meta.url, start);
