// The marks that a program makes of what it does, in its memory, and what is done on both pages and apps to have it make them.

import { person } from "../servers/person.mjs";

/** How many times slower than here the processors are at which it is tried: moments decide what is called. */
export const SLOWER = [1, 1, 6];

/** Has this page's processor run so many times slower. */
export async function slowDown(page, rate) {
  const tools = await page.context().newCDPSession(page);
  await tools.send("Emulation.setCPUThrottlingRate", { rate });
}

/** Keeps what the page's program offers, its memory too. */
export async function keepPrograms(page) {
  await page.addInitScript(() => {
    window.programs = [];
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const original = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await original.apply(WebAssembly, given);
        window.programs.push((made.instance ?? made).exports);
        return made;
      };
    }
  });
}

/** So many marks from there on, a byte each. */
const marksOf = (page, first, count) =>
  page.evaluate(
    ([first, count]) => {
      const memory = Object.values(window.programs[0]).find((offered) => offered instanceof WebAssembly.Memory);
      return Array.from(new Uint8Array(memory.buffer, first, count));
    },
    [first, count],
  );

/** A page that is left can wait for nothing, nor fetch: what it does then has to be there. */
export const leaveAndComeBack = (page) =>
  page.evaluate(() => {
    const look = (visibility) => {
      Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
      Object.defineProperty(document, "hidden", { value: visibility === "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    dispatchEvent(new Event("beforeunload", { cancelable: true }));
    dispatchEvent(new PageTransitionEvent("pagehide"));
    look("hidden");
    dispatchEvent(new PageTransitionEvent("pageshow"));
    look("visible");
  });

/** The marks of one page more. */
export async function addMarks(marks, page, first) {
  for (const [index, mark] of (await marksOf(page, first, marks.length)).entries()) marks[index] |= mark;
}

/** More than a view holds. */
const LINES = 40;
/** The last of the lines that `sayLines` says. */
export const LAST_LINE = `line ${LINES - 1}`;

/** Somebody is there, tells the last lines, and says more: whoever comes meets that first, so that what shows it has to be there. */
export async function sayLines(url) {
  const said = (user, number, text) => ({ id: String(number), user, text, time: Date.now() });
  const long = "a line that is longer than the list is wide ".repeat(12);
  const [first, ...history] = ["hello", "大家晚上好", "one\ntwo", long].map((text, number) => said(number % 2 ? "bob" : "eve", number, text));
  const many = Array.from({ length: LINES }, (_, number) => said("bob", 100 + number, `line ${number}`));
  const other = await person(url);
  for (const frame of [first, { type: "history", messages: history }, ...many]) other.send(JSON.stringify(frame));
  other.socket.close();
}
