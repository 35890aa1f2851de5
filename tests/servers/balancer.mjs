// A plain TCP balancer before several nodes: each connection goes to the next one that is there, whoever comes. Nothing is sticky.
// By hand: node tests/servers/balancer.mjs --to 3001,3002 [--port 3000]
import net from "node:net";
import { dropConnections, listen, stopListening } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

/** `to`: the nodes' ports. `{ url, port, stats(), cut(), close() }`; `stats().taken` counts the connections of each node. */
export async function start({ port = 0, to }) {
  const nodes = (Array.isArray(to) ? to : String(to).split(",")).map(Number);
  const taken = nodes.map(() => 0);
  let turn = 0;

  const connect = async () => {
    for (let tries = 0; tries < nodes.length; tries += 1) {
      const index = turn % nodes.length;
      turn += 1;
      const far = await reach(nodes[index]);
      if (far) return { far, index };
    }
    return null;
  };

  const server = net.createServer({ pauseOnConnect: true }, async (near) => {
    near.on("error", () => {});
    const found = await connect();
    if (!found) return near.destroy();
    taken[found.index] += 1;
    join(near, found.far);
  });
  const realPort = await listen(server, port);
  return {
    url: `ws://127.0.0.1:${realPort}`,
    port: realPort,
    stats: () => ({ taken: [...taken] }),
    /** Every connection breaks without a word; each that comes again is led to the next node. */
    cut: () => dropConnections(server),
    close: () => stopListening(server),
  };
}

/** A connection to this port, or null where nobody listens. */
function reach(port) {
  return new Promise((resolve) => {
    const far = net.connect(port, "127.0.0.1");
    far.once("connect", () => resolve(far));
    far.once("error", () => resolve(null));
  });
}

/** Passes everything on both ways; the end of one is the end of the other. */
function join(near, far) {
  far.on("error", () => {});
  near.once("close", () => far.destroy());
  far.once("close", () => near.destroy());
  near.pipe(far).pipe(near);
}

await runByHand(import.meta.url, start);
