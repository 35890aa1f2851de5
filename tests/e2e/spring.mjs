// What the tests at Spring Boot have in common: the two tutorials' settings, the page that joins with them, and each tutorial's own client.
import { Client } from "@stomp/stompjs";
import SockJs from "sockjs-client";
import { WebSocket } from "ws";
import * as spring from "../servers/spring.mjs";

export const options = { limit: 120_000, needs: spring.missing };
export const GUIDE = { destination: "/app/hello", listen: "/topic/greetings", send: '{"name":"{text}"}' };
export const CHAT = {
  destination: "/app/chat.sendMessage",
  listen: "/topic/public",
  send: '{"sender":"{user}","content":"{text}","type":"CHAT"}',
  text: "content",
  hello: '/app/chat.addUser {"sender":"{user}","type":"JOIN"}',
};

let shared = null;
/** One server for all tests that leave it as it is; it ends with this process. */
export const server = () => (shared ??= spring.start());

/** A server of this test's own. */
export async function own(t, options) {
  const there = await spring.start(options);
  t.defer(() => there.close());
  return there;
}

/** All that the page says of a trouble. */
export async function words(chat) {
  const { alert, status } = await chat.complaint();
  return `${alert} ${status}`;
}

export const spoken = (chat) => chat.page.getByTitle("Protocol in use").innerText();

/** Opens the page on a link that brings what is said: it asks first. */
export async function join(t, url, parameters, more) {
  const chat = await t.open({ url, user: "ada", ...parameters }, more);
  if (parameters.send) await chat.connectButton.click();
  await chat.waitOpen();
  return chat;
}

/** A tutorial's client: `{ heard, listen, say }`; `path` over SockJS unless `bare`. */
export async function tutorial(t, { url }, path, topic, { bare = false, ...more } = {}) {
  const open = () => (bare ? new WebSocket(`${url}${path}`.replace(/^http/, "ws"), ["v12.stomp"]) : new SockJs(`${url}${path}`, null, { transports: "websocket" }));
  const client = new Client({ webSocketFactory: open, reconnectDelay: 0, ...more });
  t.defer(() => client.deactivate({ force: true }));
  await new Promise((resolve) => {
    client.onConnect = resolve;
    client.activate();
  });
  const heard = [];
  const listen = (destination) => client.subscribe(destination, (message) => heard.push(JSON.parse(message.body)));
  if (topic) listen(topic);
  return { heard, listen, say: (destination, body) => client.publish({ destination, body: JSON.stringify(body) }) };
}

/**
 * The three ways to an endpoint: `bare`, `raw` and `framed`. Returns the URL for the page, and what its socket's URL ends in. `bare` is
 * an endpoint without SockJS, `base` one with it.
 */
export async function way(t, there, how, { bare, base }) {
  if (how === "bare") return { url: `${there.url}${bare}`.replace(/^http/, "ws"), ends: new RegExp(`${bare}$`) };
  // Behind this proxy the raw endpoint is not found.
  const proxy = await t.start("proxy", { to: there.port, from: how === "framed" ? `${base}/websocket` : "/none", into: "/none" });
  const url = `${proxy.url.replace(/^ws/, "http")}${base}`;
  return { url, ends: how === "framed" ? new RegExp(`${base}/\\d{3}/[^/]+/websocket$`) : new RegExp(`${base}/websocket$`) };
}
