// Starts the page's program, whose rest comes later; together, where the page's address asks for what a first chat does without.
// finish.mjs puts this into the built script.
import init from "glue";
import { fetchAhead, fetchRest } from "rest";

/** The protocols of the first chats that the rest was parted by. */
const FIRST = ["auto", "json", "text"];

/** Whether it is a WebSocket of the page's own host or machine: else the person is asked first, or another protocol is tried. */
function isNear(text) {
  const [scheme, , host] = text.split(/[/?#]/);
  return /^wss?:$/.test(scheme) && [location.hostname, "127.0.0.1", "localhost"].includes(host?.replace(/:\d*$/, ""));
}

/** Whether those chats' addresses had this. */
function isKnown([name, value]) {
  if (name === "url") return isNear(value);
  return name === "user" || name === "lang" || (name === "protocol" && FIRST.includes(value));
}

/** Whether the rest is needed at once. A guess: a wrong one costs time alone. */
const asksForMore = () => ![...new URLSearchParams(location.search)].every(isKnown);

export default async function start(given) {
  if (asksForMore()) await fetchRest();
  await init(given);
  fetchAhead();
}
