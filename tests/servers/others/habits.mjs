// Habits that many chat servers have and no tutorial has alone: node habits.mjs PORT HABIT
// Each habit is how a line is read from a frame, what a line becomes for everybody, and what else is said. People who are not named by
// their lines are guests, in the order of their coming.
import WebSocket, { WebSocketServer } from "ws";

const object = (frame) => JSON.parse(frame);
const string = (value) => JSON.stringify(value);
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");
/** A line as an object with no more than its sender and its words. */
const bareObject = ({ user, text }) => ({ user, text });
const bare = (line) => string(bareObject(line));
let lastId = 0;

/**
 * `read(frame)` gives `{ user, text }` of a frame; `write(line, lines)` gives the frames that everybody hears, or with `others` the others; `opening`
 * gives the frames that somebody hears who comes, from the lines so far; `after` those that the writer alone hears; `beat` makes a
 * heartbeat each 700 ms, which `answered(frame)` must see answered before the third.
 */
const HABITS = {
  "ids of its own": { write: ({ user, text }) => string({ id: (lastId += 1), user, text, time: new Date().toISOString() }) },
  "ids, and a memory": {
    write: (line) => string(withId(line)),
    opening: (lines) => lines.slice(-20).map((line) => string(withId(line))),
  },
  "a memory without ids": { write: bare, opening: (lines) => lines.slice(-20).map(bare) },
  "a memory in one message": {
    write: (line) => string({ type: "message", data: withId(line) }),
    opening: (lines) => (lines.length > 0 ? [string({ type: "history", data: lines.slice(-20).map(withId) })] : []),
    read: (frame) => object(frame).data ?? object(frame),
  },
  "names of its own": { write: ({ guest, text }) => string({ from: guest, text }) },
  "no names at all": { write: ({ text }) => string({ text }) },
  "text escaped for HTML": { write: ({ user, text }) => string({ user, text: escaped(text.trim()) }) },
  "the sender's number as id": { write: ({ guest, user, text }) => string({ id: Number(guest.slice(6)), user, text }) },
  "words that are no lines": {
    others: true,
    opening: () => ['{"type":"users","count":2}', "null", "[]", '{"type":"presence","user":"eve","online":true}'],
    write: (line) => [string({ type: "typing", user: line.user }), bare(line), string({ type: "read", user: line.user, upTo: 7 })],
    after: () => '{"status":"ok"}',
  },
  "lines in a list": { write: ({ user, text }) => string([{ user, text }]) },
  "the whole list each time": { write: (_line, lines) => string({ messages: lines.map(bareObject) }) },
  "a name and words in an array": {
    read: (frame) => ({ user: object(frame)[1], text: object(frame)[2] }),
    write: ({ user, text }) => string([3, user, text]),
  },
  "an envelope around what it understands": { write: ({ user, text }) => string({ type: "message", data: { user, text, at: Date.now() } }) },
  "bare JSON strings": { read: (frame) => ({ text: object(frame) }), write: ({ text }) => string(text) },
  "an event's name before": { read: (frame) => object(frame)[1], write: ({ user, text }) => string(["message", { user, text }]) },
  "words two levels deeper": {
    read: (frame) => {
      const { message } = object(frame).payload;
      return { user: message.userName, text: message.messageText };
    },
    write: ({ user, text }) => string({ event: "chat", payload: { message: { messageText: text, userName: user } } }),
  },
  "bytes in JSON": { write: ({ user, text }) => string({ user, text: Buffer.from(text) }) },
  "what was heard, as bytes in JSON": { write: ({ guest, heard }) => string({ guest, message: heard }) },
  "a memory by ids": {
    write: (line) => string({ type: "message", data: bareObject(line) }),
    opening: (lines) => (lines.length > 0 ? [string({ messages: Object.fromEntries(lines.slice(-20).map((line) => [line.id, bareObject(line)])) })] : []),
    read: (frame) => object(frame).data ?? object(frame),
  },
  "a memory that begins with the newest": {
    write: bare,
    opening: (lines) => (lines.length > 0 ? [string({ type: "history", messages: lines.slice(-20).reverse().map(bareObject) })] : []),
  },
  "an event where words stand, and an outcome beside": {
    read: (frame) => object(frame).data ?? object(frame),
    write: ({ user, text }) => [string({ msg: "chat", data: { user, text } }), string({ code: 0, msg: "success", data: { type: "online", count: 2 } })],
  },
  "whose a line is": {
    others: true,
    write: ({ guest, text }) => string({ type: "message", from: guest, text, mine: false }),
    after: ({ text }) => string({ type: "message", from: "me", text, mine: true }),
  },
  "binary frames": { write: (line) => Buffer.from(bare(line)) },
  "text with a name before": { read: (frame) => ({ text: frame }), write: ({ guest, text }) => `[12:01] ${guest}: ${text}` },
  "a ping that wants a pong": { others: true, write: bare, beat: (n) => string({ type: "ping", id: n }), answered: (frame, n) => object(frame).type === "pong" && object(frame).id === n },
  "an op that wants a pong": { others: true, write: bare, beat: () => '{"op":"ping"}', answered: (frame) => object(frame).op === "pong" },
  "PING that wants PONG": { read: (frame) => ({ text: frame }), write: ({ text }) => text, beat: () => "PING", answered: (frame) => frame === "PONG" },
};

const withId = ({ id, user, text }) => ({ id, user, text });
const habit = { read: object, opening: () => [], after: () => [], ...HABITS[process.argv[3]] };
const lines = [];
let guests = 0;

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });
server.on("connection", (socket) => {
  const guest = `guest ${(guests += 1)}`;
  const answered = habit.beat ? watch(socket) : () => false;
  habit.opening(lines).forEach((frame) => socket.send(frame));
  socket.on("error", () => {});
  socket.on("message", (data) => {
    const frame = data.toString();
    if (answered(frame)) return;
    const { user, text } = habit.read(frame);
    if (typeof text !== "string") return socket.close(1007, "no text");
    const line = { id: crypto.randomUUID(), user, text, guest, heard: data };
    lines.push(line);
    const heard = [habit.write(line, lines)].flat();
    const audience = [...server.clients].filter((client) => client.readyState === WebSocket.OPEN && !(habit.others && client === socket));
    for (const client of audience) heard.forEach((words) => client.send(words));
    [habit.after(line)].flat().forEach((words) => socket.send(words));
  });
});

/** Ends the link at the third heartbeat that nobody answered. */
function watch(socket) {
  let [count, open] = [0, 0];
  const timer = setInterval(() => {
    if (open === 2) return socket.terminate();
    open += 1;
    socket.send(habit.beat((count += 1)));
  }, 700);
  socket.on("close", () => clearInterval(timer));
  return (frame) => {
    if (!habit.answered(frame, count)) return false;
    open = 0;
    return true;
  };
}
