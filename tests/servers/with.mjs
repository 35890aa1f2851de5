// Starts real servers for the browser tests of tests/web, then runs a command that finds their addresses in its environment:
// node tests/servers/with.mjs cargo test ...
// Their ports stay the same where they are free, so that nothing is compiled anew for another address.
import { spawn } from "node:child_process";
import net from "node:net";
import { constants } from "node:os";
import { listen } from "./base.mjs";
import { installed, start as startRabbitmq } from "./rabbitmq.mjs";
import { start as startSocketio } from "./socketio.mjs";

const PORTS = { socketio: 4192, stomp: 4193 };

const [program, ...words] = process.argv.slice(2);
const servers = [];
let code = 1;
try {
  const socketio = await keep(onPort(startSocketio, PORTS.socketio));
  const stomp = installed() ? await keep(onPort(startRabbitmq, PORTS.stomp)) : null;
  const env = { ...process.env, LEPTOS_CHAT_TEST_SOCKETIO: socketio.url, ...(stomp && { LEPTOS_CHAT_TEST_STOMP: stomp.url }) };
  code = await run(env);
} finally {
  for (const server of servers) await server.close();
}
process.exit(code);

async function keep(starting) {
  const server = await starting;
  servers.push(server);
  return server;
}

/** On this port where it is free, or on another. */
async function onPort(start, port) {
  const probe = net.createServer();
  const isFree = await listen(probe, port).then(
    () => true,
    () => false,
  );
  if (isFree) await new Promise((resolve) => probe.close(resolve));
  return start({ port: isFree ? port : 0 });
}

function run(env) {
  const child = spawn(program, words, { env, stdio: "inherit" });
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
