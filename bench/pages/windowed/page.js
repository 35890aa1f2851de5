// Draws what is in view and a little more, once in a frame. Heights are guessed from those that were measured; rows are clones.
const query = new URLSearchParams(location.search);
const [log, before, rows, after, composer] = ["#log", "#before", "#rows", "#after", "#composer"].map((id) => document.querySelector(id));
const MORE = 5;
const messages = [];
const drawn = new Map();
let mean = 60;
let atEnd = true;
let asked = false;

const pattern = document.createElement("template");
pattern.innerHTML = '<div class="row"><span class="name"></span><p class="text"></p></div>';

function makeRow({ user, text }) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  row.firstElementChild.textContent = user;
  row.lastElementChild.textContent = text;
  return row;
}

/** The numbers of the first row to draw, and of the one after the last. */
function range() {
  const count = Math.ceil(log.clientHeight / mean) + 2 * MORE;
  const last = Math.max(0, messages.length - count);
  const first = atEnd ? last : Math.min(last, Math.max(0, Math.floor(log.scrollTop / mean) - MORE));
  return [first, Math.min(messages.length, first + count)];
}

function draw() {
  asked = false;
  const [first, end] = range();
  for (const [number, row] of drawn) {
    if (number >= first && number < end) continue;
    row.remove();
    drawn.delete(number);
  }
  for (let number = first, next = rows.firstElementChild; number < end; number += 1) {
    const row = drawn.get(number);
    if (row) next = row.nextElementSibling;
    else drawn.set(number, rows.insertBefore(makeRow(messages[number]), next));
  }
  before.style.height = `${first * mean}px`;
  after.style.height = `${(messages.length - end) * mean}px`;
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function ask() {
  if (!asked) requestAnimationFrame(draw);
  asked = true;
}

log.onscroll = () => {
  if (drawn.size > 0) mean = Math.max(20, Math.round(rows.offsetHeight / drawn.size / 10) * 10);
  const wasAtEnd = atEnd;
  atEnd = log.scrollHeight - log.clientHeight - log.scrollTop < 30;
  if (!atEnd || !wasAtEnd) ask();
};

const socket = new WebSocket(query.get("url"));
socket.onmessage = ({ data }) => {
  messages.push(JSON.parse(data));
  ask();
};

document.querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ id: crypto.randomUUID(), text: composer.value, user: query.get("user") }));
  composer.value = "";
};
