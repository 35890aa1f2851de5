//! Engine.IO protocol 4, the layer under Socket.IO, on its websocket transport.
//!
//! One packet is one WebSocket message. A text message is one digit, the packet's type, and then its data. A binary
//! message is the bare payload of a message packet.

use std::fmt;
use std::time::Duration;

use crate::json::{Map, Value};

use crate::time::millis;
use crate::wire::Message;

/// One Engine.IO packet.
///
/// ```
/// use leptos_chat_core::wire::{Message, engineio::Packet};
///
/// let packet = Packet::decode(&Message::Text("2".into()))?;
/// assert_eq!(packet, Packet::Ping(String::new()));
/// assert_eq!(Packet::Pong(String::new()).encode(), Message::Text("3".into()));
/// # Ok::<(), leptos_chat_core::wire::engineio::DecodeError>(())
/// ```
///
/// # Source
/// Engine.IO protocol 4, "Protocol".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// `0`: the server's first packet. A client sends nothing before it.
    Open(Handshake),
    /// `1`: the transport is to be closed.
    Close,
    /// `2`: sent by the *server*; a client that pings is disconnected. The data is empty, save for a probe.
    Ping(String),
    /// `3`: the client's answer, with the data of the ping.
    Pong(String),
    /// `4`, or a binary message: what the layer above sent.
    Message(Message),
    /// `5`: ends an upgrade from polling. A client that started with websocket ignores it.
    Upgrade,
    /// `6`: nothing.
    Noop,
}

impl Packet {
    /// Decodes one WebSocket message.
    ///
    /// What follows the digit of a close, upgrade or noop packet is ignored, as the reference does.
    ///
    /// # Errors
    /// The server's fault: an empty message, an unknown type, or a broken handshake. A retry does not help.
    pub fn decode(message: &Message) -> Result<Self, DecodeError> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Ok(Self::Message(message.clone())),
        };
        let mut rest = text.chars();
        let digit = rest.next().ok_or(DecodeError::Empty)?;
        let data = rest.as_str();
        Ok(match digit {
            '0' => Self::Open(Handshake::decode(data)?),
            '1' => Self::Close,
            '2' => Self::Ping(data.to_owned()),
            '3' => Self::Pong(data.to_owned()),
            '4' => Self::Message(Message::Text(data.to_owned())),
            '5' => Self::Upgrade,
            '6' => Self::Noop,
            other => return Err(DecodeError::UnknownType(other)),
        })
    }

    /// Encodes the packet as one WebSocket message.
    pub fn encode(&self) -> Message {
        let (digit, data) = match self {
            Self::Open(handshake) => ("0", handshake.encode()),
            Self::Close => ("1", String::new()),
            Self::Ping(data) => return prefixed("2", data),
            Self::Pong(data) => return prefixed("3", data),
            Self::Message(Message::Text(text)) => return prefixed("4", text),
            // On WebSocket a binary message is its packet, with no type in front (protocol 4, "Packet encoding").
            Self::Message(binary) => return binary.clone(),
            Self::Upgrade => ("5", String::new()),
            Self::Noop => ("6", String::new()),
        };
        prefixed(digit, &data)
    }
}

fn prefixed(digit: &str, data: &str) -> Message {
    Message::Text([digit, data].concat())
}

/// What the server says first: who we are to it, and its heartbeat.
///
/// # Source
/// Engine.IO protocol 4, "Handshake".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The session's id.
    pub sid: String,
    /// The transports the server would upgrade to. Empty on websocket.
    pub upgrades: Vec<String>,
    /// The server pings this often.
    pub ping_interval: Duration,
    /// The server waits this long for each pong.
    pub ping_timeout: Duration,
    /// The longest payload in bytes that the server takes; `None` where it does not say (servers before 4.1).
    pub max_payload: Option<u64>,
}

impl Handshake {
    /// The link is dead when nothing came for this long: the sum of interval and timeout.
    ///
    /// # Source
    /// Engine.IO protocol 4, "Heartbeat".
    pub fn silence_limit(&self) -> Duration {
        self.ping_interval.saturating_add(self.ping_timeout)
    }

