// What the built page loads when it is needed: not before a first chat with JSON, soon after it, and again where it could not be had.
import assert from "node:assert/strict";
import { PHONE, test, until } from "./harness.mjs";

const PROTOCOLS = "**/leptos-chat-protocols-*.wasm";
const REST = "**/leptos-chat-rest-*.wasm";

for (const [which, protocol, options] of [
  ["with JSON", "auto", {}],
  ["whose protocol is named", "json", {}],
  ["with plain text", "text", {}],
  ["in Chinese", "auto", { languages: ["zh-CN", "zh", "en"] }],
  ["on a phone of another language", "json", { ...PHONE, languages: ["fr-CH", "fr", "en", "de"] }],
]) {
  test(`a first chat ${which} needs no further file, and the rest comes once it is open`, async (t) => {
    const server = await t.start("channel");
    const asked = [];
    const prepare = (page) => page.on("request", (request) => asked.push({ path: new URL(request.url()).pathname, how: request.resourceType() }));
    const chat = await t.join(server.url, { protocol }, { ...options, prepare });
    await chat.waitCount(1);
    // What is fetched ahead may have begun to come on a slow machine; what is needed is waited for, by a request of the old kind.
    assert.deepEqual(asked.filter(({ how }) => how === "xhr"), []);
    const later = protocol === "auto" ? ["-rest-", "-protocols-"] : ["-rest-"];
    for (const name of later) await until(() => asked.some(({ path }) => path.includes(name)), `the file ${name}`);
    assert.deepEqual(asked.filter(({ how }) => how === "xhr"), []);
  });
}

test("who is faster than the rest of the program waits for it and loses nothing", async (t) => {
  const server = await t.start("channel");
  const slowly = async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  };
  const prepare = (page) => page.route(REST, slowly);
  const chat = await t.join(server.url, { protocol: "auto" }, { prepare });
  await chat.send("at once");
  await chat.waitMessage({ text: "at once", delivery: "delivered" });
});

test(
  "a rest that cannot be had is told of when it is needed",
  async (t) => {
    const server = await t.start("channel");
    const chat = await t.join(server.url, { protocol: "auto" }, { prepare: (page) => page.route(REST, (route) => route.abort()) });
    await chat.page.locator("summary").first().click();
    await chat.page.getByText("could not be fetched").waitFor();
    // The program was in the midst of a call.
    assert.ok(chat.errors.splice(0).every((error) => error.includes("NetworkError")));
  },
  { allow: [/Failed to load resource/] },
);

test(
  "a page that lost the network before the rest was there connects again",
  async (t) => {
    const server = await t.start("channel");
    const prepare = (page) => page.route(REST, (route) => route.abort());
    const chat = await t.join(server.url.replace("127.0.0.1", "chat.test"), { protocol: "auto" }, { prepare, host: "chat.test" });
    await chat.page.context().setOffline(true);
    server.dropAll();
    await chat.waitState(["waiting", "connecting", "closed"]);
    await chat.page.context().setOffline(false);
    await chat.waitOpen(20_000);
    assert.equal(await chat.page.getByText("could not be fetched").count(), 0);
  },
  { allow: [/Failed to load resource/, /ERR_INTERNET_DISCONNECTED/] },
);

test(
  "a page that is left before the rest is there needs nothing of it",
  async (t) => {
    const server = await t.start("channel");
    const asked = [];
    const prepare = async (page) => {
      page.on("request", (request) => asked.push(request.resourceType()));
      await page.route(REST, (route) => route.abort());
    };
    const form = await t.open({}, { prepare });
    await form.connectButton.waitFor();
    const chat = await t.join(server.url, { protocol: "auto" }, { prepare });
    await chat.waitMessage({ author: "system" });
    // What needs it would ask in vain by then, and write an error, which fails the test.
    for (const { page } of [form, chat]) await page.close();
    assert.deepEqual(asked.filter((how) => how === "xhr"), []);
  },
  { allow: [/Failed to load resource/] },
);

test(
  "a protocol whose file cannot be had is told of, and is loaded with a later attempt",
  async (t) => {
    const server = await t.start("socketio");
    const parameters = { url: `http://127.0.0.1:${server.port}`, protocol: "socket.io", user: "ada" };
    const chat = await t.open(parameters, { prepare: (page) => page.route(PROTOCOLS, (route) => route.abort()) });
    await until(async () => /could not be loaded/.test((await chat.status()).text), "why there is no connection");
    await chat.page.unroute(PROTOCOLS);
    await chat.waitOpen(30_000);
    await chat.send("after all");
    await chat.waitMessage({ text: "after all", delivery: "delivered" });
  },
  { allow: [/Failed to (fetch|load resource)/] },
);
