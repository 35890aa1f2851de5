// More than one server: nodes behind a balancer that is not sticky, with an engine between them.
import assert from "node:assert/strict";
import { installed } from "../servers/redis.mjs";
import { test, until } from "./harness.mjs";

/** Two Socket.IO nodes with Redis Streams between them, behind a balancer: `{ nodes, balancer }`. */
async function socketioNodes(t) {
  const redis = await t.start("redis");
  const nodes = [];
  for (let i = 0; i < 2; i += 1) nodes.push(await t.spawn("socketio", { redis: redis.url, toAll: true }));
  const balancer = await t.start("balancer", { to: nodes.map((node) => node.port) });
  return { nodes, balancer };
}

const settings = { protocol: "socket.io", event: "chat message" };
const options = {
  limit: 90_000,
  needs: () => (installed() ? null : "redis-server is not installed: apt-get install redis-server"),
};

/** Two people on different nodes. */
async function adaAndBob(t, balancer) {
  const ada = await t.join(balancer.url, { ...settings, user: "ada" });
  const bob = await t.join(balancer.url, { ...settings, user: "bob" });
  assert.deepEqual(balancer.stats().taken, [1, 1], "each is on a node of its own");
  return [ada, bob];
}

async function says(from, to, text) {
  await from.send(text);
  await from.waitMessage({ text, author: "me", delivery: "delivered" });
  await to.waitMessage({ text, author: "other" });
}

const gap = (chat) => chat.page.getByText(/missed messages here/i).count();

test(
  "two Socket.IO nodes with Redis Streams: people on both talk, and a link that is led to the other node misses nothing",
  async (t) => {
    const { balancer, nodes } = await socketioNodes(t);
    const [ada, bob] = await adaAndBob(t, balancer);
    await says(ada, bob, "from one node");
    await says(bob, ada, "from the other");
    // Bob is away while Ada writes; he comes back at her node, and is told what he missed.
    await bob.page.context().setOffline(true);
    balancer.cut();
    await bob.waitState(["waiting", "connecting"]);
    await ada.waitOpen(20_000);
    await ada.send("while he was away");
    await ada.waitMessage({ text: "while he was away", delivery: "delivered" }, 20_000);
    await bob.page.context().setOffline(false);
    await bob.waitMessage({ text: "while he was away", author: "other" }, 20_000);
    assert.deepEqual(await bob.texts(), ["from one node", "from the other", "while he was away"]);
    assert.equal(await gap(bob), 0, "nothing was missed");
    const recovered = await Promise.all(nodes.map(async (node) => (await node.stats()).recovered));
    assert.ok(recovered[0] + recovered[1] >= 2, `recovered: ${recovered}`);
  },
  options,
);

test(
  "a Socket.IO node is killed while both write: own lines arrive once, and nothing stands twice",
  async (t) => {
    const { balancer, nodes } = await socketioNodes(t);
    const [ada, bob] = await adaAndBob(t, balancer);
    await says(ada, bob, "before");
    const lines = { ada: [], bob: [] };
    const write = async (name, chat) => {
      for (let i = 0; i < 12; i += 1) {
        lines[name].push(`${name} ${i}`);
        await chat.send(`${name} ${i}`);
        if (i === 4 && name === "ada") await nodes[0].kill();
      }
    };
    await Promise.all([write("ada", ada), write("bob", bob)]);
    await ada.waitOpen(30_000);
    for (const [name, chat] of [["ada", ada], ["bob", bob]]) {
      await until(async () => (await chat.messages()).filter(({ author, delivery }) => author === "me" && delivery !== "delivered").length === 0, `proof of all of ${name}'s lines`, 30_000);
      assert.deepEqual((await chat.texts("me")).filter((text) => text !== "before"), lines[name]);
    }
    for (const text of lines.ada) await bob.waitMessage({ text, author: "other" });
    for (const chat of [ada, bob]) {
      const texts = await chat.texts();
      assert.equal(new Set(texts).size, texts.length, "nothing stands twice");
    }
    assert.equal(await gap(ada), 1, "a killed node takes its sessions with it, and the page says so");
  },
  options,
);
