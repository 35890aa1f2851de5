// STOMP in the browser against RabbitMQ's Web STOMP: receipts, subscriptions that come back, refusals, heart-beats.
import assert from "node:assert/strict";
import { Client } from "@stomp/stompjs";
import { WebSocket } from "ws";
import { installed } from "../servers/rabbitmq.mjs";
import { test, until } from "./harness.mjs";

const settings = { protocol: "stomp", user: "ada", destination: "/topic/room.1" };
const options = {
  limit: 120_000,
  needs: () => (installed() ? null : "RabbitMQ is not installed: apt-get install rabbitmq-server, or set RABBITMQ_HOME"),
};
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function words(chat) {
  const { alert, status } = await chat.complaint();
  return `${alert} ${status}`;
}

/** A client of another make beside the page: `{ client, heard }`. */
async function other(t, server) {
  const client = new Client({
    webSocketFactory: () => new WebSocket(server.url, ["v12.stomp"]),
    connectHeaders: { login: server.login, passcode: server.passcode, host: server.vhost },
    reconnectDelay: 0,
  });
  t.defer(() => client.deactivate({ force: true }));
  await new Promise((resolve) => {
    client.onConnect = resolve;
    client.activate();
  });
  const heard = [];
  client.subscribe(settings.destination, (message) => heard.push(message));
  return { client, heard };
}

test(
  "two pages and a client of another make talk over RabbitMQ, and its receipts prove what was said",
  async (t) => {
    const server = await t.start("rabbitmq");
    const ada = await t.join(server.url, settings);
    const bob = await t.join(server.url, { ...settings, user: "bob" });
    const elsewhere = await t.join(server.url, { ...settings, user: "cy", destination: "/topic/room.2" });
    const { client, heard } = await other(t, server);
    await ada.send("over the broker: \\ \u{1f600}");
    await ada.waitMessage({ author: "me", delivery: "delivered" });
    await bob.waitMessage({ text: "over the broker: \\ \u{1f600}", author: "other", sender: "ada" });
    await until(() => heard.length === 1, "the message at the other client");
    assert.equal(JSON.parse(heard[0].body).text, "over the broker: \\ \u{1f600}");
    client.publish({ destination: settings.destination, body: "plain words", headers: { "content-type": "text/plain" } });
    client.publish({ destination: settings.destination, body: JSON.stringify({ from: "dee", content: "an object" }) });
    await ada.waitMessage({ text: "plain words", author: "other" });
    await ada.waitMessage({ text: "an object", sender: "dee" });
    assert.equal(await ada.count(), 3, "the own message is not shown twice");
    assert.equal(await elsewhere.count(), 0);
    assert.deepEqual([ada.sockets.length, bob.sockets.length], [1, 1], "its own URL is the first that is tried");
  },
  options,
);

test(
  "after a cut it subscribes again, and what was said meanwhile is delivered",
  async (t) => {
    const server = await t.start("rabbitmq");
    const proxy = await t.start("proxy", { to: server.port });
    const chat = await t.join(`${proxy.url}/ws`, settings);
    const { client } = await other(t, server);
    await chat.send("before");
    await chat.waitMessage({ text: "before", delivery: "delivered" });
    proxy.away();
    await chat.waitState(["waiting", "connecting"]);
    await chat.send("while it was down");
    proxy.back();
    await chat.waitOpen(30_000);
    await chat.waitMessage({ text: "while it was down", delivery: "delivered" });
    client.publish({ destination: settings.destination, body: "heard again" });
    await chat.waitMessage({ text: "heard again", author: "other" });
    assert.deepEqual(await chat.texts("me"), ["before", "while it was down"]);
  },
  options,
);

test(
  "a refused login or vhost is shown in the broker's words and not retried",
  async (t) => {
    const server = await t.start("rabbitmq");
    for (const [parameters, reason] of [
      [{ login: "nobody" }, /Access refused for user 'nobody'/],
      [{ vhost: "/nowhere" }, /Virtual host '\/nowhere' access denied/],
    ]) {
      const chat = await t.open({ ...settings, url: server.url, ...parameters });
      await chat.waitState("closed");
      assert.match(await words(chat), reason);
      await pause(2000);
      assert.equal(chat.sockets.length, 1);
    }
  },
  options,
);

test(
  "a destination that the broker does not know is shown in its words",
  async (t) => {
    const server = await t.start("rabbitmq");
    const chat = await t.open({ ...settings, url: server.url, destination: "/app/hello" });
    await until(async () => /not a valid destination|Unknown destination/.test(await words(chat)), "the broker's words", 20_000);
  },
  options,
);

test(
  "an exchange that is not there is found out among the others, and the chat goes on without it",
  async (t) => {
    const server = await t.start("rabbitmq");
    const listens = ["/exchange/missing", settings.destination].map((name) => ["listen", name]);
    const chat = await t.open([...Object.entries({ ...settings, url: server.url }), ...listens]);
    await until(async () => /exchange\/missing is not joined/.test(await chat.log.innerText()), "the destination's name", 30_000);
    await chat.waitOpen(30_000);
    await chat.send("without it");
    await chat.waitMessage({ text: "without it", delivery: "delivered" });
  },
  options,
);

test(
  "heart-beats keep a quiet link alive, and their absence finds a dead one",
  async (t) => {
    const server = await t.start("rabbitmq");
    const proxy = await t.start("proxy", { to: server.port });
    const chat = await t.join(`${proxy.url}/ws`, { ...settings, heartbeat: "1" });
    // The broker closes a link that is silent for two intervals.
    await pause(5000);
    assert.equal(proxy.stats().connections, 1);
    await chat.waitOpen(100);
    proxy.hold();
    await chat.waitState(["waiting", "connecting", "handshaking"], 8000);
    proxy.release();
    proxy.cut();
    await chat.waitOpen(30_000);
    await chat.send("alive");
    await chat.waitMessage({ text: "alive", delivery: "delivered" });
  },
  options,
);

test(
  "a broker that dies and comes back gets what was said meanwhile",
  async (t) => {
    const server = await t.start("rabbitmq");
    const chat = await t.join(server.url, settings);
    await chat.send("before");
    await chat.waitMessage({ text: "before", delivery: "delivered" });
    await server.close();
    await chat.waitState(["waiting", "connecting"], 30_000);
    await chat.send("while it was down");
    await t.start("rabbitmq", { port: server.port });
    await chat.waitMessage({ text: "while it was down", delivery: "delivered" }, 60_000);
  },
  options,
);
