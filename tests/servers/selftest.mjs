// Do the servers do what the end-to-end suite believes? Run with: node --test tests/servers/selftest.mjs
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { Client as StompClient } from "@stomp/stompjs";
import { io } from "socket.io-client";
import SockJs from "sockjs-client";
import { WebSocket } from "ws";
import "./spring.selftest.mjs";
import { IS_CI } from "./ci.mjs";
import { person } from "./person.mjs";
import * as rabbitmq from "./rabbitmq.mjs";
import { spawn } from "./spawn.mjs";

/** Starts a server in this process and closes it with the test. */
async function serve(t, name, options) {
  const server = await (await import(`./${name}.mjs`)).start(options);
  t.after(() => server.close());
  return server;
}

async function visit(t, url, options) {
  const visitor = await person(url, options);
  t.after(() => visitor.close());
  return visitor;
}

const once = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));

test("relay sends text to the others only, as text frames", async (t) => {
  const server = await serve(t, "relay");
  const [ada, bob] = [await visit(t, server.url), await visit(t, server.url)];
  ada.send('{"text":"hello"}');
  await bob.waitFor('{"text":"hello"}');
  assert.equal(bob.frames[0].isBinary, false);
  assert.deepEqual(ada.texts(), []);
  assert.deepEqual(server.stats().received, ['{"text":"hello"}']);
});

test("relay speaks TLS with a certificate of its own", async (t) => {
  const server = await serve(t, "relay", { tls: true });
  assert.match(server.url, /^wss:/);
  const [ada, bob] = [await visit(t, server.url), await visit(t, server.url)];
  ada.send("hi");
  await bob.waitFor("hi");
});

test("relay can hold everybody until the receiver is there", async (t) => {
  const server = await serve(t, "relay", { holdFor: "/receiver" });
  const early = visit(t, server.url);
  const receiver = await visit(t, `${server.url}/receiver`);
  (await early).send("first");
  await receiver.waitFor("first");
});

test("channel greets and sends to all, as binary frames", async (t) => {
  const server = await serve(t, "channel");
  const ada = await visit(t, server.url);
  await ada.waitFor(/"system":true/);
  ada.send('{"id":"1","text":"hello"}');
  await ada.waitFor('{"id":"1","text":"hello"}');
  assert.ok(ada.frames.every((frame) => frame.isBinary));
});

test("channel can lose a message, or only its answer, with the link", async (t) => {
  const server = await serve(t, "channel");
  const bob = await visit(t, server.url);
  for (const [how, arrives] of [["lost", false], ["unanswered", true]]) {
    const ada = await visit(t, server.url);
    server.failNext(how);
    ada.send(how);
    await ada.until(() => ada.socket.readyState === WebSocket.CLOSED);
    if (arrives) await bob.waitFor(how);
    assert.equal(ada.texts().includes(how), false);
    assert.equal(server.stats().received.includes(how), arrives);
  }
  assert.deepEqual(bob.texts().slice(1), ["unanswered"]);
});

test("echo greets and answers, a heartbeat too", async (t) => {
  const server = await serve(t, "echo");
  const ada = await visit(t, server.url);
  ada.send("ping");
  await ada.waitFor("Hello, you sent -> ping");
  assert.equal(ada.texts()[0], "Hi there, I am a server");
  assert.equal(server.stats().heartbeats, 1);
});

test("greeter greets once and counts heartbeats in silence", async (t) => {
  const server = await serve(t, "greeter", { json: true });
  const ada = await visit(t, server.url);
  ada.send('{"type":"ping"}');
  ada.send("ping");
  await ada.until(() => server.stats().heartbeats === 2);
  assert.equal(ada.texts().length, 1);
});

test("resuming numbers lines, acknowledges them, drops second copies, and tells again what was missed", async (t) => {
  const server = await serve(t, "resuming");
  const [ada, bob] = [await visit(t, server.url), await visit(t, server.url)];
  await ada.waitFor(/"system":true/);
  const { log } = JSON.parse(ada.texts()[0]);
  const id = "0123456789abcdef";
  for (const resent of [{}, { resent: true }]) ada.send(JSON.stringify({ id, user: "ada", text: "one", ...resent }));
  await ada.until(() => ada.texts().filter((text) => text === `{"type":"ack","id":"${id}","seq":1}`).length === 2);
  ada.say("two", { id: "1" });
  await bob.waitForLine("two");
  assert.deepEqual(bob.lines().slice(1), ["one", "two"]);
  bob.send(JSON.stringify({ type: "resume", log, after: 1 }));
  await bob.waitFor(JSON.stringify({ type: "resumed", log, seq: 2, complete: true }));
  assert.deepEqual(bob.lines().slice(1), ["one", "two", "two"]);
});

test("resuming keeps its log over restarts, whatever a crash left of the file", async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "resuming-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, "lines.jsonl");
  const logs = new Set();
  const said = [];
  for (const [left, text] of [["", "one"], ['{"text":"cut o', "two"], ["", "three"]]) {
    fs.appendFileSync(file, left);
    const server = await serve(t, "resuming", { log: file });
    const ada = await visit(t, server.url);
    ada.say(text, { id: "1" });
    said.push(text);
    await ada.waitFor(new RegExp(`"ack".*"seq":${said.length}`));
    logs.add(JSON.parse(ada.texts()[0]).log);
    assert.deepEqual(server.stats().lines, said);
    await server.close();
  }
  assert.equal(logs.size, 1);
});

