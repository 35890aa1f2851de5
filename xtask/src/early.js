// The first of the page's scripts, before its styles: guesses whether a first chat will do without the rest of the program, and opens
// that chat's socket while the program comes: its round trips are over by then. finish.mjs puts this into the page.

/** The protocols of the first chats that the rest was parted by. */
const FIRST = ["auto", "json", "text"];
/** The page's own machine, by its usual names. */
const LOOPBACK = ["127.0.0.1", "localhost"];

/** Whether it is a WebSocket of the page's own host, or of its machine: else the person is asked first, or another protocol is tried. */
function isNear(text) {
  const [scheme, nothing, name] = text.split(/[/?#]/);
  const hosts = [name?.replace(/:\d*$/, ""), location.hostname];
  return /^wss?:$/.test(scheme) && nothing === "" && (hosts[0] === hosts[1] || hosts.every((host) => LOOPBACK.includes(host)));
}

/** Whether those chats' addresses had this. */
function isKnown([name, value]) {
  if (name === "url") return isNear(value);
  return name === "user" || name === "lang" || (name === "protocol" && FIRST.includes(value));
}

/** A socket, or nothing where the browser will not have it: the program will tell why. */
function open(url) {
  try {
    return new WebSocket(url);
  } catch {
    return undefined;
  }
}

const parameters = [...new URLSearchParams(location.search)];
const url = parameters.find(([name]) => name === "url")?.[1];
/** Whether the rest is needed at once. A wrong guess costs time alone. */
globalThis.asksForMore = !parameters.every(isKnown);
let socket = url && !asksForMore ? open(url) : undefined;
const heard = [];
if (socket) {
  socket.binaryType = "arraybuffer";
  socket.onopen = socket.onmessage = (event) => heard.push(event);
}

/** Gives the socket away, to the first who asks: to this address, or it is closed. See src/browser/socket.rs. */
globalThis.takeEarlySocket = (wanted) => {
  const taken = socket;
  socket = undefined;
  if (!taken) return undefined;
  taken.onopen = taken.onmessage = null;
  if (wanted !== url || taken.readyState > WebSocket.OPEN) return void taken.close();
  // By then the program listens, and nothing that is new has come.
  queueMicrotask(() => heard.forEach((event) => taken.dispatchEvent(event)));
  return taken;
};
