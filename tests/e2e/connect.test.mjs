// Connecting: by URL parameter, by the form, over TLS, to other hosts and to nonsense.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

/** How long a thing must not happen before a test believes that it does not. */
const QUIET = 2500;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("connects by URL parameter to a loopback server", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({ url: server.url, protocol: "json", user: "ada" });
  await chat.waitOpen();
  assert.equal(server.stats().connections, 1);
  assert.equal(chat.sockets.length, 1);
});

test("detects the protocol by itself, on each of the plain servers", async (t) => {
  for (const name of ["channel", "relay", "echo"]) {
    const server = await t.start(name);
    const chat = await t.join(server.url, { protocol: "auto" });
    await chat.send("hello");
    await until(() => server.stats().received.some((text) => text.includes("hello")), `"hello" at ${name}`);
    await chat.waitMessage({ author: "me", text: "hello" });
  }
});

test("connects through the form", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.open();
  await chat.connectByForm({ url: server.url, protocol: "json", user: "ada" });
  await chat.waitOpen();
  await chat.send("by the form");
  await other.waitForLine("by the form");
});

test("Disconnect is final until Connect", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url);
  await chat.disconnectButton.click();
  await chat.waitState("closed");
  const before = chat.sockets.length;
  await chat.page.evaluate(() => {
    dispatchEvent(new Event("online"));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    document.dispatchEvent(new Event("resume"));
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await pause(QUIET);
  assert.equal((await chat.status()).state, "closed");
  assert.equal(chat.sockets.length, before);
  await until(() => server.stats().clients === 0, "the client to be gone");
  await chat.connectButton.click();
  await chat.waitOpen();
});

test("Connect to another server leaves the first", async (t) => {
  const [first, second] = [await t.start("channel"), await t.start("echo")];
  const chat = await t.join(first.url);
  if (!(await chat.connectButton.isVisible())) await chat.disconnectButton.click();
  await chat.connectByForm({ url: second.url, protocol: "text", user: "ada" });
  await until(() => second.stats().clients === 1, "a client at the second server");
  await chat.waitOpen();
  await until(() => first.stats().clients === 0, "no client at the first server");
});

test("another host in the URL is asked about first", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({ url: `ws://chat.example:${server.port}/x`, protocol: "json", user: "ada" });
  await pause(QUIET);
  assert.equal(chat.sockets.length, 0, "it connected by itself");
  const shown = `${await chat.page.locator("body").innerText()} ${await chat.serverUrl.inputValue().catch(() => "")}`;
  assert.match(shown, /chat\.example/);
  await chat.page.getByRole("button", { name: /^connect/i }).first().click();
  await chat.waitOpen();
});

test("another host that only looks like loopback is asked about first", async (t) => {
  const traps = ["ws://127.0.0.1.chat.example/x", "ws://localhost.chat.example/x", "ws://127.0.0.1@chat.example/x", "ws://chat.example/?127.0.0.1"];
  for (const url of traps) {
    const chat = await t.open({ url, protocol: "json", user: "ada" });
    await pause(800);
    assert.deepEqual(chat.sockets, [], `${url} was connected to`);
  }
});

for (const url of ["", "nonsense", "wss://", "ftp://x", "ws://127.0.0.1:1", "ws://127.0.0.1:99999"]) {
  test(`the bad URL ${JSON.stringify(url)} gives a message and leaves the page usable`, async (t) => {
    const server = await t.start("channel");
    const chat = await t.open();
    const before = await chat.complaint();
    await chat.connectByForm({ url, protocol: "json", user: "ada" });
    const said = await until(async () => {
      const { alert, status } = await chat.complaint();
      return alert || (status !== before.status && /connecting/i.test(status) === false && status);
    }, "a message about the URL");
    assert.match(said, /\p{L}{3,}/u);
    assert.doesNotMatch(said, /JsValue|panick|undefined|\[object|RuntimeError|unreachable/);
    if (!(await chat.connectButton.isVisible())) await chat.disconnectButton.click();
    await chat.connectByForm({ url: server.url, protocol: "json", user: "ada" });
    await chat.waitOpen();
    await chat.send("still here");
    await chat.waitMessage({ text: "still here", delivery: "delivered" });
  });

  test(`the bad URL ${JSON.stringify(url)} as a parameter breaks nothing`, async (t) => {
    const chat = await t.open({ url, user: "ada" });
    await pause(500);
    assert.notEqual((await chat.status()).state, "open");
    assert.ok(await chat.serverUrl.isVisible(), "the form is not there");
  }, { allow: [/ERR_UNSAFE_PORT/] }); // the browser says so of port 1, where SockJS's description is looked for
}

test("the form's entries are remembered over a reload", async (t) => {
  const server = await t.start("relay");
  const chat = await t.open();
  await chat.connectByForm({ url: server.url, protocol: "json", user: "Grace" });
  await chat.waitOpen();
  await chat.page.goto(chat.page.url().split("?")[0]);
  await chat.serverUrl.waitFor();
  await until(async () => (await chat.serverUrl.inputValue()) === server.url, "the remembered URL");
  assert.equal(await chat.protocol.inputValue(), "json");
  assert.equal(await chat.userName.inputValue(), "Grace");
});

test("talks to a server with TLS", async (t) => {
  const server = await t.start("relay", { tls: true });
  const other = await t.person(server.url);
  const chat = await t.join(server.url, {}, { trusting: true });
  await chat.send("secretly");
  await other.waitForLine("secretly");
  other.say("secretly too");
  await chat.waitMessage({ author: "other", text: "secretly too" });
});

test("a page from https talks to wss", async (t) => {
  const server = await t.start("channel", { tls: true });
  const chat = await t.join(server.url, {}, { https: true });
  await chat.send("hello");
  await chat.waitMessage({ text: "hello", delivery: "delivered" });
});

test(
  "ws:// from an https page is explained",
  async (t) => {
    const chat = await t.open({}, { https: true });
    const before = await chat.complaint();
    await chat.connectByForm({ url: "ws://chat.example/x", protocol: "json", user: "ada" });
    const said = await until(async () => {
      const { alert, status } = await chat.complaint();
      return alert || (status !== before.status && status);
    }, "a message about the insecure address");
    assert.match(said, /wss|https|secure/i);
    await until(async () => ["closed", "idle"].includes((await chat.status()).state), "no further attempts");
  },
  { allow: [/Mixed Content/i, /insecure WebSocket/i] },
);

test("the page works under any path", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url, {}, { deep: true });
  await chat.send("from deep down");
  await chat.waitMessage({ text: "from deep down", delivery: "delivered" });
});

test("a page from a plain host name, which is no secure context, can chat", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({}, { host: "chat.test" });
  assert.equal(await chat.page.evaluate(() => isSecureContext), false);
  await chat.connectByForm({ url: server.url.replace("127.0.0.1", "chat.test"), protocol: "json", user: "ada" });
  await chat.waitOpen();
  await chat.send("hello");
  await chat.waitMessage({ text: "hello", delivery: "delivered" });
});
