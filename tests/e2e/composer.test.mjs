// The composer: Enter, Shift+Enter, and every order in which browsers report Enter around an input method.
import assert from "node:assert/strict";
import { PHONE, test, until } from "./harness.mjs";

/** A page on a relay, with somebody else there who hears what is really sent. */
async function listenedTo(t, options) {
  const server = await t.start("relay");
  const other = await t.person(server.url);
  return { server, other, chat: await t.join(server.url, {}, options) };
}

test("Enter sends and empties the composer", async (t) => {
  const { chat, other } = await listenedTo(t);
  await chat.composer.focus();
  await chat.page.keyboard.type("typed by hand");
  await chat.page.keyboard.press("Enter");
  await other.waitForLine("typed by hand");
  assert.equal(await chat.composer.inputValue(), "");
  assert.deepEqual(await chat.texts("me"), ["typed by hand"]);
});

test("the Send button sends, and writing goes on where it was", async (t) => {
  const { chat, other } = await listenedTo(t);
  await chat.composer.fill("by the button");
  await chat.sendButton.click();
  await other.waitForLine("by the button");
  assert.equal(await chat.composer.inputValue(), "");
});

test("a long text that is pasted has one direction, that of its beginning, and a short one one for each paragraph", async (t) => {
  const { chat } = await listenedTo(t);
  const direction = () => chat.composer.evaluate((field) => field.dir);
  await chat.composer.focus();
  assert.equal(await direction(), "auto");
  await chat.page.keyboard.insertText("\u05e9\u05dc\u05d5\u05dd ".repeat(5_000));
  await until(async () => (await direction()) === "rtl", "the direction of the long text");
  await chat.composer.fill("short");
  await until(async () => (await direction()) === "auto", "a direction for each paragraph");
});

test("Shift+Enter breaks the line", async (t) => {
  const { chat, other } = await listenedTo(t);
  await chat.composer.focus();
  await chat.page.keyboard.type("one");
  await chat.page.keyboard.press("Shift+Enter");
  await chat.page.keyboard.type("two");
  assert.equal(await chat.composer.inputValue(), "one\ntwo");
  assert.deepEqual(other.lines(), []);
  await chat.page.keyboard.press("Enter");
  await other.waitForLine("one\ntwo");
});

test("nothing but white space is not sent", async (t) => {
  const { chat, other, server } = await listenedTo(t);
  await chat.send("");
  await chat.send("  \t ");
  await chat.send("something");
  await other.waitForLine("something");
  assert.equal(server.stats().received.length, 1);
  assert.equal(await chat.count(), 1);
});

test("writing in the middle keeps the caret where it is", async (t) => {
  const { chat } = await listenedTo(t);
  await chat.composer.fill("hello");
  await chat.page.keyboard.press("Home");
  await chat.page.keyboard.type("oh, ");
  assert.equal(await chat.composer.inputValue(), "oh, hello");
});

