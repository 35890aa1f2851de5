// MDN's chat sample (samples-server, websocket-chat): node mdn-chat.mjs PORT
// The subprotocol is `json`. The server gives each client a number, `{"type":"id"}`; whoever has told a name with it may write.
// `id` is the sender's number; tags are taken out of the text; everybody hears everything, who is there too.
import { createServer } from "node:http";
import websocket from "websocket";

const http = createServer((_request, response) => response.writeHead(404).end());
const server = new websocket.server({ httpServer: http, autoAcceptConnections: false });
let connections = [];
let nextId = Date.now();
let appendToMakeUnique = 1;

const sendToAll = (message) => connections.forEach((each) => each.sendUTF(JSON.stringify(message)));
const sendUsers = () => sendToAll({ type: "userlist", users: connections.map(({ username }) => username) });

function named(connect, message) {
  const wanted = message.name;
  while (connections.some(({ username }) => username === message.name)) message.name = wanted + appendToMakeUnique++;
  if (message.name !== wanted) connect.sendUTF(JSON.stringify({ id: message.id, type: "rejectusername", name: message.name }));
  connect.username = message.name;
  sendUsers();
}

server.on("request", (request) => {
  const connection = request.accept("json", request.origin);
  connections.push(connection);
  connection.clientID = nextId++;
  connection.sendUTF(JSON.stringify({ type: "id", id: connection.clientID }));
  connection.on("message", ({ type, utf8Data }) => {
    if (type !== "utf8") return;
    const message = JSON.parse(utf8Data);
    const connect = connections.find(({ clientID }) => clientID === message.id) ?? null;
    if (message.type === "message") {
      message.name = connect.username;
      message.text = message.text.replace(/(<([^>]+)>)/gi, "");
    }
    if (message.type === "username") named(connect, message);
    sendToAll(message);
  });
  connection.on("close", () => {
    connections = connections.filter(({ connected }) => connected);
    sendUsers();
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1");
