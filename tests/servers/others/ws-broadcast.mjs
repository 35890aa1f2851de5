// The README of `ws`, "Server broadcast": node ws-broadcast.mjs PORT all|others
import WebSocket, { WebSocketServer } from "ws";

const [port, audience] = process.argv.slice(2);
const wss = new WebSocketServer({ host: "127.0.0.1", port: Number(port) });

wss.on("connection", (ws) => {
  ws.on("error", console.error);
  ws.on("message", (data, isBinary) => {
    wss.clients.forEach((client) => {
      const wanted = audience === "all" || client !== ws;
      if (wanted && client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
    });
  });
});
