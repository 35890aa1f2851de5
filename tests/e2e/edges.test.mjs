// What a stranger's server may do beside handing lines on: tell errors, end links, refuse, remember, and echo what is not ours.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { listen, stopListening, webSocketServer } from "../servers/base.mjs";
import { test, until } from "./harness.mjs";

const parsed = (data) => JSON.parse(data.toString());
const tell = (clients, words) => clients.forEach((client) => client.send(JSON.stringify(words)));

/** A server of this test alone: it has shown a line that can be read before anything else. */
async function serve(t, { onClient, onMessage }) {
  const server = await webSocketServer({
    onClient: (client, room) => {
      client.send(JSON.stringify({ user: "bob", text: "welcome to the room" }));
      onClient?.(client, room);
    },
    onMessage: (client, data, _isBinary, room) => onMessage?.(client, parsed(data), room),
  });
  t.defer(() => server.close());
  return server;
}

async function join(t, server) {
  const chat = await t.join(server.url, { protocol: "auto" });
  await chat.waitMessage({ text: "welcome to the room", author: "other" });
  return chat;
}

for (const [words, said] of [
  [{ error: "You are muted" }, /You are muted/],
  [{ error: { code: 429, message: "Slow down, please" } }, /Slow down, please/],
  [{ status: "error", reason: "This room is closed" }, /This room is closed/],
  [{ type: "error", message: "No such room" }, /No such room/],
]) {
  test(`an error that the server tells, ${JSON.stringify(words)}, is a system line`, async (t) => {
    const server = await serve(t, { onMessage: (client) => tell([client], words) });
    const chat = await join(t, server);
    await chat.send("may I speak here");
    await chat.waitMessage({ author: "system", text: new RegExp(`^[^{]*${said.source}`) });
    assert.deepEqual(await chat.texts("other"), ["welcome to the room"]);
  });
}

for (const [code, reason] of [[1011, ""], [1003, ""], [4001, "send a join first"], [1008, "unexpected message"]]) {
  test(`a server that ends the link with ${code} at the first line is told of, and not told it for ever`, async (t) => {
    const server = await serve(t, { onMessage: (client) => client.close(code, reason) });
    const chat = await t.open({ url: server.url, protocol: "auto", user: "ada" }, { prepare: (page) => page.clock.install() });
    await chat.waitOpen();
    await chat.send("hello, is this right");
    for (let second = 0; second < 90; second += 1) await chat.page.clock.runFor(1000);
    const times = server.stats().received.length;
    assert.ok(times >= 1 && times <= 4, `the line went out ${times} times`);
    const shown = await chat.page.locator("body").innerText();
    assert.ok(shown.includes(reason), `the server's reason is not among: ${shown}`);
  });
}

test("an ok of another person at the same time is not taken for one's own", async (t) => {
  const server = await serve(t, { onMessage: (client, words, room) => tell(room.others(client), words) });
  const chat = await join(t, server);
  const bob = await t.person(server.url);
  await chat.send("ok");
  await bob.waitForLine("ok");
  bob.send(JSON.stringify({ user: "bob", text: "ok" }));
  await chat.waitMessage({ author: "other", text: "ok" });
  assert.deepEqual(await chat.texts("me"), ["ok"]);
});

test("a relay's other client who says what we said, in our name, hides nothing of ours", async (t) => {
  const server = await serve(t, { onMessage: (client, words, room) => tell(room.others(client), words) });
  const chat = await join(t, server);
  const bob = await t.person(server.url);
  await chat.send("one of mine");
  await bob.waitForLine("one of mine");
  bob.send(JSON.stringify({ user: "ada", text: "not one of mine" }));
  await chat.waitMessage({ text: "not one of mine" });
  assert.equal((await chat.texts("me")).filter((text) => text === "one of mine").length, 1);
});

test("the same words said again later are a new line, whatever the server remembers", async (t) => {
  const lines = [];
  const server = await serve(t, {
    onClient: (client) => lines.forEach((line) => tell([client], line)),
    onMessage: (_client, { user, text }, room) => {
      lines.push({ user, text });
      tell(room.all(), { user, text });
    },
  });
  const chat = await join(t, server);
  const bob = await t.person(server.url);
  const say = (text) => bob.send(JSON.stringify({ user: "bob", text }));
  for (const text of ["first of bob's", "second of bob's"]) say(text);
  await chat.waitMessage({ text: "second of bob's" });
  for (const _ of [1, 2]) {
    server.dropAll();
    await until(async () => (await chat.status()).state !== "open", "a lost link");
    await chat.waitOpen();
  }
  const bobAgain = await t.person(server.url);
  bobAgain.send(JSON.stringify({ user: "bob", text: "second of bob's" }));
  await until(async () => (await chat.texts("other")).filter((text) => text === "second of bob's").length === 2, "the words said again", 5000);
  assert.equal((await chat.texts("other")).filter((text) => text === "first of bob's").length, 1);
});

