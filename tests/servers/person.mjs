// Another person in a test: a bare `ws` client that keeps everything it hears.
import { WebSocket } from "ws";

const DEFAULT_LIMIT = 10_000;

/** Waits until `check()` is true; says what it waited for when it gives up. */
export async function until(check, what = "a condition", limit = DEFAULT_LIMIT) {
  const deadline = Date.now() + limit;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${limit / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Connects; rejects if the handshake is refused. With `patient: true` it tries again until it is let in. */
export async function person(url, { patient = false, limit = DEFAULT_LIMIT } = {}) {
  const deadline = Date.now() + limit;
  for (;;) {
    try {
      return await connect(url);
    } catch (error) {
      if (!patient || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function connect(url) {
  const socket = new WebSocket(url, { rejectUnauthorized: false, perMessageDeflate: false });
  const visitor = new Person(socket);
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(visitor));
    socket.once("error", reject);
  });
}

class Person {
  constructor(socket) {
    this.socket = socket;
    this.frames = [];
    socket.on("message", (data, isBinary) => this.frames.push({ text: data.toString(), isBinary }));
    socket.on("error", () => {});
  }

  /** Everything heard, in order, as text. */
  texts() {
    return this.frames.map((frame) => frame.text);
  }

  /** The `text` members of the JSON that was heard; heartbeats and anything else are left out. */
  lines() {
    return this.texts().map(textOf).filter((text) => text !== undefined);
  }

  send(data, options) {
    this.socket.send(data, options);
  }

  /** Sends a chat line as JSON. */
  say(text, more = {}) {
    this.send(JSON.stringify({ ...more, text }));
  }

  until(check, what, limit) {
    return until(check, what, limit);
  }

  /** Waits for a frame that is, or matches, `wanted`. */
  waitFor(wanted, limit) {
    const fits = (text) => (wanted instanceof RegExp ? wanted.test(text) : text === wanted);
    return until(() => this.texts().some(fits), `the frame ${wanted}`, limit);
  }

  /** Waits for the chat line `text`. */
  waitForLine(text, limit) {
    return until(() => this.lines().includes(text), `the line ${JSON.stringify(text)}`, limit);
  }

  close() {
    this.socket.terminate();
  }
}

/** The `text` member of a frame that is JSON. */
export function textOf(frame) {
  try {
    return JSON.parse(frame).text;
  } catch {
    return undefined;
  }
}
