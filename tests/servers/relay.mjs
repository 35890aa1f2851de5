// The tutorials' relay: what one client sends goes to all the others, as a text frame. It greets nobody and answers nothing.
// By hand: node tests/servers/relay.mjs --port 3000 [--tls] [--binary]
import { webSocketServer } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

/** `binary`: sends binary frames on, as a `ws` server does that forwards the Buffer it got. */
export function start({ port = 0, tls = false, binary = false, holdFor = null } = {}) {
  return webSocketServer({
    port,
    tls,
    holdFor,
    onMessage: (sender, data, isBinary, room) => {
      for (const client of room.others(sender)) client.send(data, { binary: binary || isBinary });
    },
  });
}

await runByHand(import.meta.url, start);
