// Spring Boot in the browser: the guide and the tutorials' chat, bare and over SockJS, with each tutorial's own client beside the page.
import assert from "node:assert/strict";
import { Client } from "@stomp/stompjs";
import SockJs from "sockjs-client";
import { WebSocket } from "ws";
import * as spring from "../servers/spring.mjs";
import { test, until } from "./harness.mjs";

const options = { limit: 120_000, needs: spring.missing };
const GUIDE = { destination: "/app/hello", listen: "/topic/greetings", send: '{"name":"{text}"}' };
const CHAT = {
  destination: "/app/chat.sendMessage",
  listen: "/topic/public",
  send: '{"sender":"{user}","content":"{text}","type":"CHAT"}',
  text: "content",
  hello: '/app/chat.addUser {"sender":"{user}","type":"JOIN"}',
};

let shared = null;
/** One server for all tests that leave it as it is; it ends with this process. */
const server = () => (shared ??= spring.start());

async function words(chat) {
  const { alert, status } = await chat.complaint();
  return `${alert} ${status}`;
}

const spoken = (chat) => chat.page.getByTitle("Protocol in use").innerText();

/** Opens the page on a link that brings what is said: it asks first. */
async function join(t, url, parameters, more) {
  const chat = await t.open({ url, user: "ada", ...parameters }, more);
  if (parameters.send) await chat.connectButton.click();
  await chat.waitOpen();
  return chat;
}

/** A tutorial's client: `{ heard, say }`; `path` over SockJS unless `bare`. */
async function tutorial(t, { url }, path, topic, bare = false) {
  const open = () => (bare ? new WebSocket(`${url}${path}`.replace(/^http/, "ws"), ["v12.stomp"]) : new SockJs(`${url}${path}`, null, { transports: "websocket" }));
  const client = new Client({ webSocketFactory: open, reconnectDelay: 0 });
  t.defer(() => client.deactivate({ force: true }));
  await new Promise((resolve) => {
    client.onConnect = resolve;
    client.activate();
  });
  const heard = [];
  client.subscribe(topic, (message) => heard.push(JSON.parse(message.body)));
  return { heard, say: (destination, body) => client.publish({ destination, body: JSON.stringify(body) }) };
}

for (const protocol of ["stomp", "auto"]) {
  test(
    `the guide, bare, ${protocol}: a name goes out, a greeting comes back, and the own line stays sent`,
    async (t) => {
      const there = await server();
      const name = `Ada ${protocol}`;
      const third = await tutorial(t, there, "/gs-guide-websocket", "/topic/greetings", true);
      const chat = await join(t, `${there.url}/gs-guide-websocket`, { protocol, ...GUIDE });
      assert.equal(await spoken(chat), "STOMP");
      await chat.send(name);
      await chat.waitMessage({ text: `Hello, ${name}!`, author: "other" });
      await chat.waitMessage({ text: name, author: "me", delivery: "sent" });
      await until(() => third.heard.some(({ content }) => content === `Hello, ${name}!`), "the greeting at the guide's client");
      third.say("/app/hello", { name: `third ${protocol}` });
      await chat.waitMessage({ text: `Hello, third ${protocol}!`, author: "other" });
      assert.equal(chat.sockets.length, 1);
    },
    options,
  );
}

for (const [protocol, framed] of [["stomp", false], ["sockjs", true], ["auto", false], ["auto", true]]) {
  test(
    `the tutorials' chat over SockJS, ${framed ? "framed" : "raw"}, ${protocol}: all read each other, and own lines stand once`,
    async (t) => {
      const there = await server();
      const user = `ada-${protocol}-${framed}`;
      // Behind this proxy the raw endpoint is not found.
      const proxy = await t.start("proxy", { to: there.port, from: framed ? "/ws/websocket" : "/none", into: "/none" });
      const third = await tutorial(t, there, "/ws", "/topic/public");
      const chat = await join(t, `${proxy.url.replace(/^ws/, "http")}/ws`, { protocol, ...CHAT, user });
      await until(() => third.heard.some(({ type, sender }) => type === "JOIN" && sender === user), "the page's join");
      const lines = [`one of ${user}`, `你好 ${user}`, `two\nlines of ${user}`];
      for (const text of lines) {
        await chat.send(text.replace("\n", " "));
        await chat.waitMessage({ text: text.replace("\n", " "), author: "me", delivery: "delivered" });
      }
      const of = (sender) => third.heard.filter((message) => message.sender === sender && message.type === "CHAT");
      await until(() => of(user).length === lines.length, "the page's lines at the tutorial's client");
      assert.deepEqual(Object.keys(of(user)[0]).sort(), ["content", "sender", "type"]);
      third.say("/app/chat.sendMessage", { sender: `third-${user}`, content: "from the <b>tutorial</b>", type: "CHAT" });
      await chat.waitMessage({ text: "from the <b>tutorial</b>", sender: `third-${user}` });
      assert.deepEqual(await chat.texts("me"), lines.map((text) => text.replace("\n", " ")), "each stands once");
      assert.ok(chat.sockets.at(-1).url.includes(framed ? "/ws/" : "/ws/websocket"), chat.sockets.at(-1).url);
    },
    options,
  );
}

