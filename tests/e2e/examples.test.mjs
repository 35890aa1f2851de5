// The examples as they are weighed: made small, and in two files where a list says so.
import assert from "node:assert/strict";
import { needsExample, test, until } from "./harness.mjs";

test("the chat needs no further file for its first link, and two people talk", async (t) => {
  const server = await t.bench();
  const programs = [];
  const prepare = (page) => page.on("request", (request) => request.url().endsWith(".wasm") && programs.push(request.resourceType()));
  const [ada, bob] = [await t.example("chat", server, { prepare }), await t.example("chat", server)];
  await ada.waitOpen();
  await bob.waitOpen();
  // What is needed before it has come is waited for, by a request of the old kind.
  assert.ok(!programs.includes("xhr"));
  await ada.send("hello from the example");
  await ada.waitMessage({ text: "hello from the example", author: "me", delivery: "delivered" });
  await bob.waitMessage({ text: "hello from the example", author: "other" });
  await until(() => programs.length === 2, "the rest of the program");
}, { needs: needsExample("chat") });

test("the socket shows what the server says", async (t) => {
  const server = await t.bench();
  const shown = await t.example("socket+json", server);
  await shown.page.getByText("open:").waitFor();
  const other = await t.person(`${server.url}/channel`);
  other.say("the price is 7");
  await shown.page.getByText("the price is 7").waitFor();
}, { needs: needsExample("socket+json") });

test("a view of one's own says hello", async (t) => {
  const server = await t.bench();
  const { page } = await t.example("view", server);
  await page.getByText(/^open, /).waitFor();
  const said = Number((await page.getByText(/^open, /).textContent()).match(/\d+/)[0]);
  await page.getByRole("button", { name: "Say hello" }).click();
  await page.getByText(`open, ${said + 1} messages`).waitFor();
}, { needs: needsExample("view") });
