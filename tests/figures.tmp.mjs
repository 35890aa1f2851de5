import { chromium } from "playwright-core";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import WebSocket from "ws";
const port = process.argv[2];
const dists = process.argv.slice(3);
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
for (const count of [100, 10000, 100000]) for (const dist of dists) {
  const web = createServer(async (q, s) => { const p = q.url.split("?")[0]; const f = p === "/" ? "/index.html" : p; try { const d = await readFile(path.join(dist, f)); s.writeHead(200, { "content-type": types[path.extname(f)] ?? "" }); s.end(d); } catch { s.writeHead(404); s.end(); } });
  await new Promise((r) => web.listen(0, "127.0.0.1", r));
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  await page.goto(`http://127.0.0.1:${web.address().port}/?url=ws://127.0.0.1:${port}/relay&protocol=json&user=ada&heartbeat=off`);
  await page.waitForSelector("[data-state=open]");
  const other = new WebSocket(`ws://127.0.0.1:${port}/relay`); await new Promise((r) => other.on("open", r));
  const say = (n) => other.send(JSON.stringify({ text: `line ${n}\n`.repeat(1 + (n * 7919) % 5).trim(), user: `user ${n % 7}` }));
  const base = Number(await page.getAttribute("[role=log]", "data-count"));
  const t0 = Date.now();
  for (let i = 0; i < count; i += 1) { say(i); if (i % 2000 === 1999) await sleep(20); }
  await page.waitForFunction((c) => Number(document.querySelector("[role=log]").dataset.count) >= c, base + count, { timeout: 120000 });
  const ingest = Date.now() - t0;
  await sleep(1500);
  const cdp = await page.context().newCDPSession(page); await cdp.send("Performance.enable");
  const metrics = async () => Object.fromEntries((await cdp.send("Performance.getMetrics")).metrics.map((m) => [m.name, m.value]));
  const a = await metrics();
  const N = 100;
  for (let i = 0; i < N; i += 1) { say(i); await sleep(50); }
  await sleep(300);
  const b = await metrics();
  const per = (k) => ((b[k] - a[k]) * 1000 / N).toFixed(2);
  const dom = await page.evaluate(() => { const l = document.querySelector("[role=log]"); return { rows: l.querySelectorAll("[data-message]").length, elements: l.querySelectorAll("*").length, height: l.scrollHeight, h: l.clientHeight }; });
  const jump = await page.evaluate(async () => {
    const l = document.querySelector("[role=log]"); const frame = () => new Promise((r) => requestAnimationFrame(r));
    const out = [];
    for (const part of [0.5, 0.1, 0.9, 0.3]) {
      await frame(); const t = performance.now(); l.scrollTop = part * (l.scrollHeight - l.clientHeight);
      let n = 0; const top = l.getBoundingClientRect().top;
      const filled = () => [50, 300, 550].every((y) => [...l.querySelectorAll("[data-message]")].some((r) => { const q = r.getBoundingClientRect(); return q.top - top <= Math.min(y, l.clientHeight - 20) && q.bottom - top >= Math.min(y, l.clientHeight - 20); }));
      do { await frame(); n += 1; } while (!filled() && n < 60);
      out.push(`${n} fr ${(performance.now() - t).toFixed(0)} ms @${l.querySelector("[data-message]").dataset.message}`);
    }
    return out;
  });
  console.log(path.basename(dist), count, `ingest ${ingest} ms; a message: task ${per("TaskDuration")} script ${per("ScriptDuration")} layout ${per("LayoutDuration")} style ${per("RecalcStyleDuration")} ms; rows ${dom.rows} elements ${dom.elements} height ${dom.height}; jumps ${jump.join(", ")}`);
  other.close(); await page.close(); web.close();
}
await browser.close();
