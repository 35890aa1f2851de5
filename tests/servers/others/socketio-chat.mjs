// Socket.IO's `chat` example: node socketio-chat.mjs PORT
// `add user` says who one is; `new message` is a string, and goes to the others with the name beside it.
import { createServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

const server = createServer(express());
const io = new Server(server, { cors: { origin: true } });
let numUsers = 0;

io.on("connection", (socket) => {
  let addedUser = false;
  const tell = (event, words = {}) => socket.broadcast.emit(event, { username: socket.username, ...words });
  socket.on("new message", (data) => tell("new message", { message: data }));
  socket.on("add user", (username) => {
    if (addedUser) return;
    socket.username = username;
    numUsers += 1;
    addedUser = true;
    socket.emit("login", { numUsers });
    tell("user joined", { numUsers });
  });
  socket.on("typing", () => tell("typing"));
  socket.on("stop typing", () => tell("stop typing"));
  socket.on("disconnect", () => {
    if (!addedUser) return;
    numUsers -= 1;
    tell("user left", { numUsers });
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1");
