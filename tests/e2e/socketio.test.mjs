// Socket.IO in the browser against socket.io 4.8 with its own recovery: events, namespaces, refusals, cuts, bytes.
import assert from "node:assert/strict";
import { io } from "socket.io-client";
import { test, until } from "./harness.mjs";

const settings = { protocol: "socket.io", user: "ada" };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** An official client beside the page: `{ socket, heard }`. */
async function official(t, port, namespace = "/", event = "message") {
  const socket = io(`http://127.0.0.1:${port}${namespace}`, { transports: ["websocket"], forceNew: true });
  t.defer(() => socket.close());
  const heard = [];
  socket.on(event, (argument) => heard.push(argument));
  await new Promise((resolve) => socket.once("connect", resolve));
  return { socket, heard };
}

async function words(chat) {
  const { alert, status } = await chat.complaint();
  return `${alert} ${status}`;
}

test("two pages and an official client hear each other, and acknowledgements prove what was said", async (t) => {
  const server = await t.start("socketio");
  const ada = await t.join(server.url, settings);
  const bob = await t.join(server.url, { ...settings, user: "bob" });
  const { socket, heard } = await official(t, server.port);
  await ada.send("hello");
  await ada.waitMessage({ text: "hello", author: "me", delivery: "delivered" });
  await bob.waitMessage({ text: "hello", author: "other", sender: "ada" });
  await until(() => heard.length === 1, "the message at the official client");
  assert.deepEqual([heard[0].text, heard[0].user], ["hello", "ada"]);
  socket.emit("chat message", "a plain string");
  socket.emit("new message", { username: "cy", message: "an object" });
  socket.emit("message", "by its name");
  await ada.waitMessage({ text: "a plain string", author: "other" });
  await ada.waitMessage({ text: "by its name" });
  assert.equal(await ada.count(), 3, "the server passes on no `new message`");
});

test("a server that sends to all, the sender too, shows nothing twice", async (t) => {
  const server = await t.start("socketio", { toAll: true });
  const chat = await t.join(server.url, settings);
  for (const text of ["one", "two", "three"]) await chat.send(text);
  await chat.waitMessage({ text: "three", delivery: "delivered" });
  server.emit("/", "message", { text: "from the server" });
  await chat.waitMessage({ text: "from the server" });
  assert.deepEqual(await chat.texts(), ["one", "two", "three", "from the server"]);
});

test("what the server asks is answered: an acknowledgement each way", async (t) => {
  const server = await t.start("socketio");
  const chat = await t.join(server.url, { ...settings, event: "question" });
  // The server acknowledges only after its own question to the page was acknowledged.
  await chat.send("are you there?");
  await chat.waitMessage({ text: "are you there?", delivery: "delivered" });
  assert.equal(await chat.count(), 1, "its question is for an app's own listeners");
});

test("namespaces are rooms of their own, from the parameter or the URL's path", async (t) => {
  const server = await t.start("socketio");
  const seven = await t.join(server.url, { ...settings, namespace: "/room-7" });
  const too = await t.join(`${server.url}/room-7`, { ...settings, user: "bob" });
  const eight = await t.join(server.url, { ...settings, user: "cy", namespace: "room-8" });
  await seven.send("only for seven");
  await too.waitMessage({ text: "only for seven" });
  server.emit("/room-8", "message", "only for eight");
  await eight.waitMessage({ text: "only for eight" });
  assert.deepEqual([await seven.texts(), await eight.texts()], [["only for seven"], ["only for eight"]]);
});

for (const [namespace, reason] of [["/private", /not authorized/], ["/nope", /Invalid namespace/]]) {
  test(`a refusal is shown in the server's words and not retried (${namespace})`, async (t) => {
    const server = await t.start("socketio");
    const chat = await t.open({ ...settings, url: server.url, namespace });
    await chat.waitState("closed");
    assert.match(await words(chat), reason);
    await pause(2500);
    assert.equal(chat.sockets.length, 1);
    await until(() => server.stats().clients === 0, "the socket to be closed");
  });
}

