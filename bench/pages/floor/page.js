// Only counts: what no page that reads its messages can do for less.
const count = document.querySelector("#count");
const messages = [];
let asked = false;

function show() {
  asked = false;
  count.textContent = messages.length;
}

const socket = new WebSocket(new URLSearchParams(location.search).get("url"));
socket.onmessage = ({ data }) => {
  messages.push(JSON.parse(data));
  if (!asked) requestAnimationFrame(show);
  asked = true;
};
