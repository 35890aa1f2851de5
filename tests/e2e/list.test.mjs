// The list: it follows the end, leaves a reader alone, and stays small however much is said.
import assert from "node:assert/strict";
import { test, until } from "./harness.mjs";

/** The list counts as being at its end within this many pixels. */
const AT_END = 30;
/** More rows than this in the document, and the list draws what nobody sees. */
const DRAWN_ROWS = 80;

async function fullList(t, lines) {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url, {}, { viewport: { width: 1000, height: 700 } });
  for (let i = 1; i <= lines; i += 1) other.say(`line ${i}`);
  await chat.waitCount(lines, 40_000);
  return { server, other, chat };
}

/** Waits until a scroll of the browser's own has come to its end: put elsewhere before, Chrome goes on from there. */
async function still(chat) {
  let before = null;
  await until(async () => {
    await chat.page.waitForTimeout(100);
    const now = await chat.distanceFromEnd();
    return now === before || ((before = now), false);
  }, "the list to stand still");
}

const scrollTop = (chat) => chat.log.evaluate((log) => log.scrollTop);

const atEnd = (chat) => until(async () => (await chat.distanceFromEnd()) <= AT_END, "the list to be at its end");

test("follows its end from the first line on in a view lower than what stood in the empty list", async (t) => {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  const chat = await t.join(server.url, {}, { viewport: { width: 1000, height: 240 } });
  for (let i = 1; i <= 20; i += 1) {
    other.say(`line ${i}`);
    await chat.waitMessage({ text: `line ${i}` });
  }
  await atEnd(chat);
});

test("follows the end while the reader is there", async (t) => {
  const { chat, other } = await fullList(t, 60);
  await atEnd(chat);
  other.say("one more");
  await chat.waitMessage({ text: "one more" });
  await atEnd(chat);
  await chat.row("one more").waitFor({ state: "visible" });
  assert.equal(await chat.newMessages.count(), 0);
});

test("leaves a reader who scrolled up alone, and offers to jump", async (t) => {
  const { chat, other } = await fullList(t, 60);
  await atEnd(chat);
  await chat.wheel(-1500);
  await until(async () => (await chat.distanceFromEnd()) > 300, "the list to be scrolled up");
  await chat.page.waitForTimeout(300);
  const before = await chat.firstRowInView();
  for (const text of ["new 1", "new 2", "new 3"]) other.say(text);
  await chat.waitCount(63);
  await chat.newMessages.waitFor({ state: "visible" });
  const top = await chat.rowTop(before.text);
  assert.ok(Math.abs(top - before.top) <= 2, `the row moved from ${before.top} to ${top}`);
  await chat.newMessages.click();
  await atEnd(chat);
  await chat.waitMessage({ text: "new 3" });
  await chat.newMessages.waitFor({ state: "hidden" });
});

test("scrolling back to the end by hand takes the button away", async (t) => {
  const { chat, other } = await fullList(t, 60);
  await atEnd(chat);
  await chat.wheel(-1500);
  await until(async () => (await chat.distanceFromEnd()) > 300, "the list to be scrolled up");
  await still(chat);
  other.say("new");
  await chat.newMessages.waitFor({ state: "visible" });
  await chat.wheel(100_000);
  await atEnd(chat);
  await chat.newMessages.waitFor({ state: "hidden" });
  other.say("newer");
  await chat.waitMessage({ text: "newer" });
  await atEnd(chat);
});

test("an own message always scrolls to the end", async (t) => {
  const { chat } = await fullList(t, 60);
  await atEnd(chat);
  await chat.wheel(-1500);
  await until(async () => (await chat.distanceFromEnd()) > 300, "the list to be scrolled up");
  await chat.send("mine");
  await chat.waitMessage({ author: "me", text: "mine" });
  await atEnd(chat);
});

test("a burst of 1,000 messages: all are held, few are drawn, each can be read", async (t) => {
  const { chat } = await fullList(t, 1000);
  await chat.waitMessage({ text: "line 1000" });
  await atEnd(chat);
  const drawn = await chat.messages();
  assert.ok(drawn.length <= DRAWN_ROWS, `${drawn.length} rows are drawn`);
  const numbers = drawn.map(({ text }) => Number(text.slice("line ".length)));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  assert.equal(new Set(numbers).size, numbers.length);
  await until(async () => {
    await chat.wheel(-20_000);
    return (await chat.texts()).includes("line 1");
  }, "the first line, by scrolling");
  await chat.row("line 1").first().waitFor({ state: "visible" });
  assert.ok((await chat.messages()).length <= DRAWN_ROWS);
});

