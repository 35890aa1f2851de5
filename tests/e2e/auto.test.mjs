// `auto` in the browser against real servers of every kind: which protocol it finds, and that the page shows it.
import assert from "node:assert/strict";
import { installed } from "../servers/rabbitmq.mjs";
import { test, until } from "./harness.mjs";

/** What the browser says where SockJS's description is looked for, and is not there. */
const NO_INFO = [/Failed to load resource|blocked by CORS/];

/** What the page says is spoken. */
const spoken = (chat) => chat.page.getByTitle("Protocol in use").innerText();

/** Joins without a word on the protocol, talks, and checks what was found. */
async function finds(t, url, expected, { proved = true, ...parameters } = {}) {
  const chat = await t.join(url, { protocol: "auto", ...parameters });
  await chat.send("found you");
  await chat.waitMessage({ text: "found you", author: "me", ...(proved ? { delivery: "delivered" } : {}) });
  await until(async () => expected.test(await spoken(chat)), `the protocol ${expected}`);
  return chat;
}

test("a channel that speaks JSON", async (t) => {
  const server = await t.start("channel");
  await finds(t, server.url, /^JSON$/);
});

test("an echo server that speaks text", async (t) => {
  const server = await t.start("echo");
  await finds(t, server.url, /text/i, { proved: false });
});

test("a relay that never speaks first", async (t) => {
  const server = await t.start("relay");
  await finds(t, server.url, /^JSON$/, { proved: false });
});

for (const [where, path] of [["by its URL", "/socket.io/"], ["at a bare address", ""], ["at a namespace", "/room-7"]]) {
  test(`a Socket.IO server ${where}`, async (t) => {
    const server = await t.start("socketio");
    const chat = await finds(t, `http://127.0.0.1:${server.port}${path}`, /^Socket\.IO$/);
    if (path === "/room-7") server.emit("/room-7", "message", "to the room");
    else server.emit("/", "message", "to all");
    await chat.waitMessage({ text: /^to (the room|all)$/, author: "other" });
  }, { allow: NO_INFO });
}

test("a Socket.IO server found at a bare address is found at once after a cut", async (t) => {
  const server = await t.start("socketio");
  const proxy = await t.start("proxy", { to: server.port });
  const chat = await finds(t, proxy.url, /^Socket\.IO$/);
  const before = chat.sockets.length;
  proxy.cut();
  await until(() => server.stats().connections === 2, "a second connection", 20_000);
  await chat.waitOpen();
  assert.ok(chat.sockets.slice(before).every(({ url }) => url.includes("/socket.io/")), "it looked elsewhere again");
});

for (const [way, noRaw] of [["raw", false], ["framed", true]]) {
  test(`a SockJS server by its base (${way})`, async (t) => {
    const server = await t.start("sockjs", { toAll: true, noRaw });
    await finds(t, server.url, /sockjs.*json/i);
  });
}

test(
  "RabbitMQ behind a web server, by its path",
  async (t) => {
    const server = await t.start("rabbitmq");
    const proxy = await t.start("proxy", { to: server.port, from: "/stomp", into: "/ws" });
    await finds(t, `${proxy.url}/stomp`, /^STOMP$/, { destination: "/topic/found" });
  },
  { limit: 120_000, needs: () => (installed() ? null : "RabbitMQ is not installed: apt-get install rabbitmq-server, or set RABBITMQ_HOME") },
);
