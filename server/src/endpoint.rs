//! The three dialects, as plain functions: what each endpoint greets with, and what it does with a message.

use axum::extract::ws::Message;
use serde_json::{Value, json};

use crate::log::Log;

/// A longer message is no word to the channel itself, so it is not parsed.
const LONGEST_WORD: usize = 1024;

/// One of the places a client can connect to; also the name of its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Channel,
    Relay,
    Echo,
}

/// What to do with a message that came in.
#[derive(Debug, PartialEq)]
pub(crate) enum Reaction {
    /// The log takes it, and it goes to all.
    Record(Message),
    /// The log tells the sender what it missed.
    Missed(Value),
    ToOthers(Message),
    ToSender(Message),
    Nothing,
}

impl Endpoint {
    /// What a new client hears first.
    pub(crate) fn greeting(self, log: &Log) -> Option<Message> {
        match self {
            Self::Channel => Some(log.greeting()),
            Self::Relay => None,
            Self::Echo => Some(Message::text("Hi there, I am a server")),
        }
    }

    /// Decides about a text or binary message.
    pub(crate) fn react(self, message: Message) -> Reaction {
        match self {
            Self::Channel => match word(&message) {
                Some(Word::Ping(pong)) => Reaction::ToSender(binary_json(&pong)),
                Some(Word::Pong) => Reaction::Nothing,
                Some(Word::Resume(asked)) => Reaction::Missed(asked),
                None => Reaction::Record(message),
            },
            Self::Relay => Reaction::ToOthers(self.framed(message)),
            Self::Echo => Reaction::ToSender(match message {
                Message::Text(text) => Message::text(format!("Hello, you sent -> {text}")),
                other => other,
            }),
        }
    }

    /// The same content as the kind of frame that this room speaks.
    pub(crate) fn framed(self, message: Message) -> Message {
        match (self, message) {
            (Self::Channel, message) => Message::Binary(message.into_data()),
            (Self::Relay, Message::Binary(bytes)) => {
                Message::text(String::from_utf8_lossy(&bytes).into_owned())
            }
            (_, message) => message,
        }
    }
}

/// What a client says to the channel itself.
enum Word {
    Ping(Value),
    Pong,
    Resume(Value),
}

/// Recognises `{"type":"ping"}`, `{"type":"pong"}` and `{"type":"resume"}`; what carries a `text` is something a person said.
fn word(message: &Message) -> Option<Word> {
    let bytes: &[u8] = match message {
        Message::Text(text) => text.as_bytes(),
        Message::Binary(bytes) => bytes,
        _ => return None,
    };
    if bytes.len() > LONGEST_WORD {
        return None;
    }
    let value: Value = serde_json::from_slice(bytes).ok()?;
    if value.get("text").is_some() {
        return None;
    }
    match value.get("type")?.as_str()? {
        "ping" => Some(Word::Ping(match value.get("id") {
            Some(id) => json!({ "type": "pong", "id": id }),
            None => json!({ "type": "pong" }),
        })),
        "pong" => Some(Word::Pong),
        "resume" => Some(Word::Resume(value)),
        _ => None,
    }
}

fn binary_json(value: &Value) -> Message {
    Message::binary(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channel_takes_whatever_came() {
        for said in [
            "{ \"text\" : \"hi\\ud83d\\ude00\" }",
            "not json",
            "",
            "{\"text\":\"\\ud800\"}",
            "{\"type\":1}",
        ] {
            let reaction = Endpoint::Channel.react(Message::text(said));
            assert_eq!(reaction, Reaction::Record(Message::text(said)), "{said}");
        }
        let bytes = vec![0xff, 0x00];
        let reaction = Endpoint::Channel.react(Message::binary(bytes.clone()));
        assert_eq!(reaction, Reaction::Record(Message::binary(bytes)));
    }

    #[test]
    fn channel_answers_a_ping_to_the_sender_alone_and_drops_a_pong() {
        let pong = |said| Endpoint::Channel.react(Message::text(said));
        assert_eq!(
            pong(r#"{"type":"ping"}"#),
            Reaction::ToSender(Message::binary(r#"{"type":"pong"}"#))
        );
        let Reaction::ToSender(Message::Binary(answer)) = pong(r#"{"id":[7],"type":"ping"}"#)
        else {
            panic!("no answer to the sender");
        };
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer, json!({ "type": "pong", "id": [7] }));
        assert_eq!(pong(r#"{"type":"pong","id":7}"#), Reaction::Nothing);
        let binary = Endpoint::Channel.react(Message::binary(r#"{"type":"ping"}"#));
        assert!(matches!(binary, Reaction::ToSender(_)));
    }

    #[test]
    fn channel_takes_a_ping_with_text_for_something_said() {
        let said = r#"{"type":"ping","text":"anyone?"}"#;
        assert!(matches!(
            Endpoint::Channel.react(Message::text(said)),
            Reaction::Record(_)
        ));
    }

    #[test]
    fn relay_sends_everything_to_the_others_as_text() {
        let ping = r#"{"type":"ping"}"#;
        assert_eq!(
            Endpoint::Relay.react(Message::text(ping)),
            Reaction::ToOthers(Message::text(ping))
        );
        assert_eq!(
            Endpoint::Relay.react(Message::binary("hi")),
            Reaction::ToOthers(Message::text("hi"))
        );
        let broken = Endpoint::Relay.react(Message::binary(vec![b'a', 0xff]));
        assert_eq!(broken, Reaction::ToOthers(Message::text("a\u{fffd}")));
    }

    #[test]
    fn echo_answers_text_with_text_and_binary_with_binary() {
        let answer = Endpoint::Echo.react(Message::text("ping"));
        assert_eq!(
            answer,
            Reaction::ToSender(Message::text("Hello, you sent -> ping"))
        );
        let answer = Endpoint::Echo.react(Message::binary(vec![1, 2]));
        assert_eq!(answer, Reaction::ToSender(Message::binary(vec![1, 2])));
    }

    #[test]
    fn channel_and_echo_greet_and_relay_does_not() {
        let log = Log::new();
        let Some(Message::Binary(greeting)) = Endpoint::Channel.greeting(&log) else {
            panic!("the channel greets with a binary frame");
        };
        let greeting: Value = serde_json::from_slice(&greeting).unwrap();
        assert_eq!(greeting["system"], true);
        assert!(greeting["text"].is_string());
        assert_eq!(
            Endpoint::Echo.greeting(&log),
            Some(Message::text("Hi there, I am a server"))
        );
        assert_eq!(Endpoint::Relay.greeting(&log), None);
    }
}
