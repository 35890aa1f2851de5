// More than one server: nodes behind a balancer that is not sticky, with an engine between them.
import assert from "node:assert/strict";
import * as rabbitmq from "../servers/rabbitmq.mjs";
import { installed } from "../servers/redis.mjs";
import * as spring from "../servers/spring.mjs";
import { test, until } from "./harness.mjs";

/** Two Socket.IO nodes with Redis Streams between them, behind a balancer: `{ nodes, balancer }`. */
async function socketioNodes(t) {
  const redis = await t.start("redis");
  const nodes = [];
  for (let i = 0; i < 2; i += 1) nodes.push(await t.spawn("socketio", { redis: redis.url, toAll: true }));
  const balancer = await t.start("balancer", { to: nodes.map((node) => node.port) });
  return { nodes, balancer };
}

/** A window that shows all lines at once: what is far out of sight is not drawn. */
const viewport = { width: 1280, height: 2400 };
const settings = { protocol: "socket.io", event: "chat message" };
const options = {
  limit: 90_000,
  needs: () => (installed() ? null : "redis-server is not installed: apt-get install redis-server"),
};

/** Two Spring nodes with RabbitMQ between them, behind a balancer: `{ nodes, balancer }`. */
async function springNodes(t) {
  const broker = await t.start("rabbitmq");
  const nodes = await Promise.all([0, 1].map(() => spring.start({ relay: broker.stompPort })));
  nodes.forEach((node) => t.defer(() => node.close()));
  const balancer = await t.start("balancer", { to: nodes.map((node) => node.port) });
  return { nodes, balancer };
}

/** Two people on different nodes. */
async function adaAndBob(t, balancer, path = "", parameters = settings) {
  const ada = await t.join(`${balancer.url}${path}`, { ...parameters, user: "ada" }, { viewport });
  const bob = await t.join(`${balancer.url}${path}`, { ...parameters, user: "bob" }, { viewport });
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

/** Both write while Ada's node is killed: her lines and Bob's arrive once, and nothing stands twice. */
async function bothWriteWhileOneIsKilled({ nodes }, ada, bob) {
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
    const unproved = async () => (await chat.messages()).filter(({ author, delivery }) => author === "me" && delivery !== "delivered");
    await until(async () => (await unproved()).length === 0, `proof of all of ${name}'s lines`, 30_000);
    assert.deepEqual((await chat.texts("me")).filter((text) => text.startsWith(`${name} `)), lines[name]);
  }
  for (const text of lines.ada) await bob.waitMessage({ text, author: "other" });
  for (const chat of [ada, bob]) {
    const texts = await chat.texts();
    assert.equal(new Set(texts).size, texts.length, "nothing stands twice");
  }
  await says(bob, ada, "after it");
  assert.equal(await gap(ada), 1, "a killed node takes its sessions with it, and the page says so");
}

test(
  "a Socket.IO node is killed while both write: own lines arrive once, and nothing stands twice",
  async (t) => {
    const there = await socketioNodes(t);
    const [ada, bob] = await adaAndBob(t, there.balancer);
    await bothWriteWhileOneIsKilled(there, ada, bob);
  },
  options,
);

test(
  "two Spring nodes with RabbitMQ: people on both talk, a link is led to the other node, and a node is killed",
  async (t) => {
    const there = await springNodes(t);
    const [ada, bob] = await adaAndBob(t, there.balancer, "/ws/websocket", { protocol: "stomp", destination: "/topic/chat" });
    await says(ada, bob, "from one node");
    await says(bob, ada, "from the other");
    await bothWriteWhileOneIsKilled(there, ada, bob);
    there.balancer.cut();
    await until(() => there.balancer.stats().taken[1] >= 4, "both at the node that is left", 20_000);
    await Promise.all([ada.waitOpen(20_000), bob.waitOpen(20_000)]);
    await says(ada, bob, "at one node now");
  },
  { limit: 180_000, needs: () => spring.missing() ?? (rabbitmq.installed() ? null : "RabbitMQ is not installed: apt-get install rabbitmq-server") },
);

test(
  "two RabbitMQ nodes in a cluster: people on both talk, what was said while a link was away is marked, and a node is killed",
  async (t) => {
    const first = await t.start("rabbitmq");
    const nodes = [first, await t.start("rabbitmq", { beside: first })];
    const balancer = await t.start("balancer", { to: nodes.map((node) => node.port) });
    const [ada, bob] = await adaAndBob(t, balancer, "/ws", { protocol: "stomp", destination: "/topic/chat" });
    await bothWriteWhileOneIsKilled({ nodes }, ada, bob);
  },
  { limit: 180_000, needs: () => (rabbitmq.installed() ? null : "RabbitMQ is not installed: apt-get install rabbitmq-server") },
);
