// What further Spring tutorials do with a line: the time is added, rooms are apart, one person alone is answered or written to.
import assert from "node:assert/strict";
import { join, options, server, tutorial } from "./spring.mjs";
import { test, until } from "./harness.mjs";

const LINE = '{"from":"{user}","text":"{text}"}';

test(
  "a method that adds the time: nothing but the two places need be told, and own lines come back",
  async (t) => {
    const there = await server();
    const third = await tutorial(t, there, "/ws", "/topic/messages");
    const chat = await join(t, `${there.url}/ws`, { protocol: "auto", destination: "/app/chat", listen: "/topic/messages" });
    third.say("/app/chat", { from: "bob", text: "hello there" });
    await chat.waitMessage({ text: "hello there", sender: "bob", author: "other" });
    await chat.send("hello from the page");
    await chat.waitMessage({ text: "hello from the page", author: "me", delivery: "delivered", proof: "words" });
    await until(() => third.heard.length === 2, "the page's line");
    assert.deepEqual(third.heard[1], { from: "ada", text: "hello from the page", time: "12:34" });
    assert.equal(await chat.count(), 2);
  },
  options,
);

test(
  "rooms are apart, by their destinations",
  async (t) => {
    const there = await server();
    const third = await tutorial(t, there, "/ws", "/topic/public.red");
    third.listen("/topic/public.blue");
    const room = (name) => join(t, `${there.url}/ws`, { protocol: "stomp", destination: `/app/room.${name}`, listen: `/topic/public.${name}`, send: LINE });
    const [red, blue] = [await room("red"), await room("blue")];
    await red.send("said in the red room");
    await blue.send("said in the blue room");
    for (const [chat, own] of [[red, "said in the red room"], [blue, "said in the blue room"]]) {
      await chat.waitMessage({ text: own, author: "me", delivery: "delivered", proof: "words" });
      third.say(`/app/room.${chat === red ? "red" : "blue"}`, { from: "bob", text: `an answer to ${own}` });
      await chat.waitMessage({ text: `an answer to ${own}`, sender: "bob" });
      assert.equal(await chat.count(), 2);
    }
  },
  options,
);

test(
  "an answer to the sender alone is shown to the sender alone",
  async (t) => {
    const there = await server();
    const person = () => join(t, `${there.url}/ws`, { protocol: "stomp", destination: "/app/question", listen: "/user/queue/reply", send: LINE });
    const [asks, listens] = [await person(), await person()];
    await asks.send("what time is it");
    await asks.waitMessage({ text: "You asked: what time is it", author: "other" });
    await asks.waitMessage({ text: "what time is it", author: "me", delivery: "sent" });
    await listens.send("and where are we");
    await listens.waitMessage({ text: "You asked: and where are we", author: "other" });
    assert.equal(await listens.count(), 2);
  },
  options,
);

test(
  "a letter reaches the person it names, both ways",
  async (t) => {
    const there = await server();
    const third = await tutorial(t, there, "/ws", "/user/queue/messages", { connectHeaders: { login: "bob" } });
    const chat = await join(t, `${there.url}/ws`, {
      protocol: "stomp",
      login: "ada",
      destination: "/app/private",
      listen: "/user/queue/messages",
      send: '{"to":"bob","content":"{text}"}',
    });
    await chat.send("for bob alone");
    await until(() => third.heard.length === 1, "the letter");
    assert.deepEqual(third.heard[0], { to: "bob", from: "ada", content: "for bob alone" });
    await chat.waitMessage({ text: "for bob alone", author: "me", delivery: "sent" });
    third.say("/app/private", { to: "ada", content: "for ada alone" });
    await chat.waitMessage({ text: "for ada alone", sender: "bob" });
    assert.equal(await chat.count(), 2);
  },
  options,
);

/** The page's address with a parameter that repeats. */
async function joinAt(t, there, listen, parameters) {
  const query = new URLSearchParams({ url: `${there.url}/ws`, protocol: "stomp", user: "ada", ...parameters });
  for (const each of listen) query.append("listen", each);
  const chat = await t.open({ user: "ada" });
  await chat.page.goto(`${new URL(chat.page.url()).origin}/?${query}`);
  if (parameters.send) await chat.connectButton.click();
  await chat.waitOpen();
  return chat;
}

test(
  "what was said before comes with the subscription, and is not shown again after a reconnection",
  async (t) => {
    const there = await server();
    const proxy = await t.start("proxy", { to: there.port });
    const behind = { url: proxy.url.replace(/^ws/, "http") };
    const chat = await joinAt(t, behind, ["/app/history", "/topic/messages"], { destination: "/app/chat" });
    await chat.waitMessage({ text: "good morning", sender: "bob" });
    await chat.waitMessage({ text: "how are you", sender: "eve" });
    proxy.cut();
    await chat.waitState(["waiting", "connecting", "handshaking"]);
    await chat.waitOpen();
    await chat.send("fine, and you");
    await chat.waitMessage({ text: "fine, and you", author: "me", delivery: "delivered", proof: "words" });
    assert.deepEqual(await chat.texts(), ["good morning", "how are you", "fine, and you"]);
  },
  options,
);

test(
  "an error that a method throws is shown as the server's words, to the sender alone, and the link lives",
  async (t) => {
    const there = await server();
    const chat = await joinAt(t, there, ["/topic/messages", "/user/queue/errors"], { destination: "/app/strict", send: LINE });
    await chat.send("a line that is not wanted");
    await chat.waitMessage({ text: "You are muted", author: "system" });
    await chat.waitMessage({ text: "a line that is not wanted", author: "me", delivery: "sent" });
    assert.ok((await chat.states()).every(({ state }) => state !== "waiting"));
  },
  options,
);
