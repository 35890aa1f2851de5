// Starts the page's program, whose rest comes later; together, where the page's address asks for what a first chat does without.
// finish.mjs puts this into the built script.
import init from "glue";
import { fetchAhead, fetchRest } from "rest";

/** How long the program may take to ask for the socket that early.js has opened, in milliseconds. */
const PATIENCE = 3000;

export default async function start(given) {
  try {
    if (asksForMore) await fetchRest();
    await init(given);
    fetchAhead();
  } finally {
    setTimeout(takeEarlySocket, PATIENCE);
  }
}
