// Puts the functions of a program of WebAssembly in an order in which like stands beside like: it is compressed better. In what
// order they stand changes nothing else.
import { afterImport, encoded, number, readText, sections, text, vector } from "./wasm.mjs";

/** So many bytes in a row are one sign of a function. */
const SIGN = 5;
/** What stands in more functions than these says nothing of any. */
const COMMON = 200;

/** The program with names by which wasm-opt, told to sort by them, brings like together. */
export function inLikeOrder(wasm) {
  const parts = [...sections(wasm)];
  const of = (wanted) => parts.find(([id]) => id === wanted)[1];
  const first = importedFunctions(of(2));
  const names = alike(bodies(of(10))).map((index, place) => [first + index, String(place).padStart(6, "0")]);
  names.sort(([one], [other]) => one - other);
  const functions = vector(names.map(([index, name]) => Buffer.concat([encoded(index), text(name)])));
  const section = Buffer.concat([text("name"), Buffer.from([1]), encoded(functions.length), functions]);
  return Buffer.concat([wasm, Buffer.from([0]), encoded(section.length), section]);
}

/** How many functions are imported: those have the first numbers. */
export function importedFunctions(bytes) {
  let [count, place] = number(bytes, 0);
  let functions = 0;
  while (count-- > 0) {
    const [, name] = readText(bytes, place);
    const [, kind] = readText(bytes, name);
    if (bytes[kind] === 0) functions++;
    place = afterImport(bytes, kind);
  }
  return functions;
}

export function bodies(bytes) {
  let [count, place] = number(bytes, 0);
  const found = [];
  while (count-- > 0) {
    const [size, start] = number(bytes, place);
    place = start + size;
    found.push(bytes.subarray(start, place));
  }
  return found;
}

/** The functions' numbers: each behind the one that it is most like, of those that were left. */
function alike(bodies) {
  const signs = bodies.map(signsOf);
  const having = new Map();
  for (const [index, own] of signs.entries()) {
    for (const sign of own) having.get(sign)?.push(index) ?? having.set(sign, [index]);
  }
  const left = new Set(bodies.keys());
  const order = [];
  for (let next = largest(bodies); next !== undefined; next = mostLike(signs, having, left, next) ?? left.values().next().value) {
    left.delete(next);
    order.push(next);
  }
  return order;
}

function signsOf(body) {
  const text = body.toString("latin1");
  const signs = new Set();
  for (let place = 0; place + SIGN <= text.length; place++) signs.add(text.slice(place, place + SIGN));
  return signs;
}

function largest(bodies) {
  const sizes = bodies.map((body) => body.length);
  return sizes.length === 0 ? undefined : sizes.indexOf(Math.max(...sizes));
}

/** The function, of those that are left, with the most that is rare elsewhere and stands in this one too, for its size. */
function mostLike(signs, having, left, index) {
  const shared = new Map();
  for (const sign of signs[index]) {
    const others = having.get(sign);
    if (others.length >= COMMON) continue;
    for (const other of others) if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + 1 / others.length);
  }
  let best, most = 0;
  for (const [other, amount] of shared) {
    const likeness = amount / Math.sqrt(signs[other].size + signs[index].size);
    if (likeness > most) [best, most] = [other, likeness];
  }
  return best;
}
