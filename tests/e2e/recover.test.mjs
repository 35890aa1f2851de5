// Recovering: servers that die, refuse, close and hammer-proof clients; being offline; messages that may be lost.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

const TALL = { viewport: { width: 1000, height: 3000 } };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const numbered = (word, count) => Array.from({ length: count }, (_, i) => `${word} ${i + 1}`);

test("a server killed with 20 lines queued gets them once and in order", async (t) => {
  const server = await t.spawn("relay");
  const chat = await t.join(server.url, {}, TALL);
  await server.kill();
  await chat.waitState(["waiting", "connecting"]);
  const lines = numbered("queued", 20);
  for (const line of lines) await chat.send(line);
  await chat.waitMessage({ text: lines.at(-1), delivery: "queued" });
  await until(async () => (await chat.states()).some(({ state }) => state === "waiting"), "the state waiting");
  await server.restart({ holdFor: "/receiver" });
  const receiver = await t.person(`${server.url}/receiver`);
  await chat.waitOpen(30_000);
  await chat.send("the end");
  await receiver.waitForLine("the end");
  assert.deepEqual(receiver.lines(), [...lines, "the end"]);
  assert.deepEqual(await chat.texts("me"), [...lines, "the end"]);
  assert.ok((await chat.messages()).every((message) => message.delivery === "sent"));
});

test("a channel killed with 20 lines queued delivers each of them once", async (t) => {
  const server = await t.spawn("channel");
  const chat = await t.join(server.url, {}, TALL);
  await server.kill();
  await chat.waitState(["waiting", "connecting"]);
  const lines = numbered("queued", 20);
  for (const line of lines) await chat.send(line);
  await server.restart();
  await chat.waitMessage({ text: lines.at(-1), delivery: "delivered" }, 30_000);
  assert.deepEqual(await chat.texts("me"), lines);
  assert.ok((await chat.messages()).every(({ author, delivery }) => author !== "me" || delivery === "delivered"));
});

test("while waiting there is a countdown and a button to retry now", async (t) => {
  const server = await t.spawn("channel");
  const chat = await t.join(server.url);
  await server.kill();
  await until(async () => {
    const { state, text } = await chat.status();
    return state === "waiting" && (/\d/.test(text) || /\d+\s*s/.test(await chat.page.locator("body").innerText())) && chat.retryNow.isVisible();
  }, "a countdown and a button", 20_000);
  // The first delays are short: after some attempts there is time to press the button.
  await until(() => chat.sockets.length >= 4, "some attempts", 30_000);
  await server.restart();
  await chat.retryNow.click({ timeout: 2000 }).catch(() => {});
  await chat.waitOpen(25_000);
});

test("Retry now tries now", async (t) => {
  const server = await t.spawn("channel");
  const chat = await t.join(server.url);
  await server.kill();
  for (let presses = 0; presses < 3; presses += 1) {
    const before = await until(async () => (await chat.retryNow.isVisible()) && chat.sockets.length, "the button", 20_000);
    await chat.retryNow.click();
    await until(() => chat.sockets.length > before, "an attempt", 1000);
  }
});

test(
  "nothing is lost, doubled or out of order when the link drops again and again",
  async (t) => {
    const server = await t.start("channel");
    const bob = await t.join(server.url, { user: "bob" }, TALL);
    const chat = await t.join(server.url, {}, TALL);
    await chat.send("first");
    await chat.waitMessage({ text: "first", delivery: "delivered" });
    const lines = numbered("line", 24);
    for (const [index, line] of lines.entries()) {
      if (index % 8 === 3) server.failNext("lost");
      if (index % 8 === 7) server.failNext("unanswered");
      await chat.send(line);
      if (index % 4 === 3) await until(() => server.stats().failures === (index + 1) / 4, "the link to drop", 45_000);
      if (index % 8 === 7) await chat.waitOpen(30_000);
    }
    for (const text of lines) await chat.waitMessage({ text, delivery: "delivered" }, 45_000);
    assert.deepEqual(await chat.texts("me"), ["first", ...lines]);
    assert.deepEqual(await chat.texts("other"), []);
    assert.deepEqual(await bob.texts("other"), ["first", ...lines]);
  },
  { limit: 240_000 },
);

