// What the plain WebSocket servers of the tests share: listening, counting, sending to many, going away.
import http from "node:http";
import https from "node:https";
import { WebSocketServer, WebSocket } from "ws";
import { certificate } from "./certificate.mjs";

const openSockets = new WeakMap();

/** Listens on loopback and resolves with the real port (a `port` of 0 asks for a free one). */
export async function listen(server, port = 0) {
  const sockets = new Set();
  openSockets.set(server, sockets);
  server.on("connection", (socket) => {
    sockets.add(socket);
    // Node leaves a socket that asks for an upgrade to whoever takes it: one that nobody took would end the process with its error.
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(port), "127.0.0.1", resolve);
  });
  return server.address().port;
}

/** An HTTP server, or an HTTPS one with a fresh self-signed certificate. */
export async function httpServer(tls, handler) {
  return tls ? https.createServer(await certificate(), handler) : http.createServer(handler);
}

/** Is this text a heartbeat of one of the dialects: the word `ping`, or JSON whose `type` says so? */
export function isHeartbeat(text) {
  if (text === "ping") return true;
  if (!text.startsWith("{") || text.length > 1000) return false;
  try {
    return ["ping", "pong"].includes(JSON.parse(text).type);
  } catch {
    return false;
  }
}

/** Closes a listening server with everything that hangs on it; upgraded sockets too, which Node would wait for. */
export function stopListening(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    dropConnections(server);
  });
}

/** Ends every TCP connection of a server without a word. */
export function dropConnections(server) {
  for (const socket of openSockets.get(server) ?? []) socket.destroy();
}

/**
 * A WebSocket server that counts. `onClient(client, room)` is called for each new client and
 * `onMessage(client, data, isBinary, room)` for each message; `room.others(client)` and `room.all()` say who is there.
 *
 * `holdFor`: a path. All other handshakes wait until a client with this path is connected, so that a receiver
 * can be there before the page is.
 */
export async function webSocketServer({ port = 0, tls = false, holdFor = null, onClient, onMessage }) {
  const counts = { connections: 0, heartbeats: 0, failures: 0, received: [] };
  const held = [];
  const gone = new WeakSet();
  let nextFails = null;
  let receiverIsThere = holdFor === null;
  const admit = (info, decide) => {
    if (receiverIsThere || info.req.url === holdFor) decide(true);
    else held.push(decide);
  };
  const server = await httpServer(tls, (_request, response) => response.end("a WebSocket server\n"));
  const sockets = new WebSocketServer({ server, verifyClient: admit });
  const room = {
    all: () => [...sockets.clients].filter((client) => client.readyState === WebSocket.OPEN),
    others: (sender) => room.all().filter((client) => client !== sender),
  };

  /** Plays the failure that was ordered for the next message, and says which one it was. */
  const failed = (client) => {
    const how = nextFails;
    nextFails = null;
    if (how) {
      counts.failures += 1;
      gone.add(client);
      client.terminate();
    }
    return how;
  };

  sockets.on("connection", (client, request) => {
    counts.connections += 1;
    client.on("error", () => {});
    client.on("message", (data, isBinary) => {
      const text = data.toString();
      if (gone.has(client)) return;
      if (isHeartbeat(text)) counts.heartbeats += 1;
      else if (failed(client) === "lost") return;
      else counts.received.push(text);
      onMessage?.(client, data, isBinary, room);
    });
    onClient?.(client, room);
    if (request.url === holdFor) {
      receiverIsThere = true;
      for (const decide of held.splice(0)) decide(true);
    }
  });

  const realPort = await listen(server, port);
  return {
    url: `${tls ? "wss" : "ws"}://127.0.0.1:${realPort}`,
    port: realPort,
    /** How many clients ever came, how many are here, what they sent (heartbeats counted apart), how often `failNext` struck. */
    stats: () => ({ ...counts, received: [...counts.received], clients: room.all().length }),
    /** Says something to everybody from the server. */
    say: (text) => room.all().forEach((client) => client.send(text)),
    /** Closes every client politely, with a code and a reason. */
    closeAll: (code = 1001, reason = "") => room.all().forEach((client) => client.close(code, reason)),
    /** Says goodbye to every client, and neither reads on nor ends the connection: the browser waits in `CLOSING`. */
    closeHalf: (code = 1001) => {
      for (const client of room.all()) {
        client.pause();
        client._socket.write(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
      }
    },
    /** Drops every TCP connection without a close frame; goes on listening. */
    dropAll: () => dropConnections(server),
    /**
     * Drops the sender of the next message. "lost": nobody gets the message. "unanswered": all others get it,
     * and only the sender does not learn that it arrived.
     */
    failNext: (how) => void (nextFails = how),
    /** Goes away: no close frames, no listening. */
    close: () => stopListening(server),
  };
}
