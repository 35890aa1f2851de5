// The silent greeter: greets once, reads everything, never answers. A good link that looks dead to a careless client.
// By hand: node tests/servers/greeter.mjs --port 3000 [--json]
import { webSocketServer } from "./base.mjs";
import { runByHand } from "./by-hand.mjs";

/** `json`: greets with `{"system":true,"text"}` instead of plain text. */
export function start({ port = 0, tls = false, json = false, text = "Welcome, I only listen" } = {}) {
  const greeting = json ? JSON.stringify({ system: true, text }) : text;
  return webSocketServer({ port, tls, onClient: (client) => client.send(greeting) });
}

await runByHand(import.meta.url, start);
