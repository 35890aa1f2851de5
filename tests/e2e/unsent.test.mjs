// What was written and not sent when the page ended: it is offered again, to the same person at the same server alone.
import assert from "node:assert/strict";
import { Chat } from "./chat.mjs";
import { test, until } from "./harness.mjs";

/** Where a server is not there for long, the page looks whether anything is, and the browser writes that there is not. */
const DEAD = { allow: [/Failed to load resource/] };
const LINES = ["written while it was down", "and one more"];

/** A page whose server is gone, with two lines that wait. */
async function waiting(t) {
  const server = await t.spawn("relay");
  // Its heartbeats show that it is back, before it has said a line.
  const chat = await t.join(server.url, { heartbeat: "1" });
  await server.kill();
  await chat.waitState(["waiting", "connecting"]);
  for (const line of LINES) await chat.send(line);
  await chat.waitMessage({ text: LINES.at(-1), delivery: "queued" });
  return { server, chat };
}

/** Brings the server back, and presses what `pressAll` presses; each line arrives once. */
async function sendOffered(t, server, pressAll) {
  await server.restart({ holdFor: "/receiver" });
  const receiver = await t.person(`${server.url}/receiver`);
  await until(() => receiver.frames.length > 0, "the page's first heartbeat", 30_000);
  assert.deepEqual(receiver.lines(), [], "a line was sent that nobody asked for again");
  await pressAll();
  await until(() => receiver.lines().length === LINES.length, "the lines");
  assert.deepEqual(receiver.lines(), LINES);
  return receiver;
}

test("lines that waited are offered again after a reload, arrive once, and are offered no more", async (t) => {
  const { server, chat } = await waiting(t);
  await chat.page.reload();
  for (const text of LINES) await chat.waitMessage({ author: "me", text, delivery: "failed" });
  assert.match(await chat.log.innerText(), /closed before it was sent/i);
  const receiver = await sendOffered(t, server, async () => {
    for (const _ of LINES) await chat.log.getByRole("button", { name: "Retry" }).first().click();
  });
  // Whoever is heard a while after a line has read it.
  await until(async () => {
    receiver.say("got them");
    const stored = await chat.page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    return LINES.every((line) => !stored.includes(line));
  }, "an empty storage");
  await chat.page.reload();
  await chat.waitOpen();
  assert.deepEqual(await chat.texts("me"), []);
}, DEAD);

/** The tab itself dies, not the page's program alone. */
async function afterACrash(t) {
  const { server, chat } = await waiting(t);
  // Playwright speaks no more with a page that has crashed; the browser does.
  const devtools = await chat.page.context().newCDPSession(chat.page);
  const crashed = new Promise((resolve) => chat.page.once("crash", resolve));
  devtools.send("Page.crash").catch(() => {});
  await crashed;
  await devtools.send("Page.reload");
  const evaluate = async (act) => (await devtools.send("Runtime.evaluate", { expression: `(${act})()`, returnByValue: true })).result.value;
  const offered = () => evaluate(() => [...document.querySelectorAll("[data-delivery='failed'] [data-text]")].map((node) => node.textContent));
  await until(async () => (await offered())?.length === LINES.length, "the lines to be offered");
  assert.deepEqual(await offered(), LINES);
  await sendOffered(t, server, () => evaluate(() => document.querySelectorAll("[data-delivery='failed'] button").forEach((button) => button.click())));
}

test("lines that waited are offered again when the tab has crashed", afterACrash, { allow: [...DEAD.allow, /the page crashed/] });

/** What a browser's "duplicate tab" makes: a page of this browser with a copy of the tab's storage. */
async function duplicate(t, chat) {
  const opened = chat.page.context().waitForEvent("page");
  await chat.page.evaluate(() => void open(location.href));
  const copy = await Chat.on(await opened);
  t.chats.push(copy);
  await copy.statusLine.waitFor({ state: "attached" });
  return copy;
}

const stored = (chat) => chat.page.evaluate(() => JSON.stringify({ ...sessionStorage }));

test("a copy of the tab is offered nothing, keeps its own lines, and leaves the first one its own", async (t) => {
  const { chat } = await waiting(t);
  await chat.page.evaluate(() => sessionStorage.setItem("another's", "of the app"));
  const copy = await duplicate(t, chat);
  await copy.waitState(["waiting", "connecting"]);
  await until(async () => !(await stored(copy)).includes(LINES[0]), "the copy to let go of the first one's lines");
  assert.ok((await stored(copy)).includes("of the app"), "the browser has copied the storage, and the rest stays");
  await copy.send("the copy's own");
  await until(async () => (await stored(copy)).includes("the copy's own"), "the copy's line in its storage");
  assert.deepEqual(await copy.texts("me"), ["the copy's own"]);
  await copy.page.reload();
  await copy.waitMessage({ text: "the copy's own", delivery: "failed" });
  assert.deepEqual(await copy.texts("me"), ["the copy's own"]);
  await chat.page.reload();
  for (const text of LINES) await chat.waitMessage({ text, delivery: "failed" });
  assert.deepEqual(await chat.texts("me"), LINES);
}, DEAD);

test("another tab, another person and another server are offered nothing", async (t) => {
  const { server, chat } = await waiting(t);
  const other = await t.start("relay");
  const parameters = { protocol: "json", user: "ada" };
  const tab = await t.open({ url: server.url, ...parameters }, { like: chat });
  await tab.waitState(["waiting", "connecting"]);
  assert.equal(await tab.count(), 0);
  for (const changed of [{ user: "bob" }, { url: other.url }]) {
    const query = new URLSearchParams({ url: server.url, ...parameters, ...changed });
    await chat.page.goto(`${new URL(chat.page.url()).origin}/?${query}`);
    await chat.waitState(["waiting", "connecting", "open"]);
    assert.equal(await chat.count(), 0, JSON.stringify(changed));
  }
}, DEAD);
