// Spring Boot's chats (tests/servers/spring), built by Maven once, and started in a process of their own.
// By hand: node tests/servers/spring.mjs --port 8080 [--profiles login] [--heartbeat 2000] [--relay 61613] [--ordered]
//          node tests/servers/spring.mjs --build   builds, where there is a JDK with Maven, and ends
//
// Paths: /gs-guide-websocket (the guide, bare), /gs-guide-sockjs (the same over SockJS), /ws (a chat over SockJS), /token (the same, with
// a token in CONNECT), /plain (a TextWebSocketHandler), /chat/<name> (a Jakarta endpoint). Profiles: csrf, login (ada, secret).
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runByHand } from "./by-hand.mjs";
import { killed } from "./spawn.mjs";

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL("./spring/", import.meta.url));
const JAR = path.join(FOLDER, "target/chat.jar");
/** Which sources the jar was made of. */
const STAMP = path.join(FOLDER, "target/made-of");
/** How long the server may take until it listens. */
const START_LIMIT = 60_000;
/** Started for seconds: no second compiler, no parallel collector, little memory. */
const JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-Xshare:auto"];

/** Why the server cannot be built here, or null. */
export function missing() {
  const onPath = (program) => process.env.PATH.split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
  const wanted = ["javac", "mvn"].filter((program) => !onPath(program));
  if (wanted.length === 0) return null;
  return `there is no ${wanted.join(" and no ")}: apt-get install openjdk-17-jdk-headless maven`;
}

let building = null;

/** Builds the jar unless it is made of these very sources already. `say` is told when Maven runs. */
export function build(say = console.error) {
  building ??= make(say).catch((error) => {
    building = null;
    throw error;
  });
  return building;
}

async function make(say) {
  const sources = await digest();
  const made = await readFile(STAMP, "utf8").catch(() => null);
  if (made === sources && existsSync(JAR)) return;
  if (made) say("building the Spring Boot server again, offline");
  else say("building the Spring Boot server with Maven (downloads about 60 MB, once)");
  const maven = (...words) => run("mvn", ["-B", "-q", ...words, "-f", FOLDER, "package"], { maxBuffer: 1 << 24 });
  await (made ? maven("-o").catch(() => maven()) : maven()).catch((error) => {
    throw new Error(`Maven could not build the Spring Boot server:\n${error.stdout}${error.stderr}`.slice(0, 4000));
  });
  await writeFile(STAMP, sources);
}

async function digest() {
  const entries = await readdir(path.join(FOLDER, "src"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  const hash = createHash("sha256");
  for (const file of [path.join(FOLDER, "pom.xml"), ...files.sort()]) hash.update(file.slice(FOLDER.length)).update(await readFile(file));
  return hash.digest("hex");
}

/**
 * `{ url, port, pid, stats(), expire(), freeze(), thaw(), kill(), restart(), close() }`; `url` is of http and has no path.
 * `profiles`: `csrf` or `login`; `heartbeat`: milliseconds; `beat`: the same of SockJS's `h`; `relay`: RabbitMQ's STOMP port; `ordered`: lines
 * keep their order.
 */
export async function start(options = {}) {
  const reason = missing();
  if (reason && options.build) console.log(`the tests at Spring Boot are left out: ${reason}`);
  else if (reason) throw new Error(reason);
  else await build();
  if (options.build) process.exit(0);
  const server = new Server(options);
  await server.start();
  return server;
}

class Server {
  #options;
  #process = null;
  #output = "";

  constructor({ port = 0, ...options }) {
    this.#options = options;
    this.port = Number(port);
    process.once("exit", () => this.#process?.kill("SIGKILL"));
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid() {
    return this.#process?.pid;
  }

  async start() {
    this.#output = "";
    const words = [...JVM, "-jar", JAR, `--server.port=${this.port}`, ...this.#words()];
    this.#process = spawn("java", words, { stdio: ["ignore", "pipe", "pipe"] });
    const listening = new Promise((resolve, reject) => {
      const look = (data) => {
        this.#output = (this.#output + data).slice(-4000);
        const found = /Tomcat started on port (\d+)/.exec(this.#output);
        if (found) resolve(Number(found[1]));
      };
      this.#process.stdout.on("data", look);
      this.#process.stderr.on("data", look);
      this.#process.once("error", reject);
      this.#process.once("exit", () => reject(new Error(`the Spring Boot server ended at its start:\n${this.#output}`)));
      setTimeout(() => reject(new Error(`the Spring Boot server did not listen:\n${this.#output}`)), START_LIMIT).unref();
    });
    try {
      this.port = await listening;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  #words() {
    const { profiles, heartbeat, beat, relay, ordered } = this.#options;
    return [
      profiles && `--spring.profiles.active=${profiles}`,
      heartbeat && `--chat.heartbeat=${heartbeat}`,
      beat && `--chat.beat=${beat}`,
      relay && `--chat.relay=${relay}`,
      ordered && "--chat.ordered=true",
    ].filter(Boolean);
  }

  /** `{ received, connections }`: the lines that its methods got, in their order, and how many STOMP sessions there ever were. */
  async stats() {
    return (await fetch(`${this.url}/control/stats`)).json();
  }

  /** Ends every login at once. */
  async expire() {
    await fetch(`${this.url}/control/expire`, { method: "POST" });
  }

  /** SIGSTOP: connections stay and nothing is answered any more. */
  freeze() {
    this.#process.kill("SIGSTOP");
  }

  thaw() {
    this.#process.kill("SIGCONT");
  }

  async kill() {
    if (this.#process) await killed(this.#process);
  }

  /** Dies and comes back on its port, with the same options. */
  async restart() {
    await this.kill();
    await this.start();
  }

  close() {
    return this.kill();
  }
}

await runByHand(import.meta.url, start);
