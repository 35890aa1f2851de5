// What strangers may try, and what the page must keep to itself. Each threat of SECURITY.md that no other file covers.
import assert from "node:assert/strict";
import http from "node:http";
import { WebSocketServer } from "ws";
import { listen } from "../servers/base.mjs";
import { test, until } from "./harness.mjs";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const SECRETS = ["hunter2-password", "hunter2-token"];

/** Everything that a page leaves behind or shows to others. */
async function traces(chat) {
  const stored = await chat.page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookie: document.cookie,
    address: location.href,
    history: JSON.stringify(history.state),
    databases: (await indexedDB.databases?.()) ?? [],
    text: document.body.innerText,
    html: document.body.innerHTML,
  }));
  return { ...stored, console: chat.console, cookies: await chat.page.context().cookies() };
}

async function assertNoSecret(chat, when, secrets = SECRETS) {
  const left = await traces(chat);
  for (const [place, content] of Object.entries(left)) {
    const text = JSON.stringify(content);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${place} ${when}: ${text.slice(0, 600)}`);
  }
}

test("a token in the URL of the server stays in the form: it is not logged, stored or shown", async (t) => {
  const server = await t.start("relay");
  const chat = await t.open();
  await chat.connectByForm({ url: `${server.url}/room?token=hunter2-token`, protocol: "json", user: "ada" });
  await chat.waitOpen();
  assert.ok(chat.sockets.every(({ url }) => url.endsWith("?token=hunter2-token")), "the server gets it");
  await assertNoSecret(chat, "while it is open");
  await server.close();
  await chat.waitState("waiting");
  await chat.send("queued, and kept for a reload");
  await chat.waitMessage({ delivery: "queued" });
  // The browser itself names the URL that it could not reach, in its own console: that line is not ours.
  chat.console.splice(0, chat.console.length, ...chat.console.filter((line) => !line.startsWith("error: WebSocket connection to ")));
  await assertNoSecret(chat, "after the link was lost");
});

test("a password is not logged, stored or shown, and goes to the server it was typed for alone", async (t) => {
  const frames = { first: [], second: [] };
  const urls = {};
  for (const name of ["first", "second"]) {
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v12.stomp" });
    const server = http.createServer();
    server.on("upgrade", (request, socket, head) => sockets.handleUpgrade(request, socket, head, (client) => client.on("message", (data) => answer(client, data, frames[name]))));
    urls[name] = `ws://127.0.0.1:${await listen(server)}/stomp`;
    t.defer(() => {
      for (const client of sockets.clients) client.terminate();
      server.close();
    });
  }
  const chat = await t.open({ protocol: "stomp", login: "ada" });
  await chat.page.getByLabel("Password", { exact: true }).fill("hunter2-password");
  await chat.serverUrl.fill(urls.first);
  await chat.connectButton.click();
  await chat.waitOpen();
  assert.match(frames.first.join("\n"), /passcode:hunter2-password/);
  await chat.send("said");
  await assertNoSecret(chat, "after a login");
  await chat.connectByForm({ url: urls.second });
  await until(() => frames.second.length > 0, "a frame at the second server");
  await chat.waitOpen();
  assert.doesNotMatch(frames.second.join("\n"), /passcode|hunter2/);
  await assertNoSecret(chat, "after another server");
  await chat.page.reload();
  await chat.serverUrl.waitFor();
  await assertNoSecret(chat, "after a reload");
});

/** A broker that lets everybody in. */
function answer(client, data, frames) {
  frames.push(String(data));
  if (String(data).startsWith("CONNECT")) client.send("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
}

test("a password is not tried on a server that is no STOMP one", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({ protocol: "stomp", login: "ada" });
  await chat.page.getByLabel("Password", { exact: true }).fill("hunter2-password");
  await chat.connectByForm({ url: server.url, protocol: "json" });
  await chat.waitOpen();
  await chat.send("hello");
  await chat.waitMessage({ text: "hello", delivery: "delivered" });
  assert.ok(server.stats().received.every((text) => !text.includes("hunter2")));
});

test("a name cannot reorder its line, break it, or look like another's", async (t) => {
  const server = await t.start("relay");
  const eve = await t.person(server.url);
  const chat = await t.join(server.url, { user: "Ada" });
  await chat.send("the real one");
  const names = ["Ada", "Ada\u200b", "\u202eadA", "A\u2066d\u2069a", "Ada\ufeff", "Ada\n\nServer", "\u2067ليلى", "E".repeat(5000), "z\u0301".repeat(3) + "\u0301".repeat(900), "\u200e"];
  for (const [index, name] of names.entries()) eve.say(`line ${index}`, { user: name, id: `n${index}` });
  await chat.waitMessage({ text: `line ${names.length - 1}` });
  const rows = (await chat.messages()).filter(({ author }) => author !== "me");
  assert.deepEqual([...new Set(rows.map(({ author }) => author))], ["other"], "who has the own name is another one all the same");
  for (const { sender } of rows) {
    assert.doesNotMatch(sender, /[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\n\p{Cc}]/u, JSON.stringify(sender));
    assert.ok([...sender].length <= 70, `${sender.length} characters`);
  }
  assert.equal(rows.filter(({ sender }) => sender === "Ada").length, 1, "a hidden character makes another name, and it is seen");
  const isolated = await chat.page.locator("[data-sender]").evaluateAll((all) => all.every((node) => node.localName === "bdi" && /isolate|plaintext/.test(getComputedStyle(node).unicodeBidi)));
  assert.ok(isolated, "names are not isolated");
});

