// Talking: channel, relay and echo; what is mine, what proves delivery, and that nothing a server says does harm.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

test("channel: an own message shows at once, is delivered by its echo, and shows once", async (t) => {
  const server = await t.spawn("channel");
  const chat = await t.join(server.url);
  await chat.waitMessage({ author: "system", text: "Welcome to the channel" });
  server.freeze();
  await chat.send("hello");
  const shown = await chat.waitMessage({ author: "me", text: "hello" }, 2000);
  assert.notEqual(shown.delivery, "delivered", "nothing has proved it yet");
  server.thaw();
  await chat.waitMessage({ author: "me", text: "hello", delivery: "delivered" });
  await chat.send("again");
  await chat.waitMessage({ text: "again", delivery: "delivered" });
  assert.deepEqual(await chat.texts("me"), ["hello", "again"]);
  assert.deepEqual(await chat.texts("other"), []);
  assert.equal(await chat.count(), 3);
});

test("channel: the same text twice is two messages", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url);
  for (const _ of [1, 2]) await chat.send("yes");
  await until(async () => (await chat.messages()).filter((m) => m.text === "yes" && m.delivery === "delivered").length === 2, "both delivered");
  assert.equal(server.stats().received.length, 2);
});

for (const [name, binary] of [["channel", false], ["relay", false], ["relay", true]]) {
  test(`${name}${binary ? " with binary frames" : ""}: two pages chat with each other`, async (t) => {
    const server = await t.start(name, { binary });
    const ada = await t.join(server.url, { user: "ada" });
    const bob = await t.join(server.url, { user: "bob" });
    await ada.send("hello bob");
    const atBob = await bob.waitMessage({ author: "other", text: "hello bob" });
    assert.match(atBob.sender, /ada/);
    await bob.send("hello ada");
    const atAda = await ada.waitMessage({ author: "other", text: "hello ada" });
    assert.match(atAda.sender, /bob/);
    const own = await ada.waitMessage({ author: "me", text: "hello bob" });
    assert.ok(["sent", "delivered"].includes(own.delivery));
    assert.deepEqual(await bob.texts("me"), ["hello ada"]);
    assert.deepEqual(await ada.texts("other"), ["hello ada"]);
  });
}

for (const room of ["channel", "relay"]) {
  test(`the embedded server's ${room}: two pages chat with each other`, async (t) => {
    const bench = await t.bench();
    const ada = await t.join(`${bench.url}/${room}`, { protocol: "auto" });
    const bob = await t.join(`${bench.url}/${room}`, { protocol: "auto", user: "bob" });
    await ada.send("hello bob");
    await bob.waitMessage({ author: "other", text: "hello bob", sender: /ada/ });
    await bob.send("hello ada");
    await ada.waitMessage({ author: "other", text: "hello ada", sender: /bob/ });
    await ada.waitMessage({ author: "me", text: "hello bob", delivery: room === "channel" ? "delivered" : "sent" });
  });
}

test("two tabs of one browser are two people", async (t) => {
  const server = await t.start("channel");
  const ada = await t.join(server.url, { user: "ada" });
  const bob = await t.join(server.url, { user: "bob" }, { like: ada });
  await ada.send("from the first tab");
  await bob.waitMessage({ author: "other", text: "from the first tab" });
  await bob.send("from the second tab");
  await ada.waitMessage({ author: "other", text: "from the second tab" });
  assert.deepEqual(await ada.texts("me"), ["from the first tab"]);
});

test("relay: an own message is sent, and nothing claims more", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url);
  await chat.send("to the others");
  await other.waitForLine("to the others");
  await chat.waitMessage({ author: "me", text: "to the others", delivery: "sent" });
  other.say("got it");
  await chat.waitMessage({ author: "other", text: "got it" });
  assert.equal((await chat.messages())[0].delivery, "sent");
  assert.equal(await chat.count(), 2);
});

for (const binary of [false, true]) {
  test(`a bare client's ${binary ? "binary" : "text"} frame shows as a message`, async (t) => {
    const server = await t.start("relay");
    const other = await t.person(server.url);
    const chat = await t.join(server.url);
    other.send(Buffer.from('{"text":"grüße 你好 🎉"}'), { binary });
    await chat.waitMessage({ author: "other", text: "grüße 你好 🎉" });
  });
}

