// The page itself: languages, phones, dark colours, keyboard and accessibility; four screenshots for the eye.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { PHONE, test } from "./harness.mjs";

const require = createRequire(import.meta.url);
const picture = (name) => fileURLToPath(new URL(`./output/page-${name}.png`, import.meta.url));

/** A conversation with something of everything. */
async function conversation(t, parameters = {}, options = {}) {
  const server = await t.start("channel");
  const chat = await t.join(server.url, parameters, options);
  const other = await t.person(server.url);
  other.say("Hello! Have a look at https://example.org/a/rather/long/path?with=parameters&and=more", { user: "Bob", id: "b1" });
  other.say(`An unbroken word: ${"w".repeat(200)}`, { user: "Bob", id: "b2" });
  other.say("مرحبا بالعالم", { user: "ليلى", id: "b3" });
  await chat.waitMessage({ author: "other", text: "مرحبا بالعالم" });
  await chat.composer.fill("Good morning");
  await chat.sendButton.click();
  await chat.waitMessage({ author: "me", text: "Good morning", delivery: "delivered" });
  return { server, chat, other };
}

test("English is the default, and says so", async (t) => {
  const chat = await t.open();
  assert.match(await chat.page.locator("html").getAttribute("lang"), /^en/);
  for (const control of [chat.serverUrl, chat.protocol, chat.userName, chat.connectButton, chat.composer, chat.sendButton]) {
    await control.waitFor({ state: "visible", timeout: 3000 });
  }
  assert.ok((await chat.page.title()).length > 0);
});

test("the program is fetched once, and the browser has nothing to warn of", async (t) => {
  const chat = await t.open();
  await chat.sendButton.waitFor({ state: "visible" });
  const fetched = await chat.page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".wasm")).length);
  assert.equal(fetched, 1);
  assert.deepEqual(chat.console.filter((line) => /^warning/.test(line)), []);
  // Firefox takes no preloaded file with a hash for what is fetched without one, and fetches it again.
  const preload = chat.page.locator("link[rel=preload]");
  assert.equal(await preload.getAttribute("integrity"), null);
  // WebKit takes none that is asked for with CORS.
  assert.equal(await preload.getAttribute("crossorigin"), null);
});

const isChinese = async (chat) => {
  assert.match(await chat.page.locator("html").getAttribute("lang"), /^zh/);
  await chat.page.getByRole("button", { name: "发送" }).waitFor({ state: "visible", timeout: 3000 });
  for (const control of [chat.serverUrl, chat.protocol, chat.userName, chat.connectButton, chat.disconnectButton, chat.composer, chat.sendButton]) {
    assert.equal(await control.count(), 0, `an English name is left: ${control}`);
  }
};

test("lang=zh is Chinese", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({ url: server.url, protocol: "json", user: "ada", lang: "zh" });
  await chat.waitOpen();
  await isChinese(chat);
  assert.match((await chat.status()).text, /\p{Script=Han}/u);
  await chat.page.screenshot({ path: picture("chinese") });
});

test("a browser that asks for Chinese gets Chinese, unless told otherwise", async (t) => {
  await isChinese(await t.open({}, { locale: "zh-CN" }));
  const english = await t.open({ lang: "en" }, { locale: "zh-CN" });
  await english.sendButton.waitFor({ state: "visible" });
});

for (const colorScheme of ["light", "dark"]) {
  test(`fits a phone (${colorScheme})`, async (t) => {
    const { chat } = await conversation(t, {}, { ...PHONE, colorScheme });
    const widths = await chat.page.evaluate(() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]);
    assert.ok(widths[0] <= widths[1], `the page is ${widths[0]} wide on ${widths[1]}`);
    const box = await chat.composer.boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= 844 && box.x >= 0 && box.x + box.width <= 390, `the composer is at ${JSON.stringify(box)}`);
    const size = await chat.composer.evaluate((composer) => parseFloat(getComputedStyle(composer).fontSize));
    assert.ok(size >= 16, `phones zoom into text of ${size} px`);
    await chat.page.screenshot({ path: picture(colorScheme === "dark" ? "narrow-dark" : "narrow") });
  });
}

test("a small window still shows the composer", async (t) => {
  const { chat } = await conversation(t, {}, { viewport: { width: 320, height: 480 } });
  const widths = await chat.page.evaluate(() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]);
  assert.ok(widths[0] <= widths[1], `the page is ${widths[0]} wide on ${widths[1]}`);
  await chat.composer.scrollIntoViewIfNeeded();
  assert.ok(await chat.composer.isVisible());
});

