// The tutorials' channel: greets each client, and sends what one sends to all, the sender too, as binary frames.
// By hand: node tests/servers/channel.mjs --port 3000 [--tls]
import { webSocketServer } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

export function start({ port = 0, tls = false, greeting = "Welcome to the channel", holdFor = null } = {}) {
  return webSocketServer({
    port,
    tls,
    holdFor,
    onClient: (client) => client.send(Buffer.from(JSON.stringify({ system: true, text: greeting }))),
    // `data` is a Buffer, and a Buffer leaves as a binary frame: this is what the tutorials' servers do, mostly unawares.
    onMessage: (_sender, data, _isBinary, room) => {
      for (const client of room.all()) client.send(data, { binary: true });
    },
  });
}

await runByHand(import.meta.url, start);