for (const protocol of ["text", "auto"]) {
  test(`echo with protocol=${protocol}: greeting and answer show, heartbeats never`, async (t) => {
    const server = await t.start("echo");
    const chat = await t.join(server.url, { protocol, heartbeat: "1" });
    await chat.waitMessage({ text: "Hi there, I am a server" });
    await until(() => server.stats().heartbeats >= 3, "three heartbeats", 15_000);
    assert.deepEqual(await chat.texts(), ["Hi there, I am a server"]);
    await chat.send("hello");
    await chat.waitMessage({ author: "me", text: "hello" });
    await chat.waitMessage({ author: "other", text: "Hello, you sent -> hello" });
    const seen = server.stats().heartbeats;
    await until(() => server.stats().heartbeats >= seen + 2, "two more heartbeats");
    assert.equal(await chat.count(), 3);
    assert.equal(server.stats().connections, 1);
  });
}

test("markup in names and texts is shown as text", async (t) => {
  const server = await t.start("channel");
  const name = '<img src=x onerror="window.harmed=1">eve';
  const text = '<script>window.harmed=1</script><b>bold</b> <svg onload="window.harmed=1"> & &amp; javascript:alert(1) [x](javascript:alert(1)) data:text/html,x';
  const eve = await t.join(server.url, { user: name });
  const ada = await t.join(server.url, { user: "ada" });
  await eve.send(text);
  await eve.waitMessage({ author: "me", text });
  const shown = await ada.waitMessage({ author: "other", text });
  assert.ok(shown.sender.includes(name));
  const other = await t.person(server.url);
  for (const link of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\tscript:alert(1)", "vbscript:x", "data:text/html,<script>1</script>"]) other.say(link);
  await ada.waitMessage({ author: "other", text: /^data:text/ });
  for (const { page } of [eve, ada]) {
    const harm = await page.evaluate(() => ({
      elements: document.querySelectorAll("[role='log'] :is([data-text], [data-sender]) :is(img, script, b, svg, iframe, style, object)").length,
      links: [...document.querySelectorAll("a[href]")].map((a) => a.protocol).filter((protocol) => !/^(https?|mailto|wss?):$/.test(protocol)),
      harmed: window.harmed,
    }));
    assert.deepEqual(harm, { elements: 0, links: [], harmed: undefined });
  }
});

test("an address in a text is text, and no link", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url);
  const text = "see https://example.org/a?b=c, please";
  other.say(text);
  await chat.waitMessage({ author: "other", text });
  assert.equal(await chat.page.locator("[data-text] a").count(), 0);
});

const GARBAGE = {
  "broken JSON": '{"text":"oh',
  "an empty text": "",
  "a bare number": "42",
  null: "null",
  "an array": '["a",{"text":1}]',
  "an object of other things": '{"text":{"text":{}},"id":[],"system":"maybe"}',
  "a lone surrogate": '{"text":"half \\ud800 a pair"}',
  "deep nesting": `{"text":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
  "deep nesting that never ends": "[".repeat(200_000),
  "binary that is no UTF-8": Buffer.from([0xff, 0xfe, 0x80, 0xc0, 0x00]),
  "empty binary": Buffer.alloc(0),
  "a NUL and control characters": '{"text":"a\\u0000b\\u001b[31m\\u202e"}',
  "numbers out of range": '{"text":"n","id":1e999,"time":-1e308}',
};

for (const protocol of ["json", "text", "auto"]) {
  test(`garbage harms nothing with protocol=${protocol}`, async (t) => {
    const server = await t.start("relay");
    const other = await t.person(server.url);
    const chat = await t.join(server.url, { protocol });
    other.say("good before");
    await chat.waitMessage({ text: /good before/ });
    for (const [what, data] of Object.entries(GARBAGE)) {
      other.send(data);
      const next = `good after ${what}`;
      other.say(next);
      await chat.waitMessage({ text: new RegExp(next) });
    }
    await chat.waitOpen();
    assert.equal(server.stats().connections, 2, "the connection was lost on the way");
  });
}

test("a lone surrogate costs one character, not the message", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url);
  other.send(GARBAGE["a lone surrogate"]);
  await chat.waitMessage({ author: "other", text: "half \ufffd a pair" });
});

test("a text of 5 MB harms nothing", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url);
  other.say("x".repeat(5_000_000));
  other.say("good after");
  await chat.waitMessage({ author: "other", text: "good after" }, 30_000);
  await chat.send("and I can answer");
  await other.waitForLine("and I can answer");
  assert.equal(server.stats().connections, 2);
});

test("garbage from the embedded server harms nothing", async (t) => {
  const bench = await t.bench();
  const chat = await t.join(`${bench.url}/channel?fault=garbage&after=1`);
  const other = await t.person(`${bench.url}/channel`);
  await chat.send("go on, then");
  await until(() => other.lines().includes("go on, then"), "the message");
  other.say("good after");
  await chat.waitMessage({ text: "good after" }, 20_000);
  await chat.waitOpen();
  assert.equal(chat.sockets.length, 1);
});