test("a ping of another client at a relay is not answered", async (t) => {
  const server = await serve(t, { onMessage: (client, words, room) => tell(room.others(client), words) });
  const chat = await join(t, server);
  const bob = await t.person(server.url);
  for (const ping of [{ type: "ping" }, { op: "ping" }, { event: "ping", id: 7 }]) bob.send(JSON.stringify(ping));
  bob.send(JSON.stringify({ user: "bob", text: "after the pings" }));
  await chat.waitMessage({ text: "after the pings" });
  assert.deepEqual(bob.texts().filter((text) => /pong/i.test(text)), []);
  assert.deepEqual(await chat.texts("other"), ["welcome to the room", "after the pings"]);
});

test("two people who say the same words at once are two lines, where the server names them itself", async (t) => {
  const names = new Map();
  const nameOf = (client) => names.get(client) ?? names.set(client, `guest ${names.size + 1}`).get(client);
  const server = await serve(t, { onMessage: (client, { text }, room) => tell(room.all(), { from: nameOf(client), text }) });
  const chat = await join(t, server);
  const bob = await t.person(server.url);
  await chat.send("something to be known by");
  await bob.waitForLine("something to be known by");
  await chat.send("I could not agree more");
  bob.send(JSON.stringify({ text: "I could not agree more" }));
  const count = async (author) => (await chat.texts(author)).filter((text) => text === "I could not agree more").length;
  await until(async () => (await count("me")) === 1 && (await count("other")) === 1, "one own line and one of bob's");
});

/** A server that tells its last `kept` lines to whoever comes; `say(user, text)` says one. */
async function remembering(t, kept, dress) {
  const lines = [];
  const server = await webSocketServer({
    onClient: (client) => lines.slice(-kept).forEach((line) => tell([client], line)),
    onMessage: (_client, data, _isBinary, room) => say(parsed(data), room.all()),
  });
  const say = ({ user, text }, audience = []) => {
    lines.push(dress({ user, text }, lines.length));
    tell(audience, lines.at(-1));
  };
  t.defer(() => server.close());
  return { server, say: (user, text) => (say({ user, text }), server.say(JSON.stringify(lines.at(-1)))) };
}

const DRESSES = { "without ids": (line) => line, "with ids": (line, index) => ({ id: `line-${index}`, ...line }) };
for (const [name, dress] of Object.entries(DRESSES)) {
  for (const kept of [50, 3]) {
    test(`a memory of ${kept} lines ${name}: what was said meanwhile is new, what was heard before is not`, async (t) => {
      const { server, say } = await remembering(t, kept, dress);
      const proxy = await t.start("proxy", { to: server.port });
      const chat = await t.join(proxy.url, { protocol: "auto" });
      for (const number of ["one", "two", "three", "four"]) say("bob", `line ${number} of bob's`);
      await chat.waitMessage({ text: "line four of bob's" });
      await chat.send("and a line of ada's");
      await until(() => server.stats().received.some((line) => line.includes("and a line of ada's")), "ada's line at the server");
      proxy.away();
      await until(async () => (await chat.status()).state !== "open", "a lost link");
      say("bob", "said while ada was away");
      proxy.back();
      await chat.waitOpen();
      await chat.waitMessage({ text: "said while ada was away" });
      say("bob", "said when all was told");
      await chat.waitMessage({ text: "said when all was told" });
      const others = await chat.texts("other");
      assert.deepEqual(others, [...["one", "two", "three", "four"].map((number) => `line ${number} of bob's`), "said while ada was away", "said when all was told"]);
      assert.deepEqual(await chat.texts("me"), ["and a line of ada's"]);
    });
  }
}

