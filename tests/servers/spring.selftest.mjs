// Does Spring Boot do what the suites believe? Imported by selftest.mjs.
import assert from "node:assert/strict";
import test from "node:test";
import { Client } from "@stomp/stompjs";
import SockJs from "sockjs-client";
import { WebSocket } from "ws";
import { IS_CI } from "./ci.mjs";
import { person, until } from "./person.mjs";
import * as rabbitmq from "./rabbitmq.mjs";
import * as spring from "./spring.mjs";

const skip = !IS_CI && (spring.missing() ?? false);
const serve = async (t, options) => {
  const server = await spring.start(options);
  t.after(() => server.close());
  return server;
};

/** A tutorial's client: `{ client, frames }`, once CONNECTED; rejects with the words of an ERROR. `path` over SockJS unless `bare`. */
async function tutorial(t, server, path, { bare = false, headers = {}, connectHeaders = {}, ...more } = {}) {
  const url = `${server.url}${path}`;
  const client = new Client({
    webSocketFactory: () => (bare ? new WebSocket(url.replace(/^http/, "ws"), ["v12.stomp"], { headers }) : new SockJs(url, null, { transports: "websocket" })),
    reconnectDelay: 0,
    connectHeaders,
    ...more,
  });
  t.after(() => client.deactivate({ force: true }));
  const connected = await new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = (frame) => reject(new Error(frame.headers.message));
    client.onWebSocketClose = ({ code }) => reject(new Error(`closed with ${code}`));
    client.activate();
  });
  const heard = [];
  const listen = (destination) => client.subscribe(destination, (message) => heard.push(JSON.parse(message.body)));
  return { client, connected, heard, listen, say: (destination, body) => client.publish({ destination, body: JSON.stringify(body) }) };
}

test("spring: the guide, bare and over SockJS, the chat, the token, the plain handlers", { skip }, async (t) => {
  const server = await serve(t);

  await t.test("the guide makes a greeting of a name", async (t) => {
    const bare = await tutorial(t, server, "/gs-guide-websocket", { bare: true });
    const framed = await tutorial(t, server, "/gs-guide-sockjs");
    assert.equal(bare.connected.headers["heart-beat"], "0,0");
    bare.listen("/topic/greetings");
    framed.listen("/topic/greetings");
    // A simple broker gives no receipt for SUBSCRIBE: who wants to be sure asks again.
    await until(() => (framed.say("/app/hello", { name: "Ada" }), bare.heard.length && framed.heard.length), "a greeting at both");
    assert.deepEqual(bare.heard[0], { content: "Hello, Ada!" });
    assert.ok((await server.stats()).received.includes("Ada"));
  });

  await t.test("the chat tells of those who join and leave", async (t) => {
    const ada = await tutorial(t, server, "/ws");
    ada.listen("/topic/public");
    await until(() => (ada.say("/app/chat.addUser", { sender: "ada", type: "JOIN" }), ada.heard.length), "the own join");
    const bob = await tutorial(t, server, "/ws/websocket", { bare: true });
    bob.say("/app/chat.addUser", { sender: "bob", type: "JOIN" });
    bob.say("/app/chat.sendMessage", { sender: "bob", content: "hi <b>all</b>", type: "CHAT" });
    await until(() => ada.heard.some(({ content }) => content), "bob's line");
    assert.deepEqual(ada.heard.find(({ content }) => content), { type: "CHAT", content: "hi <b>all</b>", sender: "bob" });
    await bob.client.deactivate();
    await until(() => ada.heard.some(({ type, sender }) => type === "LEAVE" && sender === "bob"), "bob's leave");
  });

  await t.test("CONNECT wants a token where the endpoint does", async (t) => {
    await assert.rejects(tutorial(t, server, "/token"), /Invalid token/);
    await tutorial(t, server, "/token", { connectHeaders: { Authorization: "Bearer secret" } });
  });

  await t.test("no STOMP: silence at a STOMP endpoint, a line to all at the plain ones", async (t) => {
    const url = server.url.replace(/^http/, "ws");
    const visit = async (path) => {
      const visitor = await person(`${url}${path}`);
      t.after(() => visitor.close());
      return visitor;
    };
    const [mute, plain, coded] = [await visit("/gs-guide-websocket"), await visit("/plain"), await visit("/chat/ada")];
    mute.send('{"text":"hello"}');
    plain.send("to everybody");
    await plain.waitFor("to everybody");
    await coded.waitFor('{"from":"ada","to":null,"content":"Connected!"}');
    coded.send('{"content":"hi"}');
    await coded.waitFor('{"from":"ada","to":null,"content":"hi"}');
    coded.send('{"text":"an unknown field"}');
    coded.send('{"content":"still there"}');
    await coded.waitFor(/still there/);
    assert.equal(coded.frames.length, 3, "what cannot be decoded reaches nobody");
    assert.deepEqual(mute.texts(), []);
    assert.equal(mute.socket.readyState, WebSocket.OPEN);
  });

  await t.test("a restart comes back on its port", async () => {
    const { port } = server;
    await server.restart();
    assert.equal(server.port, port);
    assert.deepEqual(await server.stats(), { received: [], connections: 0 });
  });
});

