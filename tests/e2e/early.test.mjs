// The socket that the built page opens while its program comes: what it hears is not lost, and there is never a second one.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

/** The page's program, without the parts that come later. */
const PROGRAM = /\/leptos-chat-[0-9a-f]{16}\.wasm$/;

/** Opens the page, whose program is kept back. Returns what lets it come, and promises the chat. */
function openWithoutProgram(t, parameters) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const hold = async (route) => {
    await released;
    await route.continue();
  };
  const coming = t.open({ user: "ada", ...parameters }, { prepare: (page) => page.route(PROGRAM, hold) });
  // Where a test fails before it asks for the page, that is its error.
  coming.catch(() => {});
  return () => {
    release();
    return coming;
  };
}

test("what the server says before the program is there is shown in order, and the line is the one that was opened", async (t) => {
  const server = await t.start("channel");
  const start = openWithoutProgram(t, { url: server.url });
  await until(() => server.stats().clients === 1, "the page's socket");
  const words = Array.from({ length: 20 }, (_, number) => `before the program ${number}`);
  words.forEach((text, id) => server.say(JSON.stringify({ id, user: "bo", text })));
  const chat = await start();
  await chat.waitOpen();
  const shown = async () => (await chat.texts("other")).filter((text) => words.includes(text));
  await until(async () => (await shown()).length === words.length, "all words in the page");
  assert.deepEqual(await shown(), words);
  await chat.send("and after it");
  await chat.waitMessage({ text: "and after it", delivery: "delivered" });
  assert.equal(chat.sockets.length, 1);
});

test("a socket that was closed before the program is there is opened anew", async (t) => {
  const server = await t.start("channel");
  const start = openWithoutProgram(t, { url: server.url });
  await until(() => server.stats().clients === 1, "the page's socket");
  server.dropAll();
  await until(() => server.stats().clients === 0, "its end");
  const chat = await start();
  await chat.waitOpen();
  assert.equal(server.stats().clients, 1);
});

test("a socket that the program does not ask for is closed", async (t) => {
  const server = await t.start("channel");
  // The program leaves the space out: it is another address.
  const start = openWithoutProgram(t, { url: `${server.url}/ ` });
  await until(() => server.stats().clients === 1, "the page's socket");
  const chat = await start();
  await chat.waitOpen();
  await until(() => server.stats().clients === 1 && server.stats().connections === 2, "one of two sockets");
});

for (const [which, parameters] of [
  ["leads to another host", { url: "ws://chat.example:80/x" }],
  ["only looks near", { url: "ws://127.0.0.1@chat.example/x" }],
  ["says what is sent", { hello: "I agree" }],
]) {
  test(`no socket is opened ahead where the link ${which}`, async (t) => {
    const server = await t.start("channel");
    const start = openWithoutProgram(t, { url: server.url, ...parameters });
    const chat = await start();
    await chat.connectButton.waitFor();
    assert.equal(chat.sockets.length, 0);
  });
}