test("lines that come back late, in another order, are each one's own", async (t) => {
  const waiting = [];
  const server = await serve(t, {
    onMessage: (_client, { user, text }, room) => {
      waiting.push({ user, text });
      if (waiting.length === 3) setTimeout(() => waiting.reverse().forEach((line) => tell(room.all(), line)), 800);
    },
  });
  const chat = await join(t, server);
  const own = ["the first of three lines", "the second of three lines", "the third of three lines"];
  for (const text of own) await chat.send(text);
  await until(async () => (await chat.messages()).filter(({ delivery, proof }) => delivery === "delivered" && proof === "words").length === 3, "three lines that came back");
  const told = await chat.page.locator("[data-proof] .chat-mark").first().evaluate((mark) => getComputedStyle(mark, "::after").content);
  assert.match(told, /by its words alone/, "what is said of the mark");
  assert.deepEqual(await chat.texts("me"), own);
  assert.deepEqual(await chat.texts("other"), ["welcome to the room"]);
});

for (const [why, status] of [["a login", "401 Unauthorized"], ["its origin", "403 Forbidden"], ["its path", "404 Not Found"]]) {
  test(`a server that is there and refuses the page for ${why} is told from one that is down`, async (t) => {
    const http = createServer((_request, response) => response.writeHead(404).end());
    http.on("upgrade", (_request, socket) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`));
    const port = await listen(http);
    t.defer(() => stopListening(http));
    const chat = await t.open({ url: `ws://127.0.0.1:${port}/chat?token=hidden`, protocol: "json", user: "ada" });
    const { origin } = new URL(chat.page.url());
    await until(async () => (await chat.status()).text.includes(`is there, but refuses this page (${origin})`), "the reason", 20_000);
  }, { allow: [/Failed to load resource.* 404/] });
}

test("a server that is down is not taken for one that refuses", async (t) => {
  const http = createServer();
  const port = await listen(http);
  await stopListening(http);
  const chat = await t.open({ url: `ws://127.0.0.1:${port}`, protocol: "json", user: "ada" }, { prepare: (page) => page.clock.install() });
  for (let second = 0; second < 30; second += 1) await chat.page.clock.runFor(1000);
  assert.match((await chat.status()).text, /could not be reached/);
}, { allow: [/ERR_CONNECTION_REFUSED/] });

test("a server whose socket simply opens is asked for nothing else", async (t) => {
  const server = await serve(t, { onMessage: (_client, words, room) => tell(room.all(), words) });
  const asked = [];
  const chat = await t.open({}, { prepare: (page) => page.on("request", (request) => asked.push(request.url())) });
  await chat.connectByForm({ url: server.url, protocol: "auto", user: "ada" });
  await chat.waitMessage({ text: "welcome to the room" });
  await chat.send("this comes back");
  await chat.waitMessage({ text: "this comes back", delivery: "delivered" });
  assert.deepEqual(asked.filter((url) => url.includes(String(server.port))), []);
});

test("links that end after the same silence are told of, and a button turns heartbeats on", async (t) => {
  let idle = 0;
  const server = await serve(t, {
    onClient: (client) => {
      const end = () => client.close(1000);
      idle = setTimeout(end, 6000);
      client.on("message", () => (clearTimeout(idle), (idle = setTimeout(end, 6000))));
      client.on("close", () => clearTimeout(idle));
    },
  });
  const chat = await join(t, server);
  const button = chat.page.getByRole("button", { name: "Send heartbeats" });
  await button.waitFor({ timeout: 30_000 });
  assert.match(await chat.page.locator(".chat-advice").innerText(), /nothing is said for 6 s/);
  await chat.waitOpen();
  await button.click();
  await until(() => server.stats().heartbeats >= 3, "three heartbeats", 15_000);
  assert.equal(await button.count(), 0);
  assert.equal(server.stats().connections, 3);
});

test("another shape of messages leaves all that was said in view", async (t) => {
  const server = await serve(t, {});
  const chat = await join(t, server);
  await chat.send("in the first shape");
  await until(() => server.stats().received.length === 1, "the first line");
  await chat.page.getByText("More settings").click();
  await chat.page.getByRole("combobox", { name: "Preset" }).selectOption("body");
  await chat.connectButton.click();
  await until(() => server.stats().connections === 2, "a new link");
  await chat.waitOpen();
  await chat.send("in the second");
  await until(() => server.stats().received.includes('{"body":"in the second"}'), "the line in the picked shape");
  const texts = await chat.texts();
  assert.ok(texts.includes("in the first shape") && texts.filter((text) => text === "welcome to the room").length === 1, texts.join("; "));
});
