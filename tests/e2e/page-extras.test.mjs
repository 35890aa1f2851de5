// Beyond the first form: the settings that only some protocols ask for, and what becomes of the focus and of failures.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { installed } from "../servers/rabbitmq.mjs";
import { test, until } from "./harness.mjs";

const BROKER = {
  limit: 120_000,
  needs: () => (installed() ? null : "RabbitMQ is not installed: apt-get install rabbitmq-server, or set RABBITMQ_HOME"),
};
const NAMES = ["Destination", "Login", "Password", "Virtual host", "Event", "Namespace", "Heartbeat (s)"];

const summary = (chat) => chat.page.locator("details > summary", { hasText: "More settings" });
const field = (chat, name) => chat.page.getByLabel(name, { exact: true });

const hasFocus = (control) => until(() => control.evaluate((node) => node === document.activeElement), `the focus on ${control}`);

/** The names of the fields that can be seen. */
async function visibleFields(chat) {
  const seen = [];
  for (const name of NAMES) if (await field(chat, name).isVisible()) seen.push(name);
  return seen;
}

test("the further settings are out of the way, and those that the protocol needs", async (t) => {
  const chat = await t.open();
  assert.deepEqual(await visibleFields(chat), []);
  await summary(chat).click();
  assert.deepEqual(await visibleFields(chat), NAMES, "with auto, which may turn out to be any");
  const stomps = ["Destination", "Login", "Password", "Virtual host", "Heartbeat (s)"];
  const fitting = { json: ["Heartbeat (s)"], "socket.io": ["Event", "Namespace", "Heartbeat (s)"], stomp: stomps, sockjs: stomps };
  for (const [protocol, names] of Object.entries(fitting)) {
    await chat.protocol.selectOption(protocol);
    assert.deepEqual(await visibleFields(chat), names, protocol);
  }
  assert.equal(await field(chat, "Password").getAttribute("type"), "password");
  assert.equal(await field(chat, "Password").getAttribute("autocomplete"), "off");
  await field(chat, "Heartbeat (s)").fill("soon");
  assert.equal(await field(chat, "Heartbeat (s)").getAttribute("aria-invalid"), "true");
});

test("each parameter of the link fills its field, what may repeat in lines, and a link that speaks asks first", async (t) => {
  const server = await t.start("relay");
  const query = new URLSearchParams({ url: server.url, protocol: "json", user: "ada", send: '{"message":"{text}"}', text: "message", from: "user", ready: "ok", ping: "ping", pong: "pong" });
  for (const hello of ["{user}", '{"join":"lobby"}']) query.append("hello", hello);
  for (const name of ["chat.v1", "chat.v2"]) query.append("subprotocol", name);
  const chat = await t.open(query);
  const named = { "Message template": '{"message":"{text}"}', "Path of the text": "message", "Path of the sender": "user", "Answer to wait for": "ok", Ping: "ping", Pong: "pong" };
  for (const [name, value] of Object.entries(named)) assert.equal(await field(chat, name).inputValue(), value, name);
  assert.equal(await field(chat, "Sent at each opening").inputValue(), '{user}\n{"join":"lobby"}');
  assert.equal(await field(chat, "Subprotocols").inputValue(), "chat.v1\nchat.v2");
  assert.equal((await chat.status()).state, "idle");
  assert.match((await chat.complaint()).alert, /speak there in your name/);
});

test("a wrong template is told beside its field, and nothing is connected to before it is mended", async (t) => {
  const server = await t.start("relay");
  const chat = await t.open();
  await chat.fillForm({ url: server.url, protocol: "json", user: "ada" });
  await summary(chat).click();
  await field(chat, "Message template").fill('{"message":"{words}"}');
  await chat.page.getByText("there is no {words}").waitFor();
  await chat.connectButton.click();
  await hasFocus(field(chat, "Message template"));
  assert.equal((await chat.status()).state, "idle");
  await field(chat, "Message template").fill('{"message":"{text}"}');
  await chat.connectButton.click();
  await chat.waitOpen();
  await chat.send("in its shape");
  await until(() => server.stats().received.includes('{"message":"in its shape"}'), "the line in the shape that was set");
});