test("a text keeps its characters and leaves the rest of its row alone", async (t) => {
  const server = await t.start("relay");
  const eve = await t.person(server.url);
  const chat = await t.join(server.url);
  const texts = ["\u202ereversed", "\u2067\u2067\u2067open isolates", "zero\u200bwidth", "شكرا ok", "a" + "\u0301".repeat(2000)];
  for (const text of texts) eve.say(text, { user: "Eve" });
  eve.say("the last", { user: "Eve" });
  await chat.waitMessage({ text: "the last" });
  assert.deepEqual((await chat.texts("other")).slice(0, -1), texts);
  const rows = await chat.page.locator("[data-message]").evaluateAll((all) =>
    all.map((row) => {
      const text = row.querySelector("[data-text]");
      const time = row.querySelector("time");
      return { text: text.textContent.slice(0, 20), bidi: getComputedStyle(text).unicodeBidi, clips: getComputedStyle(text).overflowY, after: time.getBoundingClientRect().left >= text.getBoundingClientRect().right || time.getBoundingClientRect().top >= text.getBoundingClientRect().bottom - 1, digits: time.textContent };
    }),
  );
  for (const { text, bidi, clips, after, digits } of rows) {
    assert.match(bidi, /isolate|plaintext/, text);
    assert.equal(clips, "clip", text);
    assert.ok(after, `the time does not stand after ${JSON.stringify(text)}`);
    assert.match(digits, /^\d{1,2}:\d{2}/);
  }
});

test("a server's reason cannot reorder the status", async (t) => {
  const bench = await t.bench();
  const reason = encodeURIComponent("\u202eoops\n\u2066x");
  const chat = await t.open({ url: `${bench.url}/channel?fault=accept-close&code=4000&reason=${reason}`, protocol: "json", user: "ada" });
  const text = await until(async () => {
    const { text: shown } = await chat.status();
    return shown.includes("oops") && shown;
  }, "the server's words");
  assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\n]/u);
  assert.match(text, /Trying again/);
});

test("no address but one of a WebSocket is gone to, whoever gives it", async (t) => {
  for (const url of ["javascript:window.harmed=1", "data:text/html,x", "file:///etc/passwd", "ws:javascript:alert(1)", "ws://user:hunter2-password@127.0.0.1:1/"]) {
    const chat = await t.open({ url, user: "<img src=x onerror=window.harmed=1>", destination: "<b>x</b>", protocol: "stomp" });
    await chat.connectButton.click();
    await pause(300);
    assert.deepEqual(chat.sockets, [], url);
    assert.notEqual((await chat.complaint()).alert, "", `${url}: nothing is said`);
    const harm = await chat.page.evaluate(() => ({ harmed: window.harmed ?? false, elements: document.querySelectorAll("main img, form img, form b").length }));
    assert.deepEqual(harm, { harmed: false, elements: 0 }, url);
    const stored = JSON.stringify(await chat.page.evaluate(() => ({ ...localStorage })));
    assert.ok(!stored.includes("hunter2"), `${url} is in the storage`);
  }
});

test("a link to another server brings no remembered login and no password with it", async (t) => {
  const server = await t.start("channel");
  const chat = await t.open({ protocol: "auto", login: "ada" });
  await chat.page.getByLabel("Password", { exact: true }).fill("hunter2-password");
  await chat.connectByForm({ url: server.url, user: "Ada" });
  await chat.waitOpen();
  const again = await t.open({ url: `ws://chat.example:${server.port}/x`, protocol: "stomp" }, { like: chat });
  await again.page.locator("summary").click();
  for (const name of ["Login", "Password"]) assert.equal(await again.page.getByLabel(name, { exact: true }).inputValue(), "", name);
  assert.deepEqual(again.sockets, []);
});

test(
  "the page's policy lets no script in that is not its own, and the page keeps to it",
  async (t) => {
    const server = await t.start("channel");
    const chat = await t.join(server.url);
    await chat.send("within the policy");
    await chat.waitMessage({ text: "within the policy", delivery: "delivered" });
    const blocked = /Content.Security.Policy/i;
    assert.deepEqual(chat.console.filter((line) => blocked.test(line)), [], "the page broke its own policy");
    const stated = chat.page.locator("meta[http-equiv='Content-Security-Policy' i]");
    assert.equal(await stated.count(), 1, "the page has no policy: `cargo xtask build` puts it in, Trunk alone does not");
    const policy = await stated.getAttribute("content");
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /'unsafe-inline'|'unsafe-eval'|script-src[^;]*(https?:|\*|data:)/);
    await chat.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.harmed = 1";
      const image = document.createElement("div");
      image.innerHTML = "<img src='data:,x' onerror='window.harmed = 2'>";
      document.body.append(script, image);
    });
    await until(() => chat.console.some((line) => blocked.test(line)), "the browser's refusal");
    await pause(300);
    assert.equal(await chat.page.evaluate(() => window.harmed), undefined);
  },
  { allow: [/Content.Security.Policy/i] },
);