test("a kick is final until the person connects again", async (t) => {
  const server = await t.start("socketio");
  const chat = await t.join(server.url, { ...settings, event: "kick" });
  await chat.send("throw me out");
  await chat.waitState("closed");
  assert.match(await words(chat), /disconnected/);
  await pause(1500);
  assert.equal(chat.sockets.length, 1);
  await chat.connectButton.click();
  await chat.waitOpen();
});

test("what was missed during a cut is shown once, in order, and nothing is said of a gap", async (t) => {
  const server = await t.start("socketio");
  const proxy = await t.start("proxy", { to: server.port });
  const chat = await t.join(proxy.url, settings);
  const { socket } = await official(t, server.port);
  socket.emit("message", "before 1");
  socket.emit("message", { text: "before 2" });
  await chat.waitMessage({ text: "before 2" });
  for (const round of [1, 2]) {
    proxy.away();
    await chat.waitState(["waiting", "connecting"]);
    await until(() => server.stats().clients === 1, "the server to notice");
    await chat.send(`mine ${round}`);
    for (const text of [`missed ${round}a`, `missed ${round}b`]) await socket.emitWithAck("message", text);
    server.emit("/", "message", { text: `missed ${round}c`, user: "server" });
    proxy.back();
    await chat.waitOpen(20_000);
    await chat.waitMessage({ text: `mine ${round}`, delivery: "delivered" });
    await chat.waitMessage({ text: `missed ${round}c` });
  }
  const others = await chat.texts("other");
  assert.deepEqual(others, ["before 1", "before 2", "missed 1a", "missed 1b", "missed 1c", "missed 2a", "missed 2b", "missed 2c"]);
  assert.equal(server.stats().recovered, 2);
  assert.doesNotMatch(await chat.log.innerText(), /missing|missed messages/i);
});

test("without recovery a cut is survived all the same", async (t) => {
  const server = await t.start("socketio", { noRecovery: true });
  const proxy = await t.start("proxy", { to: server.port });
  const chat = await t.join(proxy.url, settings);
  await chat.send("before");
  await chat.waitMessage({ text: "before", delivery: "delivered" });
  proxy.cut();
  await until(() => server.stats().connections === 2, "a second connection", 20_000);
  await chat.waitOpen();
  await chat.send("after");
  await chat.waitMessage({ text: "after", delivery: "delivered" });
  assert.equal(server.stats().recovered, 0);
});

test("the server's pings keep a quiet link alive, and their absence finds a dead one", async (t) => {
  const server = await t.start("socketio", { pingInterval: 400, pingTimeout: 600 });
  const proxy = await t.start("proxy", { to: server.port });
  const chat = await t.join(proxy.url, settings);
  await pause(3000);
  assert.equal(server.stats().connections, 1);
  proxy.hold();
  await chat.waitState(["waiting", "connecting", "handshaking"], 5000);
  proxy.cut();
  proxy.release();
  await chat.waitOpen(20_000);
});

test("bytes arrive as bytes", async (t) => {
  const server = await t.start("socketio");
  const chat = await t.join(server.url, settings);
  const { socket } = await official(t, server.port);
  socket.emit("message", Buffer.from([1, 2, 3]));
  socket.emit("message", "after the bytes");
  await chat.waitMessage({ text: "after the bytes" });
  const [bytes, after] = await chat.messages();
  assert.match(bytes.text, /01 02 03/);
  assert.equal(after.text, "after the bytes");
});

test("a server that dies and comes back is found again, with what was said meanwhile", async (t) => {
  const server = await t.spawn("socketio");
  const chat = await t.join(server.url, settings);
  await server.kill();
  await chat.waitState(["waiting", "connecting"]);
  await chat.send("while it was down");
  await server.restart();
  await chat.waitMessage({ text: "while it was down", delivery: "delivered" }, 30_000);
});
