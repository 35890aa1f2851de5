// SockJS in the browser against sockjs-node 0.3.24: the raw endpoint, the framed one, and how it ends.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

const settings = { protocol: "sockjs", user: "ada" };
const FRAMED = /^\/chat\/\d{3}\/[^/.]{16,}\/websocket$/;

async function words(chat) {
  const { alert, status } = await chat.complaint();
  return `${alert} ${status}`;
}

for (const [way, noRaw] of [["raw", false], ["framed", true]]) {
  test(`two pages talk over the ${way} endpoint, and an echo proves what was said`, async (t) => {
    const server = await t.start("sockjs", { toAll: true, noRaw });
    const ada = await t.join(server.url, settings);
    const bob = await t.join(server.url, { ...settings, user: "bob" });
    await ada.send('a "quoted" \\ text \u2028 with \u{1f600}');
    await ada.waitMessage({ author: "me", delivery: "delivered" });
    await bob.waitMessage({ text: 'a "quoted" \\ text \u2028 with \u{1f600}', sender: "ada" });
    const { paths } = server.stats();
    assert.equal(paths.length, 2);
    if (noRaw) assert.ok(paths.every((path) => FRAMED.test(path)) && paths[0] !== paths[1], `${paths}`);
    else assert.deepEqual(paths, ["/chat/websocket", "/chat/websocket"]);
    assert.equal(await ada.count(), 1);
  });
}

test("many messages in one frame are shown in order", async (t) => {
  const server = await t.start("sockjs", { noRaw: true });
  const chat = await t.join(server.url, settings);
  const lines = Array.from({ length: 12 }, (_, i) => `line ${i}`);
  server.say(...lines.map((text) => JSON.stringify({ text })));
  await chat.waitMessage({ text: "line 11" });
  assert.deepEqual(await chat.texts(), lines);
});

test("a greeting in plain text is plain text inside", async (t) => {
  const server = await t.start("sockjs", { noRaw: true, greeting: "welcome to the room" });
  const chat = await t.join(server.url, settings);
  await chat.waitMessage({ text: "welcome to the room" });
  await chat.send("plain");
  await until(() => server.stats().received.includes("plain"), "the bare text at the server");
});

test("the code and the reason of a close frame are shown", async (t) => {
  const server = await t.start("sockjs", { noRaw: true });
  const chat = await t.join(server.url, settings);
  server.closeAll(4403, "not for you");
  await chat.waitState("closed");
  assert.match(await words(chat), /not for you/);
  assert.equal(server.stats().connections, 1);
});

test("what SockJS says at a plain end is retried", async (t) => {
  const server = await t.start("sockjs", { noRaw: true });
  const chat = await t.join(server.url, settings);
  server.closeAll(3000, "Go away!");
  await until(() => server.stats().connections === 2, "a second session", 20_000);
  await chat.waitOpen();
});

test("a close frame that is worth a retry is retried", async (t) => {
  const server = await t.start("sockjs", { noRaw: true });
  const chat = await t.join(server.url, settings);
  server.closeAll(4000, "moving house");
  await until(() => server.stats().connections === 2, "a second session", 20_000);
  await chat.waitOpen();
});

test("a cut is survived, by the way that has worked", async (t) => {
  const server = await t.start("sockjs", { noRaw: true, toAll: true });
  const proxy = await t.start("proxy", { to: server.port });
  const chat = await t.join(`http://127.0.0.1:${proxy.port}/chat`, settings);
  await chat.send("before");
  await chat.waitMessage({ text: "before", delivery: "delivered" });
  const before = chat.sockets.length;
  proxy.cut();
  await until(() => server.stats().connections === 2, "a second session", 20_000);
  await chat.waitOpen();
  await chat.send("after");
  await chat.waitMessage({ text: "after", delivery: "delivered" });
  assert.equal(chat.sockets.length, before + 1);
});

test("a heartbeat each second goes through the frames and is never shown", async (t) => {
  const server = await t.start("sockjs", { noRaw: true, toAll: true });
  const chat = await t.join(server.url, { ...settings, heartbeat: "1" });
  await until(() => server.stats().heartbeats >= 4, "four heartbeats", 20_000);
  assert.equal(await chat.count(), 0);
  assert.equal(server.stats().connections, 1);
});

test("a server with its websocket transport turned off says so", async (t) => {
  const server = await t.start("sockjs", { noWebsocket: true });
  const chat = await t.open({ ...settings, url: server.url });
  await chat.waitState("closed");
  assert.match(await words(chat), /websocket transport turned off/i);
});

test(
  "a server whose info cannot be had says so, without its address",
  async (t) => {
    const server = await t.start("socketio");
    const chat = await t.open({ ...settings, url: `http://127.0.0.1:${server.port}/chat` });
    await chat.waitState("waiting", 15_000);
    assert.match(await words(chat), /description could not be reached/);
  },
  { allow: [/Failed to load resource|blocked by CORS/] },
);