    fn decode(json: &str) -> Result<Self, DecodeError> {
        let value = Value::parse(json).map_err(|error| DecodeError::Json(error.to_string()))?;
        let fields = value
            .as_object()
            .ok_or(DecodeError::Handshake("it is no object"))?;
        let sid = fields
            .get("sid")
            .and_then(Value::as_str)
            .filter(|sid| !sid.is_empty());
        Ok(Self {
            sid: sid
                .ok_or(DecodeError::Handshake("`sid` is no text"))?
                .to_owned(),
            upgrades: strings(fields.get("upgrades")),
            ping_interval: milliseconds(fields, "pingInterval").ok_or(DecodeError::Handshake(
                "`pingInterval` is no number of milliseconds",
            ))?,
            ping_timeout: milliseconds(fields, "pingTimeout").ok_or(DecodeError::Handshake(
                "`pingTimeout` is no number of milliseconds",
            ))?,
            max_payload: fields.get("maxPayload").and_then(Value::as_u64),
        })
    }

    fn encode(&self) -> String {
        let mut fields = Map::new();
        fields.insert("sid".to_owned(), self.sid.as_str().into());
        fields.insert("upgrades".to_owned(), self.upgrades.clone().into());
        fields.insert("pingInterval".to_owned(), millis(self.ping_interval).into());
        fields.insert("pingTimeout".to_owned(), millis(self.ping_timeout).into());
        if let Some(bytes) = self.max_payload {
            fields.insert("maxPayload".to_owned(), bytes.into());
        }
        Value::Object(fields).to_string()
    }
}

/// The texts of an array; anything else counts as none, for no client depends on them here.
fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn milliseconds(fields: &Map, name: &str) -> Option<Duration> {
    let number = fields.get(name)?;
    // JavaScript has one kind of number: 25000.0 and 2.5e4 are as good as 25000.
    number.as_number()?.whole().map(Duration::from_millis)
}

/// Why a message is no Engine.IO packet. The server's fault, each time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A text message with nothing in it.
    Empty,
    /// The first character is none of the seven types.
    UnknownType(char),
    /// The open packet's data is no JSON; the parser's words.
    Json(String),
    /// The open packet lacks something; what.
    Handshake(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty engine.io packet"),
            Self::UnknownType(other) => {
                write!(
                    f,
                    "no engine.io packet starts with '{other}'; check that this is a socket.io server"
                )
            }
            Self::Json(reason) => write!(f, "the engine.io handshake is no valid json: {reason}"),
            Self::Handshake(what) => write!(f, "the engine.io handshake is incomplete: {what}"),
        }
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<Packet, DecodeError> {
        Packet::decode(&Message::Text(text.to_owned()))
    }

    #[test]
    fn unknown_and_missing_optional_fields_are_accepted() {
        let text =
            r#"0{"sid":"a","pingInterval":25000.0,"pingTimeout":2e4,"new":[1],"upgrades":"?"}"#;
        let Ok(Packet::Open(handshake)) = decode(text) else {
            panic!("an open packet")
        };
        assert_eq!(handshake.ping_interval, Duration::from_secs(25));
        assert_eq!(handshake.silence_limit(), Duration::from_secs(45));
        assert_eq!((handshake.upgrades.len(), handshake.max_payload), (0, None));
    }

    #[test]
    fn broken_handshakes_say_what_is_wrong() {
        for (text, words) in [
            ("0", "json"),
            ("0[]", "object"),
            (r#"0{"pingInterval":1,"pingTimeout":1}"#, "sid"),
            (r#"0{"sid":"","pingInterval":1,"pingTimeout":1}"#, "sid"),
            (
                r#"0{"sid":"a","pingInterval":-1,"pingTimeout":1}"#,
                "pingInterval",
            ),
            (
                r#"0{"sid":"a","pingInterval":1,"pingTimeout":"1"}"#,
                "pingTimeout",
            ),
            (
                r#"0{"sid":"a","pingInterval":1,"pingTimeout":1e300}"#,
                "pingTimeout",
            ),
        ] {
            let reason = decode(text).expect_err(text).to_string();
            assert!(reason.contains(words), "{reason}");
        }
    }

    #[test]
    fn a_duration_that_no_timer_holds_does_not_overflow() {
        let text = format!(
            r#"0{{"sid":"a","pingInterval":{0},"pingTimeout":{0}}}"#,
            u64::MAX
        );
        let Ok(Packet::Open(handshake)) = decode(&text) else {
            panic!("an open packet")
        };
        assert!(handshake.silence_limit() > handshake.ping_interval);
    }

    #[test]
    fn what_is_no_packet_is_an_error() {
        assert_eq!(decode(""), Err(DecodeError::Empty));
        assert_eq!(decode("7"), Err(DecodeError::UnknownType('7')));
        assert_eq!(decode("bAQID"), Err(DecodeError::UnknownType('b')));
        assert_eq!(
            decode("\u{1f600}"),
            Err(DecodeError::UnknownType('\u{1f600}'))
        );
    }
}
