// Links to Spring Boot that end, and those that only seem to live: what was written arrives once.
import assert from "node:assert/strict";
import { CHAT, join, options, own, way } from "./spring.mjs";
import { test, until } from "./harness.mjs";

test(
  "a server that stops is replaced, and what was written while it was down arrives once",
  async (t) => {
    const there = await own(t, { heartbeat: 1000 });
    const chat = await join(t, `${there.url}/ws`, { protocol: "stomp", ...CHAT, heartbeat: "1" });
    await chat.send("before");
    await chat.waitMessage({ text: "before", delivery: "delivered", proof: "words" });
    there.freeze();
    await chat.waitState(["waiting", "connecting", "handshaking"], 15_000);
    there.thaw();
    await chat.waitOpen(30_000);
    await there.kill();
    await chat.waitState(["waiting", "connecting"]);
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    for (const text of lines) await chat.send(text);
    await there.start();
    await chat.waitOpen(40_000);
    await until(async () => (await there.stats()).received.length >= 20, "all lines at the server", 20_000);
    for (const text of lines) await chat.waitMessage({ text, author: "me", delivery: "delivered", proof: "words" }, 20_000);
    const { received } = await there.stats();
    assert.deepEqual([...received].sort(), [...lines].sort(), "all arrive, none twice");
  },
  options,
);

test(
  "a server without heart-beats that stops is found by the own line that stays away, and the line arrives once",
  async (t) => {
    const there = await own(t);
    const chat = await join(t, `${there.url}/ws`, { protocol: "stomp", ...CHAT });
    await chat.send("comes back");
    await chat.waitMessage({ text: "comes back", delivery: "delivered", proof: "words" });
    there.freeze();
    await chat.send("into the silence");
    await chat.waitState(["waiting", "connecting", "handshaking"], 25_000);
    there.thaw();
    await chat.waitOpen(40_000);
    await chat.send("over the next link");
    await chat.waitMessage({ text: "over the next link", delivery: "delivered", proof: "words" });
    const { received } = await there.stats();
    assert.deepEqual(received, ["comes back", "into the silence", "over the next link"]);
    assert.deepEqual(await chat.texts("me"), received, "each stands once");
    assert.deepEqual(await chat.texts("other"), []);
  },
  options,
);

test(
  "where SockJS's h is the only sign of life, its absence is noticed though nobody writes",
  async (t) => {
    const there = await own(t, { beat: 1000 });
    const { url } = await way(t, there, "framed", { base: "/ws" });
    const chat = await join(t, url, { protocol: "stomp", ...CHAT });
    // Three of them tell how far apart they come.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await chat.waitState("open");
    there.freeze();
    await chat.waitState(["waiting", "connecting", "handshaking"], 10_000);
    there.thaw();
    await chat.waitOpen(40_000);
  },
  options,
);