test("dark is dark and light is light", async (t) => {
  const brightness = {};
  for (const colorScheme of ["light", "dark"]) {
    const { chat } = await conversation(t, {}, { colorScheme });
    const shot = await chat.page.screenshot({ path: picture(colorScheme === "dark" ? "dark" : "wide") });
    brightness[colorScheme] = await averageBrightness(chat.page, shot);
  }
  assert.ok(brightness.light > 150 && brightness.dark < 100, JSON.stringify(brightness));
});

/** The mean of all colour values of a PNG, 0 to 255, counted by the browser itself. */
function averageBrightness(page, png) {
  return page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += (data[i] + data[i + 1] + data[i + 2]) / 3;
    return Math.round(sum / (data.length / 4));
  }, png.toString("base64"));
}

async function violations(chat) {
  const source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
  await chat.page.evaluate(`${source}; undefined`);
  const found = await chat.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`).join("; ")})`);
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing (${colorScheme}): the form, a conversation, a lost connection`, async (t) => {
    const empty = await t.open({}, { colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await violations(empty), [], "the form");
    const { chat, server } = await conversation(t, {}, { colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await violations(chat), [], "a conversation");
    await server.close();
    await chat.waitState("waiting");
    await chat.composer.fill("to be queued");
    await chat.sendButton.click();
    await chat.waitMessage({ text: "to be queued", delivery: "queued" });
    assert.deepEqual(await violations(chat), [], "a lost connection");
    await chat.disconnectButton.click();
    await chat.waitState("closed");
    assert.deepEqual(await violations(chat), [], "a closed connection");
  });
}

test("axe finds nothing on a phone in Chinese", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({ url: server.url, protocol: "json", user: "ada", lang: "zh" }, { ...PHONE, reducedMotion: "reduce" });
  await chat.waitOpen();
  assert.deepEqual(await violations(chat), []);
});

/** Where the focus is: its role-ish name, and everything by which a style may show it. Runs in the page. */
function focused() {
  const element = document.activeElement;
  const name = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
  const look = (node) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine } = getComputedStyle(node);
    return [outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine].join("|");
  };
  const nodes = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const withFocus = nodes.map(look).join(" / ");
  element.blur();
  const without = nodes.map(look).join(" / ");
  element.focus({ preventScroll: true, focusVisible: true });
  return { name: name.trim().replace(/\s+/g, " "), tag: element.tagName, visible: withFocus !== without };
}

/** Presses Tab until the named control has the focus; returns every stop on the way. */
async function tabTo(chat, control) {
  const stops = [];
  for (let i = 0; i < 40; i += 1) {
    await chat.page.keyboard.press("Tab");
    const stop = await chat.page.evaluate(focused);
    stops.push(stop);
    if (await control.evaluate((node) => node === document.activeElement)) return stops;
  }
  throw new Error(`Tab never reached ${control}: ${stops.map(({ name, tag }) => name || tag).join(", ")}`);
}

test("everything can be done by keyboard, and the focus can be seen", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({}, { reducedMotion: "reduce" });
  const stops = [];
  const fill = async (control, text) => {
    stops.push(...(await tabTo(chat, control)));
    await chat.page.keyboard.press("Control+A");
    await chat.page.keyboard.type(text);
  };
  await fill(chat.serverUrl, server.url);
  stops.push(...(await tabTo(chat, chat.protocol)));
  await chat.page.keyboard.type("json");
  await fill(chat.userName, "Ada");
  stops.push(...(await tabTo(chat, chat.connectButton)));
  await chat.page.keyboard.press("Enter");
  await chat.waitOpen();
  stops.push(...(await tabTo(chat, chat.composer)));
  await chat.page.keyboard.type("by keyboard");
  stops.push(...(await tabTo(chat, chat.sendButton)));
  await chat.page.keyboard.press("Space");
  await chat.waitMessage({ author: "me", text: "by keyboard", delivery: "delivered" });
  stops.push(...(await tabTo(chat, chat.disconnectButton)));
  await chat.page.keyboard.press("Enter");
  await chat.waitState("closed");
  const unseen = stops.filter(({ visible, tag }) => !visible && tag !== "BODY").map(({ name, tag }) => name || tag);
  assert.deepEqual([...new Set(unseen)], []);
});

test("the list is silent, and an announcer speaks for others only", async (t) => {
  const { chat } = await conversation(t);
  assert.equal(await chat.log.getAttribute("aria-live"), "off");
  assert.ok((await chat.log.getAttribute("aria-label")) ?? (await chat.log.getAttribute("aria-labelledby")), "the log has no name");
  const announcers = await chat.page.locator("[aria-live='polite'], [role='status']").evaluateAll((all) => all.map((node) => node.textContent));
  assert.ok(announcers.length >= 2, "there is no announcer beside the status");
  assert.ok(announcers.every((text) => !text.includes("Good morning")), "an own message was announced");
});
