// A slow link: a proxy that hands on bytes late, and not more of them a second than the link carries.
import net from "node:net";

/** 1.6 Mbit/s, with 150 ms for a round trip: Lighthouse's "slow 4G". */
export const SLOW = { bytesPerMs: 200, roundTrip: 150 };
/** What is sent at once on such a link: less than two of Ethernet's packets. */
const PIECE = 2_800;

/** `{ port, close() }` of a link to a port of this machine. */
export async function startSlowLink(target, { bytesPerMs, roundTrip } = SLOW) {
  const open = new Set();
  /** When the link has carried what is on it. All connections share it. */
  let free = 0;
  const server = net.createServer((near) => {
    const far = net.connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true).on("error", () => {}).on("close", () => open.delete(socket));
    }
    // The first bytes come a round trip late: a connection is made by one.
    const made = performance.now() + roundTrip;
    near.on("data", (data) => setTimeout(() => far.writable && far.write(data), Math.max(made - performance.now(), 0) + roundTrip / 2));
    far.on("data", (data) => {
      for (let at = 0; at < data.length; at += PIECE) {
        const piece = data.subarray(at, at + PIECE);
        free = Math.max(free, performance.now()) + piece.length / bytesPerMs;
        setTimeout(() => near.writable && near.write(piece), free - performance.now() + roundTrip / 2);
      }
    });
    near.on("close", () => far.destroy());
    far.on("close", () => setTimeout(() => near.end(), roundTrip));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () => {
      open.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}