test("a real input method: its Enter does not send, the next one does", async (t) => {
  const { chat, other, server } = await listenedTo(t);
  const devtools = await chat.page.context().newCDPSession(chat.page);
  await chat.composer.focus();
  await chat.page.evaluate(() => {
    globalThis.__enters = [];
    addEventListener("keydown", (event) => event.key === "Enter" && globalThis.__enters.push([event.isComposing, event.defaultPrevented]));
  });
  await devtools.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  for (const type of ["rawKeyDown", "keyUp"]) {
    await devtools.send("Input.dispatchKeyEvent", { type, key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
  }
  assert.deepEqual(await chat.page.evaluate(() => globalThis.__enters), [[true, false]]);
  assert.equal(await chat.composer.inputValue(), "にほん", "the composition was lost");
  assert.equal(server.stats().received.length, 0, "the input method's Enter sent");
  await devtools.send("Input.insertText", { text: "日本" });
  assert.equal(await chat.composer.inputValue(), "日本");
  await chat.page.waitForTimeout(100);
  await chat.page.keyboard.press("Enter");
  await other.waitForLine("日本");
  assert.equal(server.stats().received.length, 1);
  assert.equal(await chat.composer.inputValue(), "");
});

/** Plays events on the composer in one task, after `text` was written; returns whether each Enter was cancelled. */
function play(chat, text, steps) {
  return chat.composer.evaluate(
    (composer, [value, script]) => {
      composer.focus();
      composer.value = value;
      composer.dispatchEvent(new InputEvent("input", { bubbles: true }));
      const init = { bubbles: true, cancelable: true, composed: true };
      const make = {
        start: () => new CompositionEvent("compositionstart", init),
        update: () => new CompositionEvent("compositionupdate", { ...init, data: value }),
        end: () => new CompositionEvent("compositionend", { ...init, data: value }),
        enter: ({ isComposing = false, keyCode = 13 }) => new KeyboardEvent("keydown", { ...init, key: "Enter", code: "Enter", isComposing, keyCode, which: keyCode }),
      };
      const cancelled = [];
      for (const [what, how] of script) {
        const event = make[what](how ?? {});
        composer.dispatchEvent(event);
        if (what === "enter") cancelled.push(event.defaultPrevented);
      }
      return cancelled;
    },
    [text, steps],
  );
}

const IGNORED_ORDERS = {
  "Chrome's (Enter while composing)": [["start"], ["update"], ["enter", { isComposing: true, keyCode: 229 }], ["end"]],
  "Chrome's with a plain key code": [["start"], ["update"], ["enter", { isComposing: true }], ["end"]],
  "one that forgets isComposing": [["start"], ["update"], ["enter", { keyCode: 13 }], ["end"]],
  "Safari's (the composition ends first)": [["start"], ["update"], ["end"], ["enter", { keyCode: 229 }]],
};

for (const [name, steps] of Object.entries(IGNORED_ORDERS)) {
  test(`input method order ${name}: does not send, is not cancelled`, async (t) => {
    const { chat, other, server } = await listenedTo(t);
    assert.deepEqual(await play(chat, "変換", steps), [false]);
    await chat.page.waitForTimeout(150);
    assert.equal(await chat.composer.inputValue(), "変換");
    assert.equal(server.stats().received.length, 0);
    assert.deepEqual(await play(chat, "変換", [["enter"]]), [true]);
    await other.waitForLine("変換");
    assert.equal(server.stats().received.length, 1);
  });
}

test("input method order of macOS Pinyin: a 229 long after a composition sends", async (t) => {
  const { chat, other, server } = await listenedTo(t);
  await play(chat, "拼音", [["start"], ["update"], ["end"]]);
  await chat.page.waitForTimeout(150);
  assert.deepEqual(await play(chat, "拼音", [["enter", { keyCode: 229 }]]), [true]);
  await other.waitForLine("拼音");
  assert.equal(server.stats().received.length, 1);
});

test("on a phone Enter breaks the line and the button sends", async (t) => {
  const { chat, other } = await listenedTo(t, PHONE);
  if (!(await chat.page.evaluate(() => matchMedia("(pointer: coarse)").matches && !matchMedia("(any-pointer: fine)").matches))) return;
  await chat.composer.tap();
  await chat.page.keyboard.type("one");
  await chat.page.keyboard.press("Enter");
  await chat.page.keyboard.type("two");
  assert.equal(await chat.composer.inputValue(), "one\ntwo");
  await chat.sendButton.tap();
  await other.waitForLine("one\ntwo");
});

test("what is being written survives a lost connection", async (t) => {
  const { chat, server } = await listenedTo(t);
  await chat.composer.fill("half a sen");
  server.dropAll();
  await until(() => chat.sockets.length >= 2, "another connection");
  await chat.waitOpen();
  assert.equal(await chat.composer.inputValue(), "half a sen");
});
