// Socket.IO's getting-started chat: node getting-started.mjs PORT STEP [FILE]
// Steps: 5 sends each line on to all, 6 recovers short losses, 7 keeps lines in SQLite (in FILE) and sends what a client missed after its
// `auth.serverOffset`, 8 knows a line that comes twice by its client's offset, and acknowledges.
import { createServer } from "node:http";
import express from "express";
import sqlite from "node-sqlite3-wasm";
import { Server } from "socket.io";

const [port, step, file] = process.argv.slice(2).map((word, index) => (index < 2 ? Number(word) : word));
const UNIQUE = /UNIQUE constraint/;

const server = createServer(express());
const io = new Server(server, { cors: { origin: true }, ...(step > 5 ? { connectionStateRecovery: {} } : {}) });
const db = step > 6 ? open(file) : null;

function open(name) {
  const database = new sqlite.Database(name);
  database.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, client_offset TEXT UNIQUE, content TEXT)");
  return database;
}

/** Throws on what SQLite cannot hold, as the tutorial's driver does. */
function insert(columns, ...values) {
  const marks = values.map(() => "?").join(", ");
  const known = values.map((value) => (value === undefined ? null : value));
  return db.run(`INSERT INTO messages (${columns}) VALUES (${marks})`, known).lastInsertRowid;
}

const handlers = {
  5: (msg) => void io.emit("chat message", msg),
  6: (msg) => void io.emit("chat message", msg),
  7: async (msg) => {
    let id;
    try {
      id = insert("content", msg);
    } catch {
      return;
    }
    io.emit("chat message", msg, id);
  },
  8: async (msg, clientOffset, callback) => {
    let id;
    try {
      id = insert("content, client_offset", msg, clientOffset);
    } catch (error) {
      if (UNIQUE.test(error.message)) callback();
      return;
    }
    io.emit("chat message", msg, id);
    callback();
  },
};

io.on("connection", async (socket) => {
  socket.on("chat message", handlers[step]);
  if (!db || socket.recovered) return;
  for (const row of db.all("SELECT id, content FROM messages WHERE id > ?", [socket.handshake.auth.serverOffset || 0])) {
    socket.emit("chat message", row.content, row.id);
  }
});

server.listen(port, "127.0.0.1");
