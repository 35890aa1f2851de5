// The chat servers that other people wrote: how each is started, how its own client speaks, and what the page is told about it.
//
//   run       starts it (see run.mjs)
//   path      the page's address; `protocol` if the tutorial's reader would choose one by hand
//   visitor   the tutorial's client (see visitors.mjs); the page is always "ada"
//   ours      how the tutorial's client shows a line of the page, if it is not the line itself
//   names     who the page must say wrote the third person's lines, where the server tells it
//   from      who the tutorial's client must say wrote the page's
//   oneLine   true if the server makes one line of a message of two
//   rest      what else that client may show: people who come and go, what the server says by itself
//   auto      false if no server's word gives its shape away before the page writes
//   settings  the URL parameters with which the page gets along, where `auto` does not, or where it is told
//   beats     true if the server ends a link on which its heartbeats are not answered
//   mute      true if nobody can write there; `noChat` if there is nothing to read either
import { axum, go, node, python, ruby } from "./run.mjs";
import { bySocket, bySocketIo } from "./visitors.mjs";

const json = (frame) => JSON.parse(frame);
/** As a browser shows a text that was put in as HTML. */
const html = (text) => text.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&").trim();
/** As jQuery and the DOM show what should be a text. */
const shown = (value) => String(value);

const channels = bySocket({
  path: "/ws/chat/lobby/",
  write: (message) => JSON.stringify({ message }),
  read: (frame) => shown(json(frame).message),
});

/** The clients of both Socket.IO samples in Python. */
const sample = bySocketIo({
  say: (socket, data) => socket.emit("my_broadcast_event", { data }),
  listen: { my_response: (_socket, { data }) => shown(data) },
});
const SAMPLE_SETTINGS = { event: "my_broadcast_event", listen: "my_response", send: '{"data":"{text}"}' };
const SAMPLE_REST = /^(Connected|Server generated event)$/;

/** The getting-started chat's client, as it is in steps 5 and 6, and from step 7 on. */
const gettingStarted = bySocketIo({
  say: (socket, text) => socket.emit("chat message", text),
  listen: { "chat message": (_socket, text) => shown(text) },
});
const gettingStarted7 = bySocketIo({
  say: (socket, text) => socket.emit("chat message", text),
  listen: { "chat message": readWithOffset },
  options: { auth: { serverOffset: 0 } },
});
let counter = 0;
const gettingStarted8 = bySocketIo({
  say: (socket, text) => socket.emit("chat message", text, `${socket.id}-${counter++}`),
  listen: { "chat message": readWithOffset },
  options: { auth: { serverOffset: 0 }, ackTimeout: 10_000, retries: 3 },
});

function readWithOffset(socket, text, serverOffset) {
  socket.auth.serverOffset = serverOffset;
  return shown(text);
}

const readMdn = (frame, send) => {
  const message = json(frame);
  if (message.type === "id") send(JSON.stringify({ type: "username", name: "bob", date: Date.now(), id: (readMdn.id = message.id) }));
  return message.type === "message" ? { from: message.name, text: html(message.text) } : null;
};

const readHistory = (frame) => {
  const { type, data } = json(frame);
  const line = ({ author, text }) => ({ from: html(author), text: html(text) });
  return type === "message" ? line(data) : type === "history" ? data.map(line) : null;
};

/** Action Cable's client: it joins a room, and everything that is said is an object in a string in an object. */
const ROOM = JSON.stringify({ channel: "ChatChannel", room: "lobby" });
const readCable = (frame, send) => {
  const { type, message } = json(frame);
  if (type === "welcome") send(JSON.stringify({ command: "subscribe", identifier: ROOM }));
  return type ? null : { from: message.sent_by, text: message.body };
};