test("spring: heart-beats, where a scheduler was set", { skip }, async (t) => {
  const server = await serve(t, { heartbeat: 1000 });
  const { connected, client } = await tutorial(t, server, "/ws", { heartbeatIncoming: 1000, heartbeatOutgoing: 1000 });
  assert.equal(connected.headers["heart-beat"], "1000,1000");
  await tutorial(t, server, "/ws/websocket", { bare: true, heartbeatOutgoing: 0, heartbeatIncoming: 0 });
  assert.equal(client.connected, true);
});

test("spring: CSRF wants the session's token in CONNECT", { skip }, async (t) => {
  const server = await serve(t, { profiles: "csrf" });
  const answer = await fetch(`${server.url}/control/csrf`);
  const { header, token } = await answer.json();
  const headers = { Cookie: answer.headers.get("set-cookie").split(";")[0] };
  await assert.rejects(tutorial(t, server, "/ws/websocket", { bare: true, headers }), /Failed to send message|CSRF|closed/);
  await tutorial(t, server, "/ws/websocket", { bare: true, headers, connectHeaders: { [header]: token } });
});

test("spring: a login by cookie, and its end", { skip }, async (t) => {
  const server = await serve(t, { profiles: "login" });
  const info = await fetch(`${server.url}/ws/info`, { redirect: "manual" });
  assert.equal(info.status, 302);
  assert.match(info.headers.get("location"), /\/login$/);
  await assert.rejects(person(`${server.url.replace(/^http/, "ws")}/ws/websocket`), /302/);
  const body = new URLSearchParams({ username: "ada", password: "secret" });
  const login = await fetch(`${server.url}/login`, { method: "POST", body, redirect: "manual" });
  const headers = { Cookie: login.headers.get("set-cookie").split(";")[0] };
  const { client } = await tutorial(t, server, "/ws/websocket", { bare: true, headers });
  const closed = new Promise((resolve) => (client.onWebSocketClose = resolve));
  await server.expire();
  assert.equal((await closed).code, 1008, "Tomcat ends what was opened under a login that has ended");
});

test("spring: RabbitMQ as its broker gives receipts", { skip: skip || (!IS_CI && !rabbitmq.installed() && "RabbitMQ is not installed") }, async (t) => {
  const broker = await rabbitmq.start();
  t.after(() => broker.close());
  const server = await serve(t, { relay: broker.stompPort });
  const { client, heard, listen, say } = await tutorial(t, server, "/ws");
  const receipt = new Promise((resolve) => client.watchForReceipt("1", resolve));
  client.subscribe("/topic/public", (message) => heard.push(JSON.parse(message.body)), { receipt: "1" });
  await receipt;
  say("/app/chat.sendMessage", { sender: "ada", content: "over the broker", type: "CHAT" });
  await until(() => heard.length, "the line");
  assert.equal(heard[0].content, "over the broker");
});
