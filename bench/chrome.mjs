// Headless Chrome by its DevTools protocol, without the Network domain: that one mirrors each frame and doubles what a message costs.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { WebSocket } from "ws";

/** The flags of the browser tests, and those without which a window in the background would be slowed down. */
const FLAGS = [
  ...JSON.parse(readFileSync(new URL("../webdriver.json", import.meta.url)))["goog:chromeOptions"].args,
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--window-size=1000,800",
  "--remote-debugging-port=0",
];
const START_LIMIT = 60_000;

/** A browser with a profile of its own: `{ version, open(), processes(), close() }`. */
export async function startChrome(program) {
  const profile = mkdtempSync(path.join(tmpdir(), "leptos-chat-bench-"));
  const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const connection = await connect(await address(child));
  const { product } = await connection.send("Browser.getVersion");
  return {
    version: product.replace("HeadlessChrome", "Chromium").replace("Chrome/", "Chromium/").replace("/", " "),
    open: () => openPage(connection),
    /** The processes' numbers that show pages. */
    renderers: async () => (await connection.send("SystemInfo.getProcessInfo")).processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id),
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await connection.send("Browser.close").catch(() => child.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Chrome says on its standard error where it listens. */
function address(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => {
      child.kill();
      reject(new Error(`Chrome did not start: ${said}`));
    }, START_LIMIT);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Chrome ended with ${code}: ${said}`)));
    child.stderr.on("data", (data) => {
      said = (said + data).slice(-10_000);
      const found = said.match(/DevTools listening on (ws:\S+)/);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]);
    });
  });
}

/** Sends commands and hears their answers; the pages' sessions share one socket. */
async function connect(url) {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 1 << 30 });
  const waiting = new Map();
  let last = 0;
  const fail = (id, why) => {
    waiting.get(id)?.reject(new Error(why));
    waiting.delete(id);
  };
  socket.on("message", (data) => {
    const { id, result, error, method, params } = JSON.parse(data);
    if (method === "Target.detachedFromTarget") {
      for (const [each, { session }] of waiting) if (session === params.sessionId) fail(each, "the page was closed");
    }
    if (error) return fail(id, error.message);
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  socket.on("close", () => [...waiting.keys()].forEach((id) => fail(id, "Chrome has gone")));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const send = (method, params = {}, session = undefined) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject, session });
      socket.send(JSON.stringify({ id: last, method, params, sessionId: session }));
    });
  return { send };
}

/** A page in a fresh context, so that nothing of the last one's is in a cache. */
async function openPage({ send }) {
  const { browserContextId } = await send("Target.createBrowserContext");
  const { targetId } = await send("Target.createTarget", { url: "about:blank", browserContextId, newWindow: true, width: 1000, height: 800 });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const command = (method, params) => send(method, params, sessionId);
  await command("Page.enable");
  await command("Performance.enable", { timeDomain: "threadTicks" });
  return {
    command,
    /** Calls a function in the page; its result is a promise's, if it makes one. */
    run: async (act, ...args) => {
      const expression = `(${act})(...${JSON.stringify(args)})`;
      const { result, exceptionDetails } = await command("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    /** Calls a function in each document before its own scripts. */
    before: (act) => command("Page.addScriptToEvaluateOnNewDocument", { source: `(${act})()` }),
    go: (url) => command("Page.navigate", { url }),
    /** Milliseconds of the main thread's time so far. */
    worked: async () => {
      const { metrics } = await command("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
    },
    slowDown: (rate) => command("Emulation.setCPUThrottlingRate", { rate }),
    close: () => send("Target.disposeBrowserContext", { browserContextId }).catch(() => {}),
  };
}