export const SERVERS = [
  {
    name: "FastAPI, docs",
    run: python("fastapi_chat.py"),
    path: "/ws/7",
    visitor: bySocket({ path: "/ws/1" }),
    ours: (text) => `Client #7 says: ${text}`,
    rest: /^(You wrote: |Client #1 says: |Client #\d+ left the chat$)/,
    settings: { protocol: "text" },
  },
  {
    name: "Channels, part 2",
    run: python("channels_chat.py", "2"),
    path: "/ws/chat/lobby/",
    visitor: channels,
    settings: { send: '{"message":"{text}"}' },
  },
  {
    name: "Channels, part 3",
    run: python("channels_chat.py", "3"),
    path: "/ws/chat/lobby/",
    visitor: channels,
    settings: { send: '{"message":"{text}"}' },
  },
  {
    name: "python-socketio, sample",
    run: python("python_socketio_sample.py"),
    path: "/",
    visitor: sample,
    rest: SAMPLE_REST,
    auto: false,
    settings: SAMPLE_SETTINGS,
  },
  {
    name: "Flask-SocketIO, sample",
    run: python("flask_socketio_sample.py", "sample"),
    path: "/",
    visitor: sample,
    rest: SAMPLE_REST,
    auto: false,
    settings: SAMPLE_SETTINGS,
  },
  {
    name: "Flask-SocketIO, send()",
    run: python("flask_socketio_sample.py", "messages"),
    path: "/",
    visitor: bySocketIo({
      say: (socket, text) => socket.send(text),
      listen: { message: (_socket, text) => shown(text) },
    }),
    settings: { send: "{text}" },
  },
  {
    name: "axum, chat",
    run: axum,
    path: "/websocket",
    visitor: bySocket({ path: "/websocket", hello: "bob" }),
    ours: (text) => `ada: ${text}`,
    rest: /^(bob: |\w+ (joined|left)\.$)/,
    auto: false,
    settings: { protocol: "text", hello: "{user}" },
  },
  {
    name: "Socket.IO, step 5",
    run: node("getting-started.mjs", "5"),
    path: "/",
    visitor: gettingStarted,
    settings: { event: "chat message", send: "{text}" },
  },
  {
    name: "Socket.IO, step 6",
    run: node("getting-started.mjs", "6"),
    path: "/",
    visitor: gettingStarted,
    settings: { event: "chat message", send: "{text}" },
  },
  {
    name: "Socket.IO, step 7",
    run: node("getting-started.mjs", "7"),
    path: "/",
    visitor: gettingStarted7,
    settings: { event: "chat message", send: "{text}" },
  },
  {
    name: "Socket.IO, step 8",
    run: node("getting-started.mjs", "8"),
    path: "/",
    visitor: gettingStarted8,
    settings: { event: "chat message", send: '["{text}","{id}"]' },
  },
  {
    name: "Socket.IO, chat",
    run: node("socketio-chat.mjs"),
    path: "/",
    visitor: bySocketIo({
      say: (socket, text) => socket.emit("new message", text),
      listen: { "new message": (_socket, { username, message }) => ({ from: username, text: shown(message) }) },
      hello: (socket) => socket.emit("add user", "bob"),
    }),
    names: /^bob$/,
    from: "ada",
    auto: false,
    settings: { event: "new message", send: "{text}", hello: '["add user","{user}"]' },
  },
  {
    name: "Socket.IO, rooms",
    run: node("socketio-rooms.mjs"),
    path: "/",
    visitor: bySocketIo({
      say: (socket, text) => socket.emit("chatMessage", text),
      listen: { message: (_socket, { username, text }) => ({ from: username, text: shown(text) }) },
      hello: (socket) => socket.emit("joinRoom", { username: "bob", room: "lobby" }),
    }),
    names: /^bob$/,
    from: "ada",
    rest: /^(Welcome to the chat!|\w+ has (joined|left) the chat)$/,
    auto: false,
    settings: { event: "chatMessage", listen: "message", send: "{text}", hello: '["joinRoom",{"username":"{user}","room":"lobby"}]' },
  },
  {
    name: "ws, README, all",
    run: node("ws-broadcast.mjs", "all"),
    path: "/",
    visitor: bySocket({}),
    settings: { send: "{text}" },
  },
  {
    name: "ws, README, others",
    run: node("ws-broadcast.mjs", "others"),
    path: "/",
    visitor: bySocket({}),
    settings: { send: "{text}" },
  },
  {
    name: "Tornado, demo",
    run: python("tornado_chat.py"),
    path: "/chatsocket",
    visitor: bySocket({
      path: "/chatsocket",
      write: (body) => JSON.stringify({ body }),
      read: (frame) => html(json(frame).html),
    }),
    settings: { send: '{"body":"{text}"}' },
  },
  {
    name: "aiohttp, demo",
    run: python("aiohttp_chat.py"),
    path: "/",
    names: /^[A-Z][a-z]{10}$/,
    visitor: bySocket({
      read: (frame) => {
        const { action, name, text } = json(frame);
        return action === "sent" ? { from: name, text } : null;
      },
    }),
    auto: false,
    settings: { send: "{text}" },
  },
  {
    name: "MDN, chat",
    run: node("mdn-chat.mjs"),
    path: "/",
    visitor: bySocket({
      subprotocol: "json",
      read: readMdn,
      write: (text) => JSON.stringify({ text, type: "message", id: readMdn.id, date: Date.now() }),
    }),
    names: /^bob$/,
    from: "ada",
    auto: false,
    settings: { subprotocol: "json", hello: '{"type":"username","name":"{user}","id":{first:id}}', send: '{"type":"message","text":"{text}","id":{first:id}}' },
  },
  {
    name: "websocket (npm), history",
    run: node("history-chat.mjs"),
    path: "/",
    visitor: bySocket({ read: readHistory, hello: "bob" }),
    names: /^bob$/,
    from: "ada",
    auto: false,
    settings: { send: "{text}", hello: "{user}" },
  },
  {
    name: "gorilla/websocket, chat",
    run: go("gorilla"),
    path: "/ws",
    visitor: bySocket({ path: "/ws", read: (frame) => frame.split("\n") }),
    oneLine: true,
    ours: (text) => text.replace(/\n/g, " "),
    settings: { protocol: "text" },
  },
  {
    name: "gorilla/websocket, JSON",
    run: go("gorilla"),
    path: "/ws",
    // What a page on that server does that wants names: what waits together comes as one frame, one object a line.
    visitor: bySocket({
      path: "/ws",
      write: (text) => JSON.stringify({ user: "bob", text }),
      read: (frame) => frame.split("\n").map((line) => ({ from: json(line).user, text: json(line).text })),
    }),
    names: /^bob$/,
    from: "ada",
  },
  {
    name: "gorilla/websocket, struct",
    run: go("readjson"),
    path: "/ws",
    visitor: bySocket({
      path: "/ws",
      write: (message) => JSON.stringify({ email: "bob@example.org", username: "bob", message }),
      read: (frame) => ({ from: json(frame).username, text: html(json(frame).message) }),
    }),
    names: /^bob$/,
    from: "ada",
    settings: { send: '{"email":"ada@example.org","username":"{user}","message":"{text}"}' },
  },
  {
    name: "Action Cable, guide",
    run: ruby("action_cable.ru"),
    path: "/cable",
    visitor: bySocket({
      path: "/cable",
      subprotocol: "actioncable-v1-json",
      read: readCable,
      ready: "confirm_subscription",
      write: (body) => JSON.stringify({ command: "message", identifier: ROOM, data: JSON.stringify({ sent_by: "bob", body }) }),
    }),
    names: /^bob$/,
    from: "ada",
    auto: false,
    settings: {
      subprotocol: "actioncable-v1-json",
      hello: JSON.stringify({ command: "subscribe", identifier: ROOM }),
      ready: "confirm_subscription",
      send: JSON.stringify({ command: "message", identifier: ROOM, data: JSON.stringify({ sent_by: "{user}", body: "{text}" }) }),
    },
  },
  {
    name: "coder/websocket, chat",
    run: go("coder"),
    path: "/subscribe",
    visitor: bySocket({ path: "/subscribe", post: "/publish" }),
    mute: true,
    auto: true,
  },
  {
    name: "websockets, counter",
    run: python("websockets_counter.py"),
    path: "/",
    visitor: bySocket({ read: () => null }),
    mute: true,
    noChat: true,
    auto: true,
  },
];
