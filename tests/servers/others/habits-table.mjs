// The habits of habits.mjs as rows like those of table.mjs: what their people say, and how they read.
import { node } from "./run.mjs";
import { bySocket } from "./visitors.mjs";

const json = (frame) => JSON.parse(frame);
const html = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&");
/** What Node.js writes of a Buffer. */
const bytes = ({ data }) => Buffer.from(data).toString();
const write = (text) => JSON.stringify({ user: "bob", text });
const line = ({ user, from, text }) => (text === undefined ? null : { from: user ?? from, text });
const read = (frame) => {
  const value = json(frame);
  return Array.isArray(value) ? value.map(line) : value && line(value);
};

const row = (habit, { names = /^bob$/, from = "ada", auto, settings, beats, ...client } = {}) => ({
  name: habit,
  run: node("habits.mjs", habit),
  path: "/",
  visitor: bySocket({ write, read, ...client }),
  names,
  from,
  auto,
  settings,
  beats,
});

const NAMELESS = { names: null, from: null };

export const HABITS = [
  row("ids of its own"),
  row("ids, and a memory"),
  row("a memory without ids"),
  row("a memory in one message", {
    read: (frame) => [json(frame).data].flat().map(line),
  }),
  row("names of its own", { names: /^guest 1$/, from: "guest 2" }),
  row("no names at all", NAMELESS),
  row("text escaped for HTML", { read: (frame) => ({ from: json(frame).user, text: html(json(frame).text) }) }),
  row("the sender's number as id"),
  row("words that are no lines"),
  row("lines in a list"),
  row("bare JSON strings", { ...NAMELESS, write: (text) => JSON.stringify(text), read: json }),
  row("the whole list each time", { read: (frame) => line(json(frame).messages.at(-1)) }),
  row("a name and words in an array", {
    write: (text) => JSON.stringify([3, "bob", text]),
    read: (frame) => ({ from: json(frame)[1], text: json(frame)[2] }),
  }),
  row("an envelope around what it understands", {
    // Who hears its lines first puts the own ones so, and it reads them nowhere: the setting is what it wants.
    auto: false,
    read: (frame) => line(json(frame).data),
    settings: { send: '{"user":"{user}","text":"{text}"}' },
  }),
  row("an event's name before", {
    write: (text) => JSON.stringify(["message", { user: "bob", text }]),
    read: (frame) => line(json(frame)[1]),
  }),
  row("words two levels deeper", {
    write: (text) => JSON.stringify({ event: "chat", payload: { message: { userName: "bob", messageText: text } } }),
    read: (frame) => {
      const { userName, messageText } = json(frame).payload.message;
      return { from: userName, text: messageText };
    },
    settings: { send: '{"event":"chat","payload":{"message":{"userName":"{user}","messageText":"{text}"}}}' },
  }),
  row("bytes in JSON", { read: (frame) => ({ from: json(frame).user, text: bytes(json(frame).text) }) }),
  row("what was heard, as bytes in JSON", { read: (frame) => line(json(bytes(json(frame).message))) }),
  row("a memory by ids", {
    read: (frame) => {
      const { data, messages } = json(frame);
      return data ? line(data) : Object.values(messages).map(line);
    },
  }),
  row("a memory that begins with the newest", {
    read: (frame) => {
      const { messages, ...told } = json(frame);
      return messages ? messages.reverse().map(line) : line(told);
    },
  }),
  row("an event where words stand, and an outcome beside", {
    write: (text) => JSON.stringify({ msg: "chat", data: { user: "bob", text } }),
    read: (frame) => line(json(frame).data),
  }),
  row("whose a line is", { names: /^guest 1$/, from: "guest 2", read: (frame) => (json(frame).mine ? null : line(json(frame))) }),
  row("binary frames"),
  row("text with a name before", {
    write: (text) => text,
    read: (frame) => {
      const [, from, text] = /^\[12:01\] (guest \d+): (.*)$/s.exec(frame);
      return { from, text };
    },
    names: null,
    from: "guest 2",
  }),
  row("a ping that wants a pong", answering("ping", (frame) => frame.replace("ping", "pong"))),
  row("an op that wants a pong", answering("ping", (frame) => frame.replace("ping", "pong"))),
  row("PING that wants PONG", { ...NAMELESS, ...answering("PING", () => "PONG", (frame) => frame), write: (text) => text }),
];

/** A client that answers heartbeats; the page does so once a link has ended without. */
function answering(word, answer, otherwise = read) {
  return {
    beats: true,
    read: (frame, send) => {
      if (!frame.includes(word) || frame.includes("text")) return otherwise(frame);
      send(answer(frame));
      return null;
    },
  };
}
