// The tutorials' echo: greets, and answers each text to its sender alone, the text heartbeat `ping` like any other.
// By hand: node tests/servers/echo.mjs --port 3000 [--tls]
import { webSocketServer } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

export function start({ port = 0, tls = false } = {}) {
  return webSocketServer({
    port,
    tls,
    onClient: (client) => client.send("Hi there, I am a server"),
    onMessage: (client, data, isBinary) => {
      if (isBinary) client.send(data, { binary: true });
      else client.send(`Hello, you sent -> ${data}`);
    },
  });
}

await runByHand(import.meta.url, start);
