// Heartbeats: they never show, they never kill a good link, and they find a dead one.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

/** A dead link must be found in this time with a heartbeat each second. */
const FOUND_DEAD = 30_000;

for (const [protocol, json] of [["json", true], ["text", false], ["auto", false], ["auto", true]]) {
  test(`a silent greeter is never declared dead (protocol=${protocol}, ${json ? "JSON" : "text"} greeting)`, async (t) => {
    const server = await t.start("greeter", { json });
    const chat = await t.join(server.url, { protocol, heartbeat: "1" });
    await until(() => server.stats().heartbeats >= 6, "six heartbeats", 20_000);
    assert.equal(server.stats().connections, 1);
    assert.equal(chat.sockets.length, 1);
    assert.equal(await chat.count(), 1, "the greeting alone");
    await chat.waitOpen();
  });
}

test("a relay with nobody else is never declared dead", async (t) => {
  const server = await t.start("relay");
  const chat = await t.join(server.url, { heartbeat: "1" });
  await until(() => server.stats().heartbeats >= 6, "six heartbeats", 20_000);
  assert.equal(server.stats().connections, 1);
  assert.equal(await chat.count(), 0);
});

test("a relay stays alive when a talkative other falls silent", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url, { heartbeat: "1" });
  other.say("I talk now");
  other.send('{"type":"pong"}');
  await chat.waitMessage({ text: "I talk now" });
  await until(() => server.stats().heartbeats >= 7, "seven heartbeats", 20_000);
  assert.equal(server.stats().connections, 2);
  assert.equal(await chat.count(), 1);
});

test("other people's heartbeats never show up as messages", async (t) => {
  const server = await t.start("relay");
  const [ada, bob] = [await t.join(server.url, { heartbeat: "1" }), await t.join(server.url, { heartbeat: "1", user: "bob" })];
  await until(() => server.stats().heartbeats >= 8, "eight heartbeats", 20_000);
  assert.deepEqual([await ada.count(), await bob.count()], [0, 0]);
  assert.equal(server.stats().connections, 2);
});

test("a channel's heartbeats come back and never show up", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url, { heartbeat: "1" });
  await until(() => server.stats().heartbeats >= 4, "four heartbeats", 20_000);
  assert.deepEqual(await chat.texts(), ["Welcome to the channel"]);
  assert.equal(server.stats().connections, 1);
});

test("heartbeat=off sends none", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url, { heartbeat: "off" });
  await chat.page.waitForTimeout(3000);
  assert.equal(server.stats().heartbeats, 0);
});

test(
  "a frozen server is found dead, and what was said meanwhile reaches its replacement",
  async (t) => {
    const server = await t.spawn("channel");
    const chat = await t.join(server.url, { heartbeat: "1" });
    await chat.send("before");
    await chat.waitMessage({ text: "before", delivery: "delivered" });
    await until(async () => (await server.stats()).heartbeats >= 2, "two heartbeats");
    server.freeze();
    await chat.send("into the dead link");
    await chat.waitState(["waiting", "connecting", "handshaking"], FOUND_DEAD);
    await chat.send("while down");
    await server.restart();
    await chat.waitOpen(30_000);
    for (const text of ["into the dead link", "while down"]) await chat.waitMessage({ text, delivery: "delivered" });
    assert.deepEqual(await chat.texts("me"), ["before", "into the dead link", "while down"]);
    const heard = (await server.stats()).received.map((frame) => JSON.parse(frame).text);
    assert.deepEqual(heard, ["into the dead link", "while down"]);
  },
  { limit: 90_000 },
);

test(
  "a frozen server that thaws gets everything, and shows it once",
  async (t) => {
    const server = await t.spawn("channel");
    const chat = await t.join(server.url, { heartbeat: "1" });
    await chat.send("before");
    await chat.waitMessage({ text: "before", delivery: "delivered" });
    server.freeze();
    await chat.send("into the frozen link");
    await chat.waitState(["waiting", "connecting", "handshaking"], FOUND_DEAD);
    server.thaw();
    await chat.waitOpen(30_000);
    const other = await t.join(server.url, { user: "bob" });
    await chat.waitMessage({ text: "into the frozen link", delivery: "delivered" });
    await chat.send("after");
    await chat.waitMessage({ text: "after", delivery: "delivered" });
    await other.waitMessage({ author: "other", text: "after" });
    assert.deepEqual(await chat.texts("me"), ["before", "into the frozen link", "after"]);
    assert.deepEqual(await chat.texts("other"), []);
  },
  { limit: 90_000 },
);

test(
  "the embedded server falling silent is found dead and replaced",
  async (t) => {
    const bench = await t.bench();
    const chat = await t.join(`${bench.url}/channel?fault=silent&after=3`, { heartbeat: "1" });
    await until(() => chat.sockets.length >= 2, "a second socket", FOUND_DEAD);
    await chat.waitOpen(20_000);
  },
  { limit: 90_000 },
);
