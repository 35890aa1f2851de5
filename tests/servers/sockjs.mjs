// sockjs-node 0.3: sends each string on to all others, or to all; the endpoint is `/chat`, the raw one `/chat/websocket`.
// By hand: node tests/servers/sockjs.mjs --port 3000 [--to-all] [--greeting TEXT] [--no-raw] [--no-websocket]
import http from "node:http";
import sockjs from "sockjs";
import { dropConnections, isHeartbeat, listen, stopListening } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

/** `noRaw`: the raw endpoint refuses, as behind some proxies. `noWebsocket`: only polling transports. */
export async function start({ port = 0, toAll = false, greeting = "", noRaw = false, noWebsocket = false, heartbeatDelay = 25_000 } = {}) {
  const clients = new Set();
  const counts = { connections: 0, heartbeats: 0, received: [], paths: [] };
  const endpoint = sockjs.createServer({ log: () => {}, websocket: !noWebsocket, heartbeat_delay: Number(heartbeatDelay) });

  endpoint.on("connection", (client) => {
    if (!client) return;
    clients.add(client);
    counts.connections += 1;
    counts.paths.push(client.pathname);
    client.on("close", () => clients.delete(client));
    client.on("data", (text) => {
      if (isHeartbeat(text)) counts.heartbeats += 1;
      else counts.received.push(text);
      for (const other of clients) if (toAll || other !== client) other.write(text);
    });
    if (greeting) client.write(greeting);
  });

  const server = http.createServer();
  endpoint.installHandlers(server, { prefix: "/chat" });
  if (noRaw) refuseRaw(server);
  const realPort = await listen(server, port);
  return {
    url: `http://127.0.0.1:${realPort}/chat`,
    rawUrl: `ws://127.0.0.1:${realPort}/chat/websocket`,
    port: realPort,
    stats: () => ({ ...counts, received: [...counts.received], paths: [...counts.paths], clients: clients.size }),
    /** Writes several messages in one turn: they may share one `a[...]` frame. */
    say: (...texts) => clients.forEach((client) => texts.forEach((text) => client.write(text))),
    /** Ends every session with a `c[code,"reason"]` frame. */
    closeAll: (code = 3000, reason = "Go away!") => clients.forEach((client) => client.close(code, reason)),
    dropAll: () => dropConnections(server),
    close: () => stopListening(server),
  };
}

/** Puts a refusal of `/chat/websocket` before sockjs-node's own upgrade handler. */
function refuseRaw(server) {
  const handlers = server.listeners("upgrade");
  server.removeAllListeners("upgrade");
  server.on("upgrade", (request, socket, head) => {
    if (request.url === "/chat/websocket") return socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    return handlers.forEach((handler) => handler.call(server, request, socket, head));
  });
}

await runByHand(import.meta.url, start);
