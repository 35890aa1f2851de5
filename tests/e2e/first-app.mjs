// Has an example's program, which marks what it does, open its link, lose it and find it again: node tests/e2e/first-app.mjs FIRST COUNT FILE
// (LEPTOS_CHAT_DIST: the example; FIRST, COUNT: where its marks are in the program's memory). The file gets the marks, a byte each.
import { writeFile } from "node:fs/promises";
import { startEmbedded } from "./embedded.mjs";
import { Fixtures } from "./harness.mjs";
import { SLOWER, addMarks, keepPrograms, leaveAndComeBack, sayLines, slowDown } from "./marks.mjs";

const [FIRST, COUNT] = process.argv.slice(2, 4).map(Number);
const FILE = process.argv[4];
/** Where the examples look for their server. */
const PORT = 4181;
/** What begins by itself soon after an opening: a heartbeat, say. */
const SETTLED = 2000;

const isOpen = () => /\bopen:|Connected|已连接/.test(document.body.innerText);
const isHeard = () => /\bbob\b|\bopen: ./.test(document.body.innerText);
const all = (pages, act) => Promise.all(pages.map(act));
const opened = (pages) => all(pages, (page) => page.waitForFunction(isOpen));

/** Without a network the rest cannot be had: what finds out that a link is lost, and makes the next one, has to be there. */
async function loseAndFindAgain(pages, server) {
  await all(pages, (page) => page.context().setOffline(true));
  server.child.kill();
  await all(pages, (page) => page.waitForFunction(`!(${isOpen})()`));
  const next = await startEmbedded(embedded);
  await all(pages, (page) => page.context().setOffline(false));
  await opened(pages);
  return next;
}

const fixtures = new Fixtures();
const { origin } = await fixtures.page();
// A host that is not this machine is no secure context, which lacks some of what a browser offers.
const plain = origin.replace("127.0.0.1", "chat.test");
const embedded = { port: PORT, origins: [plain] };
let server = await startEmbedded(embedded);
try {
  const browser = await fixtures.browser();
  const people = [{}, { locale: "zh-CN", viewport: { width: 375, height: 700 } }, { from: plain }];
  const marks = Buffer.alloc(COUNT);
  for (const slower of SLOWER) {
    const pages = await all(people, async ({ from = origin, ...options }) => {
      const page = await (await browser.newContext(options)).newPage();
      await keepPrograms(page);
      await slowDown(page, slower);
      await page.goto(from);
      return page;
    });
    await opened(pages);
    await sayLines(`${server.url}/channel`);
    await all(pages, (page) => page.waitForFunction(isHeard));
    // At once, and when it has settled: each takes other functions.
    server = await loseAndFindAgain(pages, server);
    await new Promise((resolve) => setTimeout(resolve, SETTLED));
    server = await loseAndFindAgain(pages, server);
    await all(pages, leaveAndComeBack);
    for (const page of pages) await addMarks(marks, page, FIRST);
    await all(pages, (page) => page.context().close());
  }
  await writeFile(FILE, marks);
  console.log(`${marks.filter((mark) => mark !== 0).length} of ${COUNT} functions and parts of functions run until the link is open, and open again`);
} finally {
  server.child.kill();
  await fixtures.close();
}
