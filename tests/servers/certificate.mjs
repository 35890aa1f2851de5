// A self-signed certificate for loopback, made on the spot and never written to disk.
import { generate } from "selfsigned";

let made;

/** `{ key, cert }` for `https.createServer`; the same pair during the whole run. */
export function certificate() {
  made ??= make();
  return made;
}

async function make() {
  const pems = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }, { type: 2, value: "localhost" }] }],
  });
  return { key: pems.private, cert: pems.cert };
}
