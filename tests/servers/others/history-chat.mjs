// The "Node.js & WebSocket" tutorial's chat on the package `websocket`: node history-chat.mjs PORT
// Text in, JSON out. The first text is the name, answered with a colour; the last hundred lines are told at the opening, in one
// message; text is escaped for HTML.
import { createServer } from "node:http";
import websocket from "websocket";

const http = createServer();
const server = new websocket.server({ httpServer: http });
const clients = new Set();
const colors = ["red", "green", "blue", "magenta", "purple", "plum", "orange"];
let history = [];

const escaped = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

server.on("request", (request) => {
  const connection = request.accept(null, request.origin);
  let userName = false;
  let userColor = false;
  clients.add(connection);
  if (history.length > 0) connection.sendUTF(JSON.stringify({ type: "history", data: history }));
  connection.on("message", (message) => {
    if (message.type !== "utf8") return;
    if (userName === false) {
      userName = escaped(message.utf8Data);
      userColor = colors.shift();
      connection.sendUTF(JSON.stringify({ type: "color", data: userColor }));
      return;
    }
    const line = { time: Date.now(), text: escaped(message.utf8Data), author: userName, color: userColor };
    history = [...history, line].slice(-100);
    for (const client of clients) client.sendUTF(JSON.stringify({ type: "message", data: line }));
  });
  connection.on("close", () => {
    clients.delete(connection);
    if (userName !== false) colors.push(userColor);
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1");