test("a server that accepts and closes at once is not hammered", async (t) => {
  const bench = await t.bench();
  const chat = await t.open({ url: `${bench.url}/channel?fault=accept-close`, protocol: "json", user: "ada" });
  await until(() => chat.sockets.length >= 2, "a second attempt");
  await pause(5000);
  assert.ok(chat.sockets.length <= 8, `${chat.sockets.length} connections in 5 s`);
});

test("a server that closes after each message is not hammered either", async (t) => {
  const bench = await t.bench();
  const chat = await t.open({ url: `${bench.url}/channel?fault=close&after=1&code=1011&reason=oops`, protocol: "json", user: "ada" });
  await chat.waitOpen();
  await chat.send("one that always kills it");
  await pause(5000);
  assert.ok(chat.sockets.length <= 9, `${chat.sockets.length} connections in 5 s`);
});

/** Runs in the page before anything else: keeps its sockets. */
function keepSockets() {
  const Socket = globalThis.WebSocket;
  globalThis.__sockets = [];
  globalThis.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      globalThis.__sockets.push(this);
    }
  };
}

test("what is written while the server closes the link goes over the next one, once", async (t) => {
  const server = await t.start("relay");
  const chat = await t.open({}, {});
  await chat.page.addInitScript(keepSockets);
  await chat.page.goto(`${new URL(chat.page.url()).origin}/?${new URLSearchParams({ url: server.url, protocol: "json", user: "ada" })}`);
  await chat.waitOpen();
  server.closeHalf();
  await chat.page.waitForFunction(() => globalThis.__sockets[0].readyState === WebSocket.CLOSING);
  await chat.send("too late for this link");
  await chat.waitMessage({ text: "too late for this link", delivery: "queued" });
  await chat.waitMessage({ text: "too late for this link", delivery: "sent" });
  await until(() => server.stats().received.length === 1, "the message");
  assert.match(server.stats().received[0], /too late for this link/);
  assert.equal(server.stats().connections, 2);
});

test("a policy violation stops with its reason and is not retried", async (t) => {
  const bench = await t.bench();
  const chat = await t.open({ url: `${bench.url}/channel?fault=accept-close&code=1008&reason=banned`, protocol: "json", user: "ada" });
  await chat.waitState("closed");
  const { alert, status } = await chat.complaint();
  assert.match(`${alert} ${status}`, /banned|policy/i);
  await pause(3000);
  assert.equal(chat.sockets.length, 1);
  assert.equal((await chat.status()).state, "closed");
});

test("a server's 1000 is retried", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url);
  server.closeAll(1000, "bye");
  await until(() => server.stats().connections === 2, "a second connection");
  await chat.waitOpen();
});

test(
  "a refused handshake is retried with growing delays",
  async (t) => {
    const bench = await t.bench();
    const chat = await t.open({ url: `${bench.url}/channel?fault=refuse`, protocol: "json", user: "ada" });
    await until(() => chat.sockets.length >= 6, "six attempts", 50_000);
    const gaps = chat.sockets.slice(1).map(({ at }, index) => at - chat.sockets[index].at);
    // Full jitter: a single delay says little, but five delays under the first one's upper bound would be no growth.
    assert.ok(Math.max(...gaps) > 500, `the delays were ${gaps}`);
    assert.ok((await chat.states()).some(({ state }) => state === "waiting"));
  },
  // After three refusals it is asked over HTTP whether the server is there at all.
  { limit: 75_000, allow: [/Failed to load resource/] },
);