test("while the shape is a guess the page shows what it will send, and another one is picked at once", async (t) => {
  const server = await t.start("relay");
  const chat = await t.join(server.url);
  await chat.page.getByText("Will go out as").waitFor();
  await chat.composer.fill("half a line");
  await chat.page.locator("code", { hasText: '"text":"half a line"' }).waitFor();
  await chat.page.getByRole("combobox", { name: "Shape of messages" }).selectOption("message");
  await chat.waitOpen();
  await chat.page.getByText("Will go out as").waitFor({ state: "hidden" });
  assert.equal(await chat.composer.inputValue(), "half a line", "what was being written goes along");
  await chat.composer.press("Enter");
  await until(() => server.stats().received.includes('{"message":"half a line"}'), "the line in the picked shape");
});

test("a line that nothing follows is told of, with the shapes in reach; a line of somebody ends that", async (t) => {
  const server = await t.start("relay");
  const chat = await t.join(server.url);
  await chat.send("is anybody there?");
  await chat.page.getByText(/Nothing was heard since your message/).first().waitFor({ timeout: 10_000 });
  await chat.page.getByRole("combobox", { name: "Shape of messages" }).waitFor();
  const other = await t.person(server.url);
  other.say("I am", { user: "Bob", id: "b1" });
  await chat.waitMessage({ author: "other", text: "I am" });
  await until(async () => (await chat.page.locator(".chat-advice").count()) === 0, "the advice to go");
});

test("an error that the server tells is a system line marked as one; other JSON is counted aside and can be opened", async (t) => {
  const server = await t.start("channel");
  const chat = await t.join(server.url);
  server.say('{"id":"1","text":"hello","user":"Bob"}');
  server.say('{"error":"You are muted"}');
  for (const action of ["join", "leave"]) server.say(`{"action":"${action}"}`);
  await chat.waitMessage({ author: "system", text: "You are muted" });
  assert.equal(await chat.row("You are muted").getAttribute("data-error"), "");
  await chat.page.getByText("2 other messages").click();
  await chat.page.getByText('{"action":"leave"}').waitFor();
});

test("the further settings are there by keyboard", async (t) => {
  const chat = await t.open({ protocol: "stomp" });
  await summary(chat).focus();
  await chat.page.keyboard.press("Enter");
  await chat.page.keyboard.press("Tab");
  await chat.page.keyboard.type("/topic/x");
  assert.equal(await field(chat, "Destination").inputValue(), "/topic/x");
});

test("the page's parameters fill the further settings and open them, and never a password", async (t) => {
  const chat = await t.open({ protocol: "stomp", destination: "/topic/a", login: "ada", vhost: "v", heartbeat: "7", password: "p", passcode: "p" });
  assert.deepEqual(await visibleFields(chat), ["Destination", "Login", "Password", "Virtual host", "Heartbeat (s)"]);
  const values = await Promise.all(["Destination", "Login", "Virtual host", "Heartbeat (s)", "Password"].map((name) => field(chat, name).inputValue()));
  assert.deepEqual(values, ["/topic/a", "ada", "v", "7", ""]);
});

test("in Chinese they are Chinese", async (t) => {
  const chat = await t.open({ lang: "zh", protocol: "stomp", login: "ada" });
  await chat.page.getByText("更多设置").waitFor();
  for (const name of ["目的地", "登录名", "密码", "虚拟主机", "心跳（秒）"]) await field(chat, name).waitFor({ state: "visible", timeout: 3000 });
});

test("Socket.IO: namespace and event of the form", async (t) => {
  const server = await t.start("socketio");
  const rooms = [];
  for (const namespace of ["/room-7", "/room-7", "/room-8"]) {
    const chat = await t.open();
    await chat.fillForm({ url: server.url, protocol: "socket.io", user: "ada" });
    await summary(chat).click();
    await field(chat, "Namespace").fill(namespace);
    await field(chat, "Event").fill("chat message");
    await chat.connectButton.click();
    await chat.waitOpen();
    rooms.push(chat);
  }
  await rooms[0].send("to room 7");
  await rooms[1].waitMessage({ author: "other", text: "to room 7" });
  assert.equal(server.stats().received[0][0], "chat message");
  assert.ok(!(await rooms[2].texts()).includes("to room 7"));
});

