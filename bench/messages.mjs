// What is said: the same for each page, of one line to some.
const WORDS = "the quick brown fox jumps over the lazy dog and finds a chat where others talk about the weather of last week".split(" ");
const LENGTHS = [3, 8, 5, 30, 12, 1, 60, 7, 18, 90, 4, 22, 9, 45, 2, 14];
const USERS = ["ada", "bob", "cleo", "dan", "eve", "fay", "gus"];

/** The message with this number. Its text begins with it. */
export function message(number) {
  const length = LENGTHS[number % LENGTHS.length];
  const words = Array.from({ length }, (_, place) => WORDS[(number + place) % WORDS.length]);
  return { id: `m${number}`, text: `${number} ${words.join(" ")}`, user: USERS[(number >> 1) % USERS.length] };
}
