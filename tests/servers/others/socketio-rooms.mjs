// The usual Socket.IO tutorial of a chat with rooms: node socketio-rooms.mjs PORT
// `joinRoom` with a name and a room; `chatMessage` is a string; `message` is `{ username, text, time }`, and goes to everybody in the room,
// its sender too. A bot greets. Who writes without having joined ends the server: the tutorial looks the user up and finds none.
import { createServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

const server = createServer(express());
const io = new Server(server, { cors: { origin: true } });
const BOT = "Chat Bot";
const users = new Map();

const format = (username, text) => ({ username, text, time: new Date().toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" }) });
const tellWhoIsThere = (room) => io.to(room).emit("roomUsers", { room, users: [...users.values()].filter((user) => user.room === room) });

io.on("connection", (socket) => {
  socket.on("joinRoom", ({ username, room }) => {
    users.set(socket.id, { id: socket.id, username, room });
    socket.join(room);
    socket.emit("message", format(BOT, "Welcome to the chat!"));
    socket.broadcast.to(room).emit("message", format(BOT, `${username} has joined the chat`));
    tellWhoIsThere(room);
  });
  socket.on("chatMessage", (msg) => {
    const user = users.get(socket.id);
    io.to(user.room).emit("message", format(user.username, msg));
  });
  socket.on("disconnect", () => {
    const user = users.get(socket.id);
    if (!user) return;
    users.delete(socket.id);
    io.to(user.room).emit("message", format(BOT, `${user.username} has left the chat`));
    tellWhoIsThere(user.room);
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1");