test(
  "STOMP: login and password of the form; a wrong one shows the broker's words and opens the settings",
  async (t) => {
    const server = await t.start("rabbitmq");
    const chat = await t.open();
    await chat.fillForm({ url: server.url, protocol: "stomp", user: "ada" });
    await summary(chat).click();
    await field(chat, "Login").fill("guest");
    await field(chat, "Password").fill("wrong");
    await field(chat, "Destination").fill("/topic/room.9");
    await summary(chat).click();
    assert.deepEqual(await visibleFields(chat), []);
    await chat.connectButton.click();
    await chat.waitState("closed");
    assert.match((await chat.complaint()).alert, /Access refused for user 'guest'/);
    await field(chat, "Password").waitFor({ state: "visible" });
    await field(chat, "Password").fill("guest");
    await chat.connectButton.click();
    await chat.waitOpen();
    await chat.send("let in");
    await chat.waitMessage({ text: "let in", delivery: "delivered" });
    const other = await t.join(server.url, { protocol: "stomp", destination: "/topic/room.9" });
    await other.send("hello");
    await chat.waitMessage({ author: "other", text: "hello" });

    await chat.page.goto(chat.page.url());
    await chat.serverUrl.waitFor();
    await summary(chat).click();
    const values = await Promise.all(["Destination", "Login", "Password"].map((name) => field(chat, name).inputValue()));
    assert.deepEqual(values, ["/topic/room.9", "guest", ""], "what is remembered");
  },
  BROKER,
);


test("the focus of a button that goes is passed on to the composer", async (t) => {
  const server = await t.start("relay");
  const chat = await t.join(server.url);
  await server.close();
  await chat.waitState("waiting");
  await chat.retryNow.focus();
  await chat.page.keyboard.press("Enter");
  await hasFocus(chat.composer);
  await chat.disconnectButton.click();
  await chat.waitState("closed");
  await chat.page.keyboard.press("Tab");
  const again = chat.page.getByRole("button", { name: "Reconnect" });
  await again.focus();
  await chat.page.keyboard.press("Enter");
  await hasFocus(chat.composer);
});

test("an own message that failed is announced once, with the reason", async (t) => {
  const server = await t.spawn("relay");
  const chat = await t.join(server.url);
  await chat.page.evaluate(() => {
    globalThis.__said = [];
    const region = document.querySelector("[aria-live='polite']");
    new MutationObserver(() => globalThis.__said.push(region.textContent.trim())).observe(region, { subtree: true, childList: true, characterData: true });
  });
  const said = () => chat.page.evaluate(() => globalThis.__said.filter((text) => text.length > 0));
  server.freeze();
  await chat.send("lost on the way");
  await chat.waitMessage({ text: "lost on the way", delivery: "sent" });
  await server.kill();
  await until(async () => (await said()).length > 0, "an announcement", 20_000);
  await chat.waitState("waiting");
  assert.deepEqual(await said(), ["Message not sent: The connection broke; it may not have arrived."]);
});

test("on a phone the open settings leave room for the chat, and axe finds nothing", async (t) => {
  const server = await t.start("channel");
  const options = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true, reducedMotion: "reduce" };
  const chat = await t.join(server.url, { protocol: "auto", login: "ada" }, options);
  const widths = await chat.page.evaluate(() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]);
  assert.ok(widths[0] <= widths[1], `the page is ${widths[0]} wide on ${widths[1]}`);
  const box = await chat.composer.boundingBox();
  assert.ok(box.y + box.height <= 640, `the composer is at ${JSON.stringify(box)}`);
  assert.ok((await chat.log.boundingBox()).height >= 90, "the list has no room");
  await chat.page.screenshot({ path: fileURLToPath(new URL("./output/page-settings.png", import.meta.url)) });
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await chat.page.evaluate(`${source}; undefined`);
  const found = await chat.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`), []);
});