test(
  "auto finds STOMP behind SockJS by the address alone",
  async (t) => {
    const there = await server();
    const chat = await join(t, `${there.url}/ws`, { protocol: "auto" });
    await until(async () => /sockjs.*stomp/i.test(await spoken(chat)), "STOMP inside of SockJS");
  },
  options,
);

test(
  "a token that is missing is told once, in the server's words, and with it the chat opens",
  async (t) => {
    const there = await server();
    const chat = await t.open({ url: `${there.url}/token`, protocol: "stomp", user: "ada", destination: "/topic/public" });
    await chat.waitState("closed");
    const told = await words(chat);
    assert.match(told, /Invalid token/);
    assert.equal(told.match(/Invalid token/g).length, 1, told);
    const before = chat.sockets.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(chat.sockets.length, before, "a refused CONNECT is not tried again");
    await chat.page.getByLabel("Header of CONNECT").fill("Authorization: Bearer secret");
    await chat.connectButton.click();
    await chat.waitOpen();
    assert.doesNotMatch(chat.page.url(), /secret/);
  },
  options,
);

test(
  "a large line goes through in parts, and one over the server's limit fails with its size and is never sent again",
  async (t) => {
    const there = await server();
    const user = "large";
    const chat = await join(t, `${there.url}/ws`, { protocol: "stomp", ...CHAT, user });
    const large = "x".repeat(30_000);
    await chat.send(large);
    await chat.waitMessage({ text: /^xxx/, author: "me", delivery: "delivered" });
    await chat.send("y".repeat(70_000));
    await chat.waitMessage({ text: /^yyy/, author: "me", delivery: "failed" }, 20_000);
    await chat.waitOpen(20_000);
    await chat.send("after it");
    await chat.waitMessage({ text: "after it", delivery: "delivered" }, 20_000);
    const { received } = await there.stats();
    assert.deepEqual(received.filter((text) => text?.startsWith("yyy")), []);
  },
  options,
);

test(
  "a server that stops is replaced, and what was written while it was down arrives once",
  async (t) => {
    const there = await spring.start({ heartbeat: 1000 });
    t.defer(() => there.close());
    const chat = await join(t, `${there.url}/ws`, { protocol: "stomp", ...CHAT, heartbeat: "1" });
    await chat.send("before");
    await chat.waitMessage({ text: "before", delivery: "delivered" });
    there.freeze();
    await chat.waitState(["waiting", "connecting", "handshaking"], 15_000);
    there.thaw();
    await chat.waitOpen(30_000);
    await there.kill();
    await chat.waitState(["waiting", "connecting"]);
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    for (const text of lines) await chat.send(text);
    await there.start();
    await chat.waitOpen(40_000);
    await until(async () => (await there.stats()).received.length >= 20, "all lines at the server", 20_000);
    for (const text of lines) await chat.waitMessage({ text, author: "me", delivery: "delivered" }, 20_000);
    const { received } = await there.stats();
    assert.deepEqual([...received].sort(), [...lines].sort(), "all arrive, none twice");
  },
  options,
);

test(
  "a login that ends is told, and is not tried again",
  async (t) => {
    const there = await spring.start({ profiles: "login" });
    t.defer(() => there.close());
    const parameters = { url: `${there.url}/ws`, protocol: "stomp", user: "ada", destination: "/topic/public" };
    const chat = await t.open({ user: "ada" });
    await chat.page.context().request.post(`${there.url}/login`, { form: { username: "ada", password: "secret" } });
    await chat.page.goto(`${new URL(chat.page.url()).origin}/?${new URLSearchParams(parameters)}`);
    await chat.waitOpen();
    await there.expire();
    await chat.waitState("closed");
    assert.match(await words(chat), /session that has ended|1008/);
  },
  { ...options, allow: [/Failed to load resource|blocked by CORS/] },
);

test(
  "a plain TextWebSocketHandler is a JSON chat like others",
  async (t) => {
    const there = await server();
    const chat = await t.join(`${there.url.replace(/^http/, "ws")}/plain`, { protocol: "auto" });
    const other = await t.person(`${there.url.replace(/^http/, "ws")}/plain`);
    await chat.send("to the plain handler");
    await chat.waitMessage({ text: "to the plain handler", delivery: "delivered" });
    await other.waitForLine("to the plain handler");
    assert.equal(await chat.count(), 1);
  },
  options,
);

test(
  "a Jakarta endpoint with JSON coders is talked to in its own shape",
  async (t) => {
    const there = await server();
    const url = `${there.url.replace(/^http/, "ws")}/chat`;
    const other = await t.person(`${url}/bob`);
    const chat = await join(t, `${url}/ada`, { protocol: "json", send: '{"content":"{text}"}', text: "content" });
    await chat.send("in its own fields");
    await other.waitFor('{"from":"ada","to":null,"content":"in its own fields"}');
    other.send('{"content":"an answer"}');
    await chat.waitMessage({ text: "an answer", sender: "bob" });
    await chat.waitMessage({ text: "in its own fields", author: "me", delivery: "delivered" });
    assert.equal((await chat.texts()).filter((text) => text === "in its own fields").length, 1);
  },
  options,
);
