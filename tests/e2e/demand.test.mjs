// What the built page loads when it is needed: not before a first chat with JSON, soon after it, and again where it could not be had.
import assert from "node:assert/strict";
import { PHONE, test, until } from "./harness.mjs";
import { LAST_LINE, sayLines } from "./marks.mjs";

const PROTOCOLS = "**/leptos-chat-protocols-*.wasm";
const REST = "**/leptos-chat-rest-*.wasm";

/** The pages' requests, and those that they wait for: their program is in the midst of a call then, which waits by a request of the old kind. */
function watchRequests() {
  const asked = [];
  const prepare = (page) => page.on("request", (request) => asked.push({ path: new URL(request.url()).pathname, how: request.resourceType() }));
  return { asked, prepare, waited: () => asked.filter(({ how }) => how === "xhr") };
}

for (const [which, kind, protocol, options] of [
  ["with JSON", "channel", "auto", {}],
  ["whose protocol is named", "channel", "json", {}],
  ["with plain text", "channel", "text", {}],
  ["at a server that greets in plain text", "greeter", "auto", {}],
  ["in Chinese", "channel", "auto", { languages: ["zh-CN", "zh", "en"] }],
  ["on a phone of another language", "channel", "json", { ...PHONE, languages: ["fr-CH", "fr", "en", "de"] }],
]) {
  test(`a first chat ${which} needs no further file, and the rest comes once it is open`, async (t) => {
    const server = await t.start(kind);
    const { asked, prepare, waited } = watchRequests();
    const chat = await t.join(server.url, { protocol }, { ...options, prepare });
    await chat.waitCount(1);
    // What is fetched ahead may have begun to come on a slow machine.
    assert.deepEqual(waited(), []);
    const later = protocol === "auto" ? ["-rest-", "-protocols-"] : ["-rest-"];
    for (const name of later) await until(() => asked.some(({ path }) => path.includes(name)), `the file ${name}`);
    assert.deepEqual(waited(), []);
  });
}

test("the rest is asked for as soon as a first chat is open, be it open before the program has started", async (t) => {
  const server = await t.start("channel");
  const { asked, prepare: watch } = watchRequests();
  const prepare = async (page) => {
    watch(page);
    // What comes after a while comes never.
    await page.addInitScript(() => {
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (act, after, ...given) => (after < 3000 ? setTimeout(act, after, ...given) : 0);
    });
  };
  await t.join(server.url, { protocol: "json" }, { prepare });
  await until(() => asked.some(({ path, how }) => path.includes("-rest-") && how === "fetch"), "the rest");
});

test("what others say in a first chat needs no further file", async (t) => {
  const server = await t.start("channel");
  const { prepare: watch, waited } = watchRequests();
  const prepare = async (page) => {
    watch(page);
    // It never comes.
    await page.route(REST, (route) => (route.request().resourceType() === "xhr" ? route.abort() : undefined));
  };
  const chat = await t.join(server.url, { protocol: "json" }, { prepare });
  await sayLines(server.url);
  await until(async () => waited().length > 0 || (await chat.texts()).includes(LAST_LINE), "the last line");
  assert.deepEqual(waited(), []);
});

for (const [which, kind, parameters] of [
  ["a template", "relay", { protocol: "json", ping: "ping" }],
  ["a preset", "relay", { protocol: "json", preset: "type-data" }],
  ["another protocol", "socketio", { protocol: "socket.io" }],
]) {
  test(`an address that names ${which} has the rest come with the program, and nothing waits for it`, async (t) => {
    const server = await t.start(kind);
    const { prepare, waited } = watchRequests();
    await t.join(server.url, parameters, { prepare });
    assert.deepEqual(waited(), []);
  });
}

for (const [which, parameters] of [
  ["another host", { url: "ws://chat.example/chat" }],
  ["words to be sent", { url: "ws://127.0.0.1:9/", send: '{"say":{text}}' }],
  ["no server", { url: "htp:/chat" }],
]) {
  test(`a link that names ${which} shows its form, and nothing waits for the rest`, async (t) => {
    const { prepare, waited } = watchRequests();
    const form = await t.open({ user: "ada", ...parameters }, { prepare });
    await form.connectButton.waitFor();
    assert.deepEqual(waited(), []);
  });
}

test(
  "a page whose rest does not come with the program starts without it",
  async (t) => {
    const server = await t.start("relay");
    const { asked, prepare } = watchRequests();
    let isThere = false;
    const chat = await t.open(
      { url: server.url, user: "ada", protocol: "json", preset: "type-data" },
      {
        prepare: async (page) => {
          prepare(page);
          await page.route(REST, (route) => (isThere ? route.continue() : ((isThere = true), route.abort())));
        },
      },
    );
    await chat.waitOpen();
    assert.deepEqual(asked.filter(({ path }) => path.includes("-rest-")).map(({ how }) => how), ["fetch", "xhr"]);
  },
  { allow: [/Failed to load resource/] },
);

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
  "what a person does while the rest cannot be had waits for it, and is done once it is there",
  async (t) => {
    const server = await t.start("channel");
    const chat = await t.join(server.url, { protocol: "auto" }, { prepare: (page) => page.route(REST, (route) => route.abort()) });
    await until(() => chat.console.some((line) => line.includes("Failed to load resource")), "the rest, in vain");
    await chat.send("one");
    await chat.send("one and two");
    await chat.page.locator("summary").first().click();
    await chat.page.getByText("could not be fetched").waitFor();
    assert.equal(await chat.composer.inputValue(), "one and two");
    await chat.page.unroute(REST);
    await chat.waitMessage({ text: "one and two", delivery: "delivered" });
    assert.deepEqual(await chat.texts("me"), ["one and two"]);
    assert.equal(await chat.composer.inputValue(), "");
    await chat.page.locator("details[open]").first().waitFor();
    assert.equal(await chat.page.getByText("could not be fetched").count(), 0);
    await chat.send("three");
    await chat.waitMessage({ text: "three", delivery: "delivered" });
  },
  { allow: [/Failed to load resource/] },
);

test(
  "a rest that cannot be had in the midst of a call is told of",
  async (t) => {
    const server = await t.start("channel");
    // What is fetched ahead never comes.
    const prepare = (page) => page.route(REST, (route) => (route.request().resourceType() === "xhr" ? route.abort() : undefined));
    const chat = await t.join(server.url, { protocol: "auto" }, { prepare });
    await chat.page.locator("summary").first().click();
    await chat.page.getByText("Please reload it").waitFor();
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
