// What a program of WebAssembly is made of: sections, numbers, texts; read and written.

/** The program's sections, as [number, bytes]. */
export function* sections(wasm) {
  for (let place = 8; place < wasm.length; ) {
    const id = wasm[place];
    const [size, start] = number(wasm, place + 1);
    yield [id, wasm.subarray(start, start + size)];
    place = start + size;
  }
}

/** A number in LEB128, and the place after it. */
export function number(bytes, place) {
  for (let value = 0, shift = 0; ; shift += 7) {
    const byte = bytes[place++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, place];
  }
}

export function encoded(value) {
  const bytes = [];
  do {
    bytes.push((value % 128) | (value >= 128 ? 0x80 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(bytes);
}

export const vector = (items) => Buffer.concat([encoded(items.length), ...items]);
export const text = (words) => Buffer.concat([encoded(Buffer.byteLength(words)), Buffer.from(words)]);

export function readText(bytes, place) {
  const [size, start] = number(bytes, place);
  return [bytes.toString("utf8", start, start + size), start + size];
}

/** The place after the description of what is imported: a function, a table, a memory, a global or a tag. */
export function afterImport(bytes, place) {
  const kind = bytes[place++];
  if (kind === 0) return number(bytes, place)[1];
  if (kind === 3) return place + 2;
  if (kind === 4) return number(bytes, place + 1)[1];
  if (kind === 1) place++;
  const [flags, start] = number(bytes, place);
  const [, least] = number(bytes, start);
  return flags & 1 ? number(bytes, least)[1] : least;
}
