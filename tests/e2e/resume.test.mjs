// A plain JSON server that acknowledges, numbers and resumes: nothing is lost, doubled, out of order or marked as missing.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, until } from "./harness.mjs";

const TALL = { viewport: { width: 1000, height: 3000 } };
const numbered = (word, count) => Array.from({ length: count }, (_, i) => `${word} ${i + 1}`);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Two pages at this server, which have heard each other. */
async function pair(t, url) {
  const ada = await t.join(url, { user: "ada" }, TALL);
  const bob = await t.join(url, { user: "bob" }, TALL);
  await ada.send("ada is here");
  await bob.waitMessage({ text: "ada is here" });
  await bob.send("bob is here");
  await ada.waitMessage({ text: "bob is here" });
  return { ada, bob };
}

/** Each writes its lines, whatever becomes of the links meanwhile. */
async function write(chat, lines) {
  for (const line of lines) {
    await chat.send(line);
    await pause(60);
  }
}

/** Each line stands once in the log and, in the log's order, at the other page; each is proved; no gap is marked. */
async function nothingIsMissing(stats, { ada, bob }, lines) {
  for (const [chat, other] of [[ada, bob], [bob, ada]]) {
    await chat.waitMessage({ text: lines.get(chat).at(-1), delivery: "delivered" }, 45_000);
    await chat.waitMessage({ text: lines.get(other).at(-1) }, 45_000);
  }
  const log = (await stats()).lines;
  assert.equal(new Set(log).size, log.length, "a line stands in the log twice");
  for (const [chat, other] of [[ada, bob], [bob, ada]]) {
    const written = log.filter((line) => lines.get(other).includes(line));
    assert.deepEqual(written, lines.get(other));
    assert.deepEqual((await chat.texts("other")).filter((line) => lines.get(other).includes(line)), written);
    const own = (await chat.messages()).filter(({ author }) => author === "me");
    assert.ok(own.every(({ delivery }) => delivery === "delivered"), JSON.stringify(own));
    assert.equal(await chat.page.getByText("You may have missed messages here").count(), 0);
  }
}

test(
  "a server that is killed twice while two pages write, and keeps its log, loses nothing",
  async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "resuming-"));
    t.defer(() => fs.rmSync(folder, { recursive: true }));
    const server = await t.spawn("resuming", { log: path.join(folder, "lines.jsonl") });
    const pages = await pair(t, server.url);
    const lines = new Map([[pages.ada, numbered("ada", 24)], [pages.bob, numbered("bob", 24)]]);
    const written = [...lines].map(([chat, texts]) => write(chat, texts));
    for (let kill = 0; kill < 2; kill += 1) {
      await pause(400);
      await server.kill();
      await pages.ada.waitState(["waiting", "connecting"]);
      await server.restart();
      await pages.ada.waitOpen(30_000);
      await pages.bob.waitOpen(30_000);
    }
    await Promise.all(written);
    await nothingIsMissing(() => server.stats(), pages, lines);
  },
  { limit: 240_000 },
);

test(
  "links that are cut while two pages write lose nothing",
  async (t) => {
    const server = await t.start("resuming");
    const proxy = await t.start("proxy", { to: server.port });
    const pages = await pair(t, proxy.url);
    const lines = new Map([[pages.ada, numbered("ada", 30)], [pages.bob, numbered("bob", 30)]]);
    const written = [...lines].map(([chat, texts]) => write(chat, texts));
    for (let cut = 0; cut < 3; cut += 1) {
      await pause(500);
      proxy.cut();
      await pages.ada.waitOpen(30_000);
      await pages.bob.waitOpen(30_000);
    }
    await Promise.all(written);
    await nothingIsMissing(async () => server.stats(), pages, lines);
  },
  { limit: 240_000 },
);

test("a server that starts again without its log leaves a mark, and takes what waits", async (t) => {
  const server = await t.spawn("resuming");
  const { ada, bob } = await pair(t, server.url);
  await server.kill();
  await ada.waitState(["waiting", "connecting"]);
  await ada.send("while it was away");
  await server.restart();
  await ada.waitMessage({ text: "while it was away", delivery: "delivered" }, 30_000);
  await bob.waitOpen(30_000);
  await until(async () => (await bob.page.getByText("You may have missed messages here").count()) === 1, "the mark of the gap");
});
