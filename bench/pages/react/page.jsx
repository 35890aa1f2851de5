// React, as the documentation of react-use-websocket and react-virtuoso puts it: the last message is an effect's, the list is windowed.
import { memo, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import useWebSocket from "react-use-websocket";
import { Virtuoso } from "react-virtuoso";

const query = new URLSearchParams(location.search);

const Row = memo(({ message }) => (
  <div className="row">
    <span className="name">{message.user}</span>
    <p className="text">{message.text}</p>
  </div>
));

function Composer({ send }) {
  const [text, setText] = useState("");
  const submit = (event) => {
    event.preventDefault();
    send({ id: crypto.randomUUID(), text, user: query.get("user") });
    setText("");
  };
  return (
    <form onSubmit={submit}>
      <input id="composer" placeholder="Message" autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
    </form>
  );
}

function Chat() {
  const [messages, setMessages] = useState([]);
  const { lastJsonMessage, sendJsonMessage } = useWebSocket(query.get("url"));
  useEffect(() => {
    if (lastJsonMessage !== null) setMessages((before) => before.concat(lastJsonMessage));
  }, [lastJsonMessage]);
  return (
    <>
      <Virtuoso id="log" data={messages} followOutput={() => "auto"} itemContent={(_, message) => <Row message={message} />} />
      <Composer send={sendJsonMessage} />
    </>
  );
}

createRoot(document.querySelector("#app")).render(<Chat />);
