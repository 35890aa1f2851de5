// What the built page loads when it is needed: not before a first chat with JSON, soon after it, and again where it could not be had.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

const PROTOCOLS = "**/leptos-chat-protocols-*.wasm";

test("a first chat with JSON takes no further file, and the rest comes once it is open", async (t) => {
  const server = await t.start("channel");
  const asked = [];
  const prepare = (page) => page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const chat = await t.join(server.url, { protocol: "auto" }, { prepare });
  const isProgram = (path) => path.endsWith(".wasm");
  assert.equal(asked.filter(isProgram).length, 1, `${asked}`);
  await until(() => asked.filter(isProgram).length === 2, "the protocols' file");
  await chat.send("still here");
  await chat.waitMessage({ text: "still here", delivery: "delivered" });
});

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
