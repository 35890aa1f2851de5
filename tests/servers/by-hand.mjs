// Runs a server module from the command line (`node relay.mjs --port 3000 --tls`), and as a child of spawn.mjs.
import { pathToFileURL } from "node:url";

/** `["--port", "3000", "--to-all"]` -> `{ port: "3000", toAll: true }` */
export function optionsFrom(words) {
  const options = {};
  for (let i = 0; i < words.length; i += 1) {
    const name = words[i].replace(/^--/, "").replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    const hasValue = i + 1 < words.length && !words[i + 1].startsWith("--");
    options[name] = hasValue ? words[(i += 1)] : true;
  }
  return options;
}

/** Starts the module if it is the program itself and not an import. */
export async function runByHand(moduleUrl, start) {
  if (!process.argv[1] || moduleUrl !== pathToFileURL(process.argv[1]).href) return;
  if (process.send) return serveParent(start);
  const handle = await start(optionsFrom(process.argv.slice(2)));
  console.log(`listening on ${handle.url}`);
  const leave = async () => {
    await handle.close();
    process.exit(0);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
}

/** A child: its options come as the first argument in JSON; the parent then calls the handle's functions by name. */
async function serveParent(start) {
  const handle = await start(JSON.parse(process.argv[2] ?? "{}"));
  process.on("disconnect", () => process.exit(0));
  process.on("message", async ({ id, call, args }) => {
    const result = await handle[call](...args);
    process.send({ id, result: result === undefined ? null : result });
  });
  process.send({ ready: true, url: handle.url, port: handle.port });
}