test("a child can be frozen, thawed, killed and restarted on its port", async (t) => {
  const server = await spawn("echo");
  t.after(() => server.close());
  const ada = await visit(t, server.url);
  server.freeze();
  ada.send("one");
  await assert.rejects(ada.waitFor(/one/, 300));
  server.thaw();
  await ada.waitFor(/one/);
  const port = server.port;
  await server.restart();
  assert.equal(server.port, port);
  await ada.until(() => ada.socket.readyState === WebSocket.CLOSED);
  const again = await visit(t, server.url);
  await again.waitFor(/Hi there/);
  assert.equal((await server.stats()).connections, 1);
});

test("socketio: others, acks, rooms, binary, a refused login, recovery", async (t) => {
  const server = await serve(t, "socketio");
  const join = (namespace = "/", auth = {}) => {
    const socket = io(`http://127.0.0.1:${server.port}${namespace}`, { transports: ["websocket"], auth, forceNew: true, reconnectionDelay: 50 });
    t.after(() => socket.close());
    return socket;
  };
  const [ada, bob] = [join(), join()];
  await Promise.all([once(ada, "connect"), once(bob, "connect")]);
  const heard = once(bob, "chat message");
  assert.equal(await ada.emitWithAck("chat message", "hello"), "ok");
  assert.equal((await heard)[0], "hello");

  assert.equal(await bob.emitWithAck("join", "red"), "ok");
  const inRoom = once(bob, "message");
  ada.emit("room message", "red", "only red");
  assert.equal((await inRoom)[0], "only red");

  const file = once(bob, "file");
  ada.emit("file", Buffer.from([1, 2, 3]));
  assert.deepEqual([...(await file)[0]], [1, 2, 3]);

  ada.on("ask", (text, answer) => answer(`${text}? yes`));
  const answered = once(ada, "answered");
  ada.emit("question", "really");
  assert.equal((await answered)[0], "really? yes");

  const [refusal] = await once(join("/private"), "connect_error");
  assert.equal(refusal.message, "not authorized");
  await once(join("/private", { token: "secret" }), "connect");
  await once(join("/room-7"), "connect");
  const [missing] = await once(join("/nope"), "connect_error");
  assert.equal(missing.message, "Invalid namespace");

  const back = once(bob, "connect");
  bob.io.engine.close();
  ada.emit("message", "while away");
  const missed = once(bob, "message");
  await back;
  assert.equal(bob.recovered, true);
  assert.equal((await missed)[0], "while away");
});

test("sockjs: framed and raw endpoints, and a raw one that refuses", async (t) => {
  const server = await serve(t, "sockjs", { toAll: true, greeting: "welcome" });
  const framed = new SockJs(server.url);
  t.after(() => framed.close());
  const heard = [];
  framed.onmessage = ({ data }) => heard.push(data);
  await new Promise((resolve) => (framed.onopen = resolve));
  const raw = await visit(t, server.rawUrl);
  framed.send("hello");
  await raw.waitFor("hello");
  await raw.until(() => heard.includes("hello"));
  assert.deepEqual(heard, ["welcome", "hello"]);

  const refusing = await serve(t, "sockjs", { noRaw: true });
  await assert.rejects(visit(t, refusing.rawUrl));
  const info = await new Promise((resolve) => http.get(`${refusing.url}/info`, (response) => response.once("data", resolve)));
  assert.equal(JSON.parse(info).websocket, true);
});

test("a client that resets a handshake nobody answers ends no server", async (t) => {
  const server = await serve(t, "sockjs");
  const { hostname, port } = new URL(server.url);
  const info = async () => (await fetch(`${server.url}/info`)).status;
  const client = net.connect(Number(port), hostname);
  client.on("error", () => {});
  client.write("GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  assert.equal(await info(), 200);
  client.resetAndDestroy();
  await once(client, "close");
  assert.equal(await info(), 200);
  assert.equal(await info(), 200);
});

test("rabbitmq answers STOMP over a WebSocket", { skip: !IS_CI && !rabbitmq.installed() && "RabbitMQ is not installed" }, async (t) => {
  const server = await rabbitmq.start();
  t.after(() => server.close());
  const client = new StompClient({
    brokerURL: server.url,
    webSocketFactory: () => new WebSocket(server.url, ["v12.stomp"]),
    connectHeaders: { login: server.login, passcode: server.passcode, host: server.vhost },
  });
  t.after(() => client.deactivate({ force: true }));
  await new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = (frame) => reject(new Error(frame.headers.message));
    client.activate();
  });
  const heard = new Promise((resolve) => client.subscribe("/topic/t", (message) => resolve(message.body)));
  client.publish({ destination: "/topic/t", body: "hello" });
  assert.equal(await heard, "hello");
});
