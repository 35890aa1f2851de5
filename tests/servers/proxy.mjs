// A TCP proxy before another server: it cuts, goes away, and holds back what is said, and the server behind it stays as it is.
// By hand: node tests/servers/proxy.mjs --to 3000 [--port 3001] [--from /stomp --into /ws]
import net from "node:net";
import { dropConnections, listen, stopListening } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

/** `to`: the port behind. `from`, `into`: this path of a request becomes that one, as a web server before a broker does it. */
export async function start({ port = 0, to, from = null, into = "/" }) {
  const state = { away: false, held: false, connections: 0 };
  const pairs = new Set();
  const server = net.createServer((near) => {
    if (state.away) return near.destroy();
    state.connections += 1;
    const far = net.connect(Number(to), "127.0.0.1");
    const pair = join(near, far, (chunk) => rewrite(chunk, from, into));
    if (state.held) pair.hold();
    pairs.add(pair);
    return near.once("close", () => pairs.delete(pair));
  });
  const realPort = await listen(server, port);
  return {
    url: `ws://127.0.0.1:${realPort}`,
    port: realPort,
    stats: () => ({ connections: state.connections, open: pairs.size }),
    /** Every connection breaks without a word; new ones are let through. */
    cut: () => dropConnections(server),
    /** The same, and new ones break as well, until `back()`. */
    away: () => {
      state.away = true;
      dropConnections(server);
    },
    back: () => void (state.away = false),
    /** Connections stay and nothing passes any more, on new ones neither, until `release()`. */
    hold: () => {
      state.held = true;
      pairs.forEach((pair) => pair.hold());
    },
    release: () => {
      state.held = false;
      pairs.forEach((pair) => pair.release());
    },
    close: () => stopListening(server),
  };
}

/** Passes everything on both ways; the end of one is the end of the other. */
function join(near, far, rewriteFirst) {
  const ends = [near, far];
  ends.forEach((end, index) => {
    end.on("error", () => {});
    end.once("close", () => ends[1 - index].destroy());
  });
  near.once("data", (chunk) => {
    far.write(rewriteFirst(chunk));
    near.pipe(far);
  });
  far.pipe(near);
  return {
    hold: () => ends.forEach((end) => (end.unpipe(), end.pause())),
    release: () => {
      near.pipe(far);
      far.pipe(near);
    },
  };
}

/** The head of a request comes in one piece from every browser. */
function rewrite(chunk, from, into) {
  if (!from) return chunk;
  return Buffer.from(chunk.toString("latin1").replace(new RegExp(`^GET ${from}(?=[ ?])`), `GET ${into}`), "latin1");
}

await runByHand(import.meta.url, start);