test("offline does not disturb a loopback chat for good", async (t) => {
  const server = await t.spawn("relay");
  const chat = await t.join(server.url);
  await chat.page.context().setOffline(true);
  await server.kill();
  await chat.waitState(["waiting", "connecting"]);
  await chat.send("said offline");
  await server.restart({ holdFor: "/receiver" });
  const receiver = await t.person(`${server.url}/receiver`);
  await chat.page.context().setOffline(false);
  await receiver.waitForLine("said offline", 30_000);
  assert.deepEqual(receiver.lines(), ["said offline"]);
});

test("while offline nothing is tried, and online again it connects at once", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open();
  await chat.connectByForm({ url: server.url.replace("127.0.0.1", "chat.test"), protocol: "json", user: "ada" });
  await chat.waitOpen();
  await chat.page.context().setOffline(true);
  server.dropAll();
  await chat.waitState(["waiting", "connecting", "closed"]);
  await pause(500);
  const before = chat.sockets.length;
  await pause(4000);
  assert.equal(chat.sockets.length, before, "it tried while offline");
  await chat.page.context().setOffline(false);
  await chat.waitOpen(3000);
});

test("a page that was frozen connects again when it resumes", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url);
  const devtools = await chat.page.context().newCDPSession(chat.page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  server.dropAll();
  await pause(1500);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await chat.waitOpen();
  await until(() => server.stats().clients === 1 && server.stats().connections >= 2, "a new connection");
  await chat.send("awake");
  await chat.waitMessage({ text: "awake", delivery: "delivered" });
});

test("a page that comes back from the back/forward cache connects again and has kept its messages", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url);
  await chat.send("before");
  await chat.waitMessage({ text: "before", delivery: "delivered" });
  await chat.page.evaluate(() => (globalThis.__same = true));
  await chat.page.goto("about:blank");
  await chat.page.goBack({ waitUntil: "commit" });
  await until(() => server.stats().connections === 2, "a new connection");
  await chat.waitOpen();
  assert.equal(await chat.page.evaluate(() => globalThis.__same), true, "the page did not come from the cache");
  await chat.send("after");
  await chat.waitMessage({ text: "after", delivery: "delivered" });
  assert.deepEqual(await chat.texts("me"), ["before", "after"]);
  await until(() => server.stats().clients === 1, "one connection alone");
});

test("a message that may not have arrived says so, and can be sent again", async (t) => {
  const server = await t.spawn("relay");
  const chat = await t.join(server.url);
  server.freeze();
  await chat.send("lost on the way");
  await chat.waitMessage({ text: "lost on the way", delivery: "sent" });
  await server.kill();
  await chat.waitMessage({ text: "lost on the way", delivery: "failed" }, 15_000);
  const row = chat.page.locator("[role='log'] [data-delivery='failed']");
  const words = await row.evaluate((node) => [node, ...node.querySelectorAll("*")].map((each) => `${each.textContent} ${each.title} ${each.getAttribute("aria-label")}`).join(" "));
  assert.match(words, /may not have arrived/i);

  await server.restart({ holdFor: "/receiver" });
  const receiver = await t.person(`${server.url}/receiver`);
  await chat.waitOpen(30_000);
  assert.deepEqual(receiver.lines(), [], "it was sent again unasked, where nobody can tell a duplicate");
  await row.getByRole("button", { name: /retry|send again/i }).click();
  await receiver.waitForLine("lost on the way");
  await chat.waitMessage({ text: "lost on the way", delivery: "sent" });
  assert.deepEqual(await chat.texts("me"), ["lost on the way"]);
  assert.equal(await row.count(), 0);
});

test("a server that never answers the close frame is left at once", async (t) => {
  const bench = await t.bench();
  const chat = await t.join(`${bench.url}/channel?fault=stall-close`);
  const started = Date.now();
  await chat.disconnectButton.click();
  await chat.waitState("closed", 10_000);
  assert.ok(Date.now() - started < 8000);
});
