// Who may talk at Spring Boot: a token in CONNECT, CSRF, and a login by cookie that ends. What the page says of each.
import assert from "node:assert/strict";
import { options, own, server, words } from "./spring.mjs";
import { test, until } from "./harness.mjs";

const PUBLIC = { protocol: "stomp", user: "ada", destination: "/topic/public" };
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** The page is closed, says these words once, and does not try again. */
async function isRefused(chat, told) {
  await chat.waitState("closed");
  const all = await words(chat);
  assert.equal(all.match(new RegExp(told, "g"))?.length, 1, all);
  assert.match(all, /Check the login, the token and the other settings/, "what to do");
  const before = chat.sockets.length;
  await pause(1500);
  assert.equal(chat.sockets.length, before, "a refused CONNECT is not tried again");
}

test(
  "a token that is missing is told once, in the server's words, and with it the chat opens",
  async (t) => {
    const there = await server();
    const chat = await t.open({ url: `${there.url}/token`, ...PUBLIC });
    await isRefused(chat, "Invalid token");
    await chat.page.getByLabel("Header of CONNECT").fill("Authorization: Bearer secret");
    await chat.connectButton.click();
    await chat.waitOpen();
    assert.doesNotMatch(chat.page.url(), /secret/);
  },
  options,
);

test(
  "CSRF: a CONNECT without the session's token is refused once, in the server's words, and with it the chat opens",
  async (t) => {
    const there = await own(t, { profiles: "csrf" });
    const chat = await t.open({ user: "ada" });
    // The page's own server would tell it; here it comes with the session's cookie.
    const answer = await chat.page.context().request.get(`${there.url}/control/csrf`);
    const { header, token } = await answer.json();
    await chat.page.goto(`${new URL(chat.page.url()).origin}/?${new URLSearchParams({ url: `${there.url}/ws`, ...PUBLIC })}`);
    await isRefused(chat, "Failed to send message");
    await chat.page.getByLabel("Header of CONNECT").fill(`${header}: ${token}`);
    await chat.connectButton.click();
    await chat.waitOpen();
    assert.ok(!chat.page.url().includes(token));
  },
  { ...options, allow: [/Failed to load resource|blocked by CORS/] },
);

test(
  "a login by cookie: without it the page says that a login may be wanted, with it the chat opens, and its end is told and not retried",
  async (t) => {
    const there = await own(t, { profiles: "login" });
    const parameters = { url: `${there.url}/ws`, ...PUBLIC };
    const chat = await t.open(parameters);
    // A browser shows the same for a login page as for a server that refuses this origin.
    await until(async () => /refuses this page .* or want a login/.test(await words(chat)), "the page's guess");
    await chat.page.context().request.post(`${there.url}/login`, { form: { username: "ada", password: "secret" } });
    await chat.page.goto(`${new URL(chat.page.url()).origin}/?${new URLSearchParams(parameters)}`);
    await chat.waitOpen();
    await there.expire();
    await chat.waitState("closed");
    assert.match(await words(chat), /session that has ended|1008/);
  },
  { ...options, allow: [/Failed to load resource|blocked by CORS/] },
);

