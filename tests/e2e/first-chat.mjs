// Has first chats on a page whose program marks what it does: node tests/e2e/first-chat.mjs FIRST COUNT FILE
// (LEPTOS_CHAT_DIST: the page; FIRST, COUNT: where its marks are in the program's memory). The file gets the marks of all chats, a byte each.
import { writeFile } from "node:fs/promises";
import { Fixtures, PHONE, Run, until } from "./harness.mjs";
import { LAST_LINE, SLOWER, addMarks, keepPrograms, leaveAndComeBack, sayLines, slowDown } from "./marks.mjs";

const [FIRST, COUNT] = process.argv.slice(2, 4).map(Number);
const FILE = process.argv[4];

/** Chats until they are open, and open again: by a link, by the form, by what the page remembers; at servers that greet, and that say nothing. */
async function chats(run, slower) {
  const prepare = async (page) => {
    await keepPrograms(page);
    await slowDown(page, slower);
  };
  const options = { prepare };
  const [greeter, relay] = [await run.start("channel"), await run.start("relay")];
  const embedded = `${(await run.bench()).url}/channel`;
  const linked = await run.open({ url: greeter.url, user: "ada", lang: "en" }, options);
  const own = await run.open({ url: embedded, protocol: "auto" }, options);
  const chinese = await run.open({ url: relay.url, protocol: "json" }, { ...options, locale: "zh-CN", viewport: { width: 375, height: 700 } });
  const form = await run.open({}, options);
  await leaveAndComeBack(form.page);
  const typed = await run.open({}, options);
  await typed.connectByForm({ url: greeter.url.replace("127.0.0.1", "chat.test"), protocol: "auto", user: "bob" });
  // A host that is not this machine is no secure context, which lacks some of what a browser offers.
  const plain = await run.open({ url: greeter.url.replace("127.0.0.1", "chat.test"), user: "eve" }, { ...options, host: "chat.test" });
  // A phone of another language, whose browser cannot size a field by itself.
  const older = async (page) => {
    await prepare(page);
    await page.addInitScript(sizeNoField);
  };
  const other = await run.open({ url: greeter.url, protocol: "text", user: "dan" }, { ...PHONE, languages: ["de-DE", "de", "en-US", "en"], prepare: older });
  const dying = await run.spawn("channel");
  const watched = await run.open({ url: dying.url, protocol: "json", heartbeat: "1" }, options);
  // Servers that turn out to speak plain text.
  const texts = [];
  for (const server of ["greeter", "echo"]) texts.push(await run.open({ url: (await run.start(server)).url, user: "fay" }, options));
  const greeted = [linked, typed];
  for (const chat of greeted) await chat.waitMessage({ author: "system" });
  const again = await run.open({}, { ...options, like: typed });
  await again.connectButton.click();
  const all = [...greeted, own, chinese, again, plain, other, watched, ...texts];
  for (const chat of all) await chat.waitOpen();
  await Promise.all([greeter.url, relay.url, embedded].map(sayLines));
  for (const chat of [...greeted, own, chinese, plain]) await chat.waitMessage({ text: LAST_LINE }, 30_000);
  await loseAndFindAgain(all, greeter);
  await fallSilentAndDie(dying, watched);
  for (const { page } of all) await leaveAndComeBack(page);
  return [...all, form];
}

/** Runs in the page before anything else. */
function sizeNoField() {
  const { has } = Reflect;
  Reflect.has = (target, name) => name !== "fieldSizing" && has(target, name);
}

/** Without a network the rest cannot be had: what finds out that a link is lost, and makes the next one, has to be there. */
async function loseAndFindAgain(chats, server) {
  const offline = (is) => Promise.all(chats.map(({ page }) => page.context().setOffline(is)));
  await offline(true);
  server.dropAll();
  const [linked, typed] = chats;
  for (const chat of [linked, typed]) await chat.waitState(["waiting", "connecting", "closed"]);
  await offline(false);
  for (const chat of chats) await chat.waitOpen(20_000);
}

/** A server that answers nothing any more, and one that is not there for a while. */
async function fallSilentAndDie(server, chat) {
  await until(async () => (await server.stats()).heartbeats >= 2, "two heartbeats");
  server.freeze();
  await chat.waitState(["waiting", "connecting", "closed"], 20_000);
  server.thaw();
  await chat.waitOpen(20_000);
  const attempts = async () => (await chat.states()).filter(({ state }) => state === "connecting").length;
  const before = await attempts();
  await server.kill();
  await until(async () => (await attempts()) > before, "an attempt that is refused", 20_000);
  await server.restart();
  await chat.waitOpen(20_000);
}

const fixtures = new Fixtures();
try {
  const marks = Buffer.alloc(COUNT);
  for (const slower of SLOWER) {
    const run = new Run(fixtures, []);
    for (const { page } of await chats(run, slower)) await addMarks(marks, page, FIRST);
    await run.close();
  }
  await writeFile(FILE, marks);
  console.log(`${marks.filter((mark) => mark !== 0).length} of ${COUNT} functions and parts of functions run until a first chat is open`);
} finally {
  await fixtures.close();
}
