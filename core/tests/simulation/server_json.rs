//! The JSON server: a channel to everybody, or a relay to the others. And nonsense, as any server may send it.

use leptos_chat_core::wire::Message;
use serde_json::{Value, json};

use crate::fates::Copy;
use crate::link::End;
use crate::simulation::Simulation;

impl Simulation {
    pub fn json_hears(&mut self, l: usize, text: &str, relay: bool) {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return;
        };
        let is_message = value.get("text").is_some();
        if is_message && !self.read_chat(l, &value) {
            return;
        }
        if relay {
            return self.say_to_room(&text.into(), Some(l));
        }
        match value.get("type").and_then(Value::as_str) {
            Some("ping") => {
                let id = value.get("id").cloned().unwrap_or_default();
                self.say(
                    l,
                    json_bytes(&json!({"type": "pong", "id": id}).to_string()),
                );
            }
            _ if is_message => self.say_to_room(&json_bytes(text), None),
            _ => {}
        }
    }

    /// Reads a chat message, and writes it into the log. False where the server will not have it.
    pub fn read_chat(&mut self, l: usize, chat: &Value) -> bool {
        let text = chat.get("text").and_then(Value::as_str).unwrap_or_default();
        let copy = match chat.get("resent") == Some(&Value::Bool(true)) {
            true => Copy::Marked,
            false if chat.get("id").is_none() => Copy::Nameless,
            false => Copy::Original,
        };
        self.read_token(l, text, copy);
        true
    }

    /// Nonsense, as a broken server or a middle box sends it.
    pub fn garbage(&mut self, l: usize, which: u32) {
        if self.links[l].end != End::Open {
            return;
        }
        let kind = self.server.kind;
        let message: Message = match which {
            // Who finds the protocol out from the first words is told nothing but the truth.
            _ if self.setup.auto => r#"{"type":"typing"}"#.into(),
            0 => "{".into(),
            1 => vec![0xff, 0xfe, 0x00].into(),
            // A bare string would be a line, and would show how such a server is answered.
            2 => r#"{"type":"\ud800"}"#.into(),
            3 => "[".repeat(500).into(),
            4 => "".into(),
            5 => r#"{"type":"typing"}"#.into(),
            6 => format!(r#"{{"type":"{}"}}"#, "x".repeat(70_000)).into(),
            _ => "null".into(),
        };
        // Protocols with a state take a broken frame for what it is, and some end there; these are frames that they ignore.
        if kind.is_socketio() {
            return self.say(
                l,
                if which.is_multiple_of(2) {
                    "6"
                } else {
                    "42[\"other\",1]"
                }
                .into(),
            );
        }
        if kind.is_stomp() {
            return self.say(l, "\n".into());
        }
        self.say(l, message);
    }
}

/// Real channels send binary frames.
pub fn json_bytes(text: &str) -> Message {
    Message::Binary(text.as_bytes().to_vec())
}
