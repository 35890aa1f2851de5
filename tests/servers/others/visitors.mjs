// Third persons: each is a tutorial's own client without its page. `await join(port)`, then `say(text)`; `shown` holds the lines that its
// page would show, as `{ from, text }`; after the server was started again, `await back()`.
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { until } from "../person.mjs";

/**
 * A client on a bare WebSocket. `write(text)` makes a frame; `read(frame, send)` gives the lines that the frame shows: a string, an
 * array, or nothing; `hello` is sent at each opening; `ready` is a piece of the frame after which it may speak.
 */
export function bySocket({ path = "/", subprotocol, hello, write = (text) => text, read = (frame) => frame, ready = "", post }) {
  return class {
    shown = [];

    async join(port) {
      this.port = port;
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, subprotocol);
      this.socket = socket;
      let isReady = ready === "";
      socket.on("error", () => {});
      socket.on("message", (data) => {
        isReady ||= data.includes(ready);
        const lines = [understood(data.toString(), read, (frame) => socket.send(frame)) ?? []].flat();
        this.shown.push(...lines.map((line) => (typeof line === "string" ? { from: null, text: line } : line)));
      });
      await new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("close", (code) => reject(new Error(`the third person was not let in: ${code}`)));
      });
      if (hello) socket.send(hello);
      await until(() => isReady, `the answer ${ready}`);
    }

    back() {
      return this.join(this.port);
    }

    async say(text) {
      if (post) await fetch(`http://127.0.0.1:${this.port}${post}`, { method: "POST", body: text });
      else this.socket.send(write(text));
    }

    close() {
      this.socket.terminate();
    }
  };
}

/** A frame that its page cannot read ends that page's handler; here it is kept as it is, to be found as noise. */
function understood(frame, read, send) {
  try {
    return read(frame, send);
  } catch {
    return frame;
  }
}

/**
 * A client on Socket.IO. `say(socket, text)` emits; `listen` has a function for each event that is shown, which gives its line from the
 * event's arguments; `hello(socket)` follows each connect; `options` are the client's.
 */
export function bySocketIo({ say, listen, hello = () => {}, options = {} }) {
  return class {
    shown = [];

    async join(port) {
      const socket = io(`http://127.0.0.1:${port}`, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 100, ...structuredClone(options) });
      this.socket = socket;
      socket.on("connect", () => hello(socket));
      for (const [event, read] of Object.entries(listen)) {
        socket.on(event, (...args) => {
          const line = read(socket, ...args);
          this.shown.push(typeof line === "string" ? { from: null, text: line } : line);
        });
      }
      await this.back();
    }

    back() {
      return until(() => this.socket.connected, "a connected third person");
    }

    async say(text) {
      say(this.socket, text);
    }

    close() {
      this.socket.close();
    }
  };
}
