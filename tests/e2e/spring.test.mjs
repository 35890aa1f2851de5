// Spring Boot in the browser: the guide and the tutorials' chat by every way and name, with each tutorial's own client beside the page.
import assert from "node:assert/strict";
import { CHAT, GUIDE, join, options, server, spoken, tutorial, way } from "./spring.mjs";
import { test, until } from "./harness.mjs";

/** Which names of a protocol find which way. */
const WAYS = [
  ["stomp", "bare"],
  ["auto", "bare"],
  ["stomp", "raw"],
  ["sockjs", "raw"],
  ["auto", "raw"],
  ["stomp", "framed"],
  ["sockjs", "framed"],
  ["auto", "framed"],
];

for (const [protocol, how] of WAYS) {
  test(
    `the guide, ${how}, ${protocol}: a name goes out, a greeting comes back, and the own line stays sent`,
    async (t) => {
      const there = await server();
      const name = `Ada ${protocol} ${how}`;
      const { url, ends } = await way(t, there, how, { bare: "/gs-guide-websocket", base: "/gs-guide-sockjs" });
      const third = await tutorial(t, there, "/gs-guide-websocket", "/topic/greetings", { bare: true });
      const chat = await join(t, url, { protocol, ...GUIDE });
      assert.match(await spoken(chat), /STOMP/);
      await chat.send(name);
      await chat.waitMessage({ text: `Hello, ${name}!`, author: "other" });
      await chat.waitMessage({ text: name, author: "me", delivery: "sent" });
      await until(() => third.heard.some(({ content }) => content === `Hello, ${name}!`), "the greeting at the guide's client");
      third.say("/app/hello", { name: `third ${name}` });
      await chat.waitMessage({ text: `Hello, third ${name}!`, author: "other" });
      assert.match(chat.sockets.at(-1).url, ends);
    },
    options,
  );

  test(
    `the tutorials' chat, ${how}, ${protocol}: all read each other, and own lines stand once`,
    async (t) => {
      const there = await server();
      const user = `ada-${protocol}-${how}`;
      const { url, ends } = await way(t, there, how, { bare: "/ws/websocket", base: "/ws" });
      const third = await tutorial(t, there, "/ws", "/topic/public");
      const chat = await join(t, url, { protocol, ...CHAT, user });
      await until(() => third.heard.some(({ type, sender }) => type === "JOIN" && sender === user), "the page's join");
      const lines = [`one of ${user}`, `你好 ${user}`, `two lines of ${user}`];
      for (const text of lines) {
        await chat.send(text);
        await chat.waitMessage({ text, author: "me", delivery: "delivered", proof: "words" });
      }
      const of = (sender) => third.heard.filter((message) => message.sender === sender && message.type === "CHAT");
      await until(() => of(user).length === lines.length, "the page's lines at the tutorial's client");
      assert.deepEqual(Object.keys(of(user)[0]).sort(), ["content", "sender", "type"]);
      third.say("/app/chat.sendMessage", { sender: `third-${user}`, content: "from the <b>tutorial</b>", type: "CHAT" });
      await chat.waitMessage({ text: "from the <b>tutorial</b>", sender: `third-${user}` });
      assert.deepEqual(await chat.texts("me"), lines, "each stands once");
      assert.match(chat.sockets.at(-1).url, ends);
    },
    options,
  );
}

test(
  "the address alone, at a bare endpoint: the page says that nothing was heard, and a destination makes it a STOMP chat",
  async (t) => {
    const there = await server();
    const chat = await t.open({ url: `${there.url.replace(/^http/, "ws")}/gs-guide-websocket`, protocol: "auto", user: "ada" });
    await chat.waitOpen();
    await chat.send("is anybody there?");
    await chat.page.getByText(/Nothing was heard since your message.*a destination, as STOMP servers do/).first().waitFor();
    await chat.waitMessage({ text: "is anybody there?", author: "me", delivery: "sent" });
    await chat.page.getByText("More settings").click();
    for (const [label, value] of [["Destination", GUIDE.destination], ["Listen to", GUIDE.listen]]) await chat.page.getByLabel(label).first().fill(value);
    await chat.page.getByLabel("Message template").fill(GUIDE.send);
    await chat.connectButton.click();
    await until(async () => /STOMP/.test(await spoken(chat).catch(() => "")), "STOMP");
    await chat.send("Ada");
    await chat.waitMessage({ text: "Hello, Ada!", author: "other" });
  },
  options,
);

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
  "a large line goes through in parts, and one over the server's limit fails with its size and is never sent again",
  async (t) => {
    const there = await server();
    const user = "large";
    const chat = await join(t, `${there.url}/ws`, { protocol: "stomp", ...CHAT, user });
    const large = "x".repeat(30_000);
    await chat.send(large);
    await chat.waitMessage({ text: /^xxx/, author: "me", delivery: "delivered", proof: "words" });
    await chat.send("y".repeat(70_000));
    await chat.waitMessage({ text: /^yyy/, author: "me", delivery: "failed" }, 20_000);
    await chat.waitOpen(20_000);
    await chat.send("after it");
    await chat.waitMessage({ text: "after it", delivery: "delivered", proof: "words" }, 20_000);
    const { received } = await there.stats();
    assert.deepEqual(received.filter((text) => text?.startsWith("yyy")), []);
  },
  options,
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
    await chat.waitMessage({ text: "in its own fields", author: "me", delivery: "delivered", proof: "words" });
    assert.equal((await chat.texts()).filter((text) => text === "in its own fields").length, 1);
  },
  options,
);
