// Takes the picture of the README: node tests/e2e/screenshot.mjs [docs/chat.png]
// The built page (dist/ or LEPTOS_CHAT_DIST) as one person has it on a desk, and another on a phone that is in a tunnel.
import { writeFile } from "node:fs/promises";
import { deflateSync, crc32 } from "node:zlib";
import { fileURLToPath } from "node:url";
import { Fixtures, Run } from "./harness.mjs";

const FILE = process.argv[2] ?? fileURLToPath(new URL("../../docs/chat.png", import.meta.url));
const [DESK, PHONE] = [{ width: 1060, height: 700 }, { width: 375, height: 700 }];
const TALK = [
  ["Ada", "Morning! Are we still on for the allotment on Saturday?"],
  ["Lin", "Yes! I have tomato seedlings for everybody."],
  ["Tom", "Count me in. I can bring the long ladder."],
  ["Lin", "早上好！番茄苗已经准备好了。"],
  ["Ada", "Wonderful. Ten o’clock at the gate?\nThe weather should hold: https://weather.example/saturday"],
  ["Tom", "Ten is fine!"],
  ["Lin", "See you there. I’ll be the one with the wheelbarrow."],
];

const tick = (chats, minute) => Promise.all(chats.map(({ page }) => page.clock.setFixedTime(`2026-05-14T09:${minute}:00Z`)));

/** Both pages, after the conversation; the phone has lost its link. */
async function conversation(run) {
  const server = await run.start("channel", { greeting: "Welcome to the garden room" });
  const tunnel = await run.start("proxy", { to: server.port });
  const options = { locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" };
  const desk = await run.open({}, { ...options, viewport: DESK });
  const phone = await run.open({}, { ...options, viewport: PHONE, colorScheme: "dark", isMobile: true, hasTouch: true });
  await tick([desk, phone], 40);
  await desk.connectByForm({ url: server.url, protocol: "json", user: "Ada" });
  await phone.connectByForm({ url: tunnel.url, protocol: "json", user: "Tom" });
  for (const chat of [desk, phone]) await chat.waitMessage({ author: "system" });
  const lin = await run.person(server.url);
  for (const [place, [name, text]] of TALK.entries()) {
    await tick([desk, phone], 41 + place);
    const speaker = { Ada: desk, Tom: phone }[name];
    if (!speaker) lin.say(text, { user: name, id: `lin-${place}` });
    else {
      await speaker.composer.fill(text);
      await speaker.sendButton.click();
    }
    for (const chat of [desk, phone]) await chat.waitMessage({ text, ...(chat === speaker ? { delivery: "delivered" } : {}) });
  }
  tunnel.away();
  await phone.waitState(["waiting", "connecting"]);
  await tick([desk, phone], 49);
  await phone.composer.fill("In a tunnel, back in a minute");
  await phone.sendButton.click();
  await phone.waitMessage({ delivery: "queued" });
  // Tried often enough to wait a while now.
  await phone.page.getByText(/Next attempt in [2-9] s/).waitFor({ timeout: 60_000 });
  await desk.composer.fill("And I’ll bring the coffee");
  for (const chat of [desk, phone]) await chat.serverUrl.fill("wss://chat.example.org");
  await desk.composer.focus();
  await phone.page.evaluate(() => document.activeElement.blur());
  return [desk, phone];
}

/** Puts the pictures side by side, on a page that is as large as they need. */
async function sideBySide(browser, pictures) {
  const size = { width: DESK.width + PHONE.width + 72, height: DESK.height + 48 };
  const page = await browser.newPage({ viewport: size });
  const images = pictures.map((png) => `<img src="data:image/png;base64,${png.toString("base64")}">`).join("");
  await page.setContent(`<style>
    body { margin: 0; padding: 24px; display: flex; gap: 24px; background: #e3eae7; }
    img { display: block; border-radius: 12px; outline: 1px solid #b9c6c0; }
  </style>${images}`);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  const png = await page.screenshot();
  const pixels = await page.evaluate(readPixels, png.toString("base64"));
  await page.close();
  return { ...size, pixels: Buffer.from(pixels, "base64") };
}

/** The pixels of a PNG, as base64 of RGBA. Runs in the page. */
async function readPixels(encoded) {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (let at = 0; at < data.length; at += 0x8000) text += String.fromCharCode(...data.subarray(at, at + 0x8000));
  return btoa(text);
}

/** A PNG of at most 256 colours: the most frequent ones, and for each other the nearest of them. */
function palettePng({ width, height, pixels }) {
  const counts = new Map();
  const colourAt = (place) => pixels.readUIntBE(place * 4, 3);
  for (let place = 0; place < width * height; place += 1) counts.set(colourAt(place), (counts.get(colourAt(place)) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (a, b) => parts(a).reduce((sum, part, index) => sum + (part - parts(b)[index]) ** 2, 0);
  const nearest = new Map();
  for (const colour of counts.keys()) {
    const best = palette.reduce((found, other, index) => (distance(colour, other) < distance(colour, palette[found]) ? index : found), 0);
    nearest.set(colour, best);
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = nearest.get(colourAt(y * width + x));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const chunks = [["IHDR", header], ["PLTE", Buffer.from(palette.flatMap(parts))], ["IDAT", deflateSync(rows, { level: 9 })], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks.map(([name, data]) => chunk(name, data))]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const fixtures = new Fixtures();
const run = new Run(fixtures, []);
try {
  const chats = await conversation(run);
  const pictures = [];
  for (const { page } of chats) pictures.push(await page.screenshot({ animations: "disabled" }));
  const png = palettePng(await sideBySide(await fixtures.browser(), pictures));
  await writeFile(FILE, png);
  console.log(`${FILE}: ${Math.round(png.length / 1024)} kB`);
} finally {
  await run.close();
  await fixtures.close();
}