test(
  "a burst of 20,000 messages leaves the page quick",
  async (t) => {
    const { chat, other } = await fullList(t, 20_000);
    assert.ok((await chat.messages()).length <= DRAWN_ROWS);
    const started = Date.now();
    await chat.send("still quick");
    await other.waitForLine("still quick");
    await chat.waitMessage({ author: "me", text: "still quick" });
    assert.ok(Date.now() - started < 2000, `it took ${Date.now() - started} ms`);
  },
  { limit: 90_000 },
);

test("the order of arrival is the order of the list", async (t) => {
  const { chat, other } = await fullList(t, 5);
  await chat.send("mine");
  await other.waitForLine("mine");
  other.say("after mine");
  await chat.waitMessage({ text: "after mine" });
  assert.deepEqual((await chat.texts()).slice(-3), ["line 5", "mine", "after mine"]);
});

/** The numbers of the lines that can be seen, from top to bottom. */
function inView(chat) {
  return chat.page.evaluate(() => {
    const { top, bottom } = document.querySelector("[role='log']").getBoundingClientRect();
    const rows = [...document.querySelectorAll("[role='log'] [data-message]")];
    const seen = rows.filter((row) => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom);
    return seen.map((row) => Number(row.querySelector("[data-text]").textContent.match(/\d+/)[0]));
  });
}

/** Runs in the page: drags the scrollbar to a part of its way; two frames later, how much of the list shows no row. */
async function drag(part) {
  const log = document.querySelector("[role='log']");
  log.scrollTop = part * (log.scrollHeight - log.clientHeight);
  for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  const { top, bottom } = log.getBoundingClientRect();
  const rows = [...log.querySelectorAll("[data-message]")].map((row) => row.getBoundingClientRect());
  const shown = rows.reduce((sum, row) => sum + Math.max(0, Math.min(row.bottom, bottom) - Math.max(row.top, top)), 0);
  return { empty: bottom - top - shown, rows: rows.length, elements: log.querySelectorAll("*").length };
}

test("the scrollbar is true over the whole history, and each part of it is drawn within two frames", async (t) => {
  const { chat } = await fullList(t, 5000);
  for (const part of [0.5, 0.1, 0.9, 0.3]) {
    const { empty, rows, elements } = await chat.page.evaluate(drag, part);
    assert.ok(empty <= 30, `${empty} pixels show nothing`);
    assert.ok(rows <= DRAWN_ROWS && elements <= 600, `${rows} rows, ${elements} elements`);
    const [first] = await inView(chat);
    assert.ok(Math.abs(first - 5000 * part) < 100, `line ${first} at ${part} of the way`);
  }
});

test("Home, End, PageUp and PageDown go where they say", async (t) => {
  const { chat } = await fullList(t, 2000);
  await chat.log.focus();
  const shows = (wanted) => until(async () => (await inView(chat)).includes(wanted), `line ${wanted} in view`);
  await chat.page.keyboard.press("Home");
  await shows(1);
  const seen = await inView(chat);
  await chat.page.keyboard.press("PageDown");
  await shows(seen.at(-1) + 2);
  await chat.page.keyboard.press("PageUp");
  await shows(1);
  await still(chat);
  await chat.page.keyboard.press("End");
  await shows(2000);
  await atEnd(chat);
});

test("End in the midst of PageUp's motion leads to the end, and the list stays there", async (t) => {
  const { chat } = await fullList(t, 2000);
  await chat.log.focus();
  for (let time = 0; time < 3; time += 1) {
    const before = await scrollTop(chat);
    await chat.page.keyboard.press("PageUp");
    await until(async () => (await scrollTop(chat)) < before, "a motion");
    await chat.page.keyboard.press("End");
    await still(chat);
    await atEnd(chat);
  }
});

test("select all and copy gives every line, drawn or not, in order", async (t) => {
  const { chat } = await fullList(t, 2000);
  await chat.page.evaluate(() => document.addEventListener("copy", (event) => (globalThis.__copied = event.clipboardData.getData("text/plain"))));
  await chat.log.focus();
  await chat.page.keyboard.press("Control+A");
  await chat.page.keyboard.press("Control+C");
  const copied = await until(() => chat.page.evaluate(() => globalThis.__copied), "a copy");
  const lines = copied.split("\n").filter((line) => line.startsWith("line "));
  assert.deepEqual(lines, Array.from({ length: 2000 }, (_, index) => `line ${index + 1}`));
});
