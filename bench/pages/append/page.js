// Appends a row a message, as it comes; goes to the end once in a frame.
const query = new URLSearchParams(location.search);
const log = document.querySelector("#log");
const composer = document.querySelector("#composer");
let asked = false;

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function toTheEnd() {
  asked = false;
  log.scrollTop = log.scrollHeight;
}

const socket = new WebSocket(query.get("url"));
socket.onmessage = ({ data }) => {
  const { text, user } = JSON.parse(data);
  const row = element("div", "row", "");
  row.append(element("span", "name", user), element("p", "text", text));
  log.append(row);
  if (!asked) requestAnimationFrame(toTheEnd);
  asked = true;
};

document.querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ id: crypto.randomUUID(), text: composer.value, user: query.get("user") }));
  composer.value = "";
};
