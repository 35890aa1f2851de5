//! Socket.IO protocol 5: packets inside Engine.IO message packets.
//!
//! `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`, and then, for the two binary types, one binary message per
//! attachment. [`Packet::encode`] makes the messages, [`Decoder`] puts them together again.
//!
//! **Attachments.** The arguments of a binary packet keep their placeholders, `{"_placeholder":true,"num":0}`, and the
//! bytes stand beside them; [`attachment`] joins the two. So an argument stays a plain JSON value, order is kept, bytes
//! are never copied or turned into text, and a short frame that names one large attachment a thousand times costs
//! nothing. In a packet without attachments such an object is ordinary data.

mod decode;
mod encode;
mod error;

pub use decode::Decoder;
pub use error::{DecodeError, EncodeError};

use crate::json::{Map, Value};

/// The namespace that is meant where a packet names none.
pub const MAIN_NAMESPACE: &str = "/";

/// Event names that mean something to the libraries themselves. No event carries one of them.
///
/// # Source
/// The reference parser, `RESERVED_EVENTS`.
pub const RESERVED_EVENTS: [&str; 6] = [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
];

/// One Socket.IO packet. A `namespace` starts with `/`; `/` itself is the main one and is not written on the wire.
///
/// ```
/// use leptos_chat_core::wire::{Message, socketio::Packet};
/// use leptos_chat_core::json;
///
/// let packet = Packet::Event {
///     namespace: "/".to_owned(),
///     ack_id: Some(12),
///     args: vec![json!("chat message"), json!("hello")],
/// };
/// assert_eq!(packet.encode()?, [Message::Text(r#"212["chat message","hello"]"#.to_owned())]);
/// # Ok::<(), leptos_chat_core::wire::socketio::EncodeError>(())
/// ```
///
/// # Source
/// Socket.IO protocol 5, "Packet encoding".
#[derive(Clone, Debug, PartialEq)]
pub enum Packet {
    /// `0`: asks for a namespace (client; `data` is the auth object) or grants it (server; `data` holds `sid`).
    Connect {
        /// The namespace.
        namespace: String,
        /// An object, or nothing.
        data: Option<Value>,
    },
    /// `1`: leaves the namespace. The WebSocket stays open.
    Disconnect {
        /// The namespace.
        namespace: String,
    },
    /// `2`: an event.
    Event {
        /// The namespace.
        namespace: String,
        /// Set where the sender asks for an acknowledgement.
        ack_id: Option<u64>,
        /// First the event's name, a text or a number, and then its arguments.
        args: Vec<Value>,
    },
    /// `3`: acknowledges an event.
    Ack {
        /// The namespace.
        namespace: String,
        /// The id of the event.
        ack_id: u64,
        /// The arguments of the answer; may be none.
        args: Vec<Value>,
    },
    /// `4`: the namespace is refused.
    ConnectError {
        /// The namespace.
        namespace: String,
        /// An object with a `message`, or a text (before protocol 5), or nothing.
        data: Option<Value>,
    },
    /// `5`: an event with attachments.
    BinaryEvent {
        /// The namespace.
        namespace: String,
        /// Set where the sender asks for an acknowledgement.
        ack_id: Option<u64>,
        /// As in `Event`, with a placeholder for each attachment.
        args: Vec<Value>,
        /// The attachments; at least one.
        attachments: Vec<Vec<u8>>,
    },
    /// `6`: an acknowledgement with attachments.
    BinaryAck {
        /// The namespace.
        namespace: String,
        /// The id of the event.
        ack_id: u64,
        /// As in `Ack`, with a placeholder for each attachment.
        args: Vec<Value>,
        /// The attachments; at least one.
        attachments: Vec<Vec<u8>>,
    },
}

impl Packet {
    /// The packet's namespace.
    pub fn namespace(&self) -> &str {
        match self {
            Self::Connect { namespace, .. }
            | Self::Disconnect { namespace }
            | Self::Event { namespace, .. }
            | Self::Ack { namespace, .. }
            | Self::ConnectError { namespace, .. }
            | Self::BinaryEvent { namespace, .. }
            | Self::BinaryAck { namespace, .. } => namespace,
        }
    }
}

/// The placeholder of the attachment at index `num`, to be put among a packet's arguments.
pub fn placeholder(num: usize) -> Value {
    let num = u64::try_from(num).unwrap_or(u64::MAX);
    Value::Object(Map::from_iter([
        ("_placeholder".to_owned(), true.into()),
        ("num".to_owned(), num.into()),
    ]))
}

/// The bytes that `value` stands for, if it is a placeholder and `attachments` has its number.
///
/// Only for the arguments of a binary packet: elsewhere a placeholder is ordinary data.
pub fn attachment<'a>(value: &Value, attachments: &'a [Vec<u8>]) -> Option<&'a [u8]> {
    let num = placeholder_num(value)?.as_u64()?;
    attachments
        .get(usize::try_from(num).ok()?)
        .map(Vec::as_slice)
}

/// The `num` member of a placeholder, whatever it holds; `None` where `value` is no placeholder.
fn placeholder_num(value: &Value) -> Option<&Value> {
    let marked = value.get("_placeholder") == Some(&Value::Bool(true));
    marked.then(|| value.get("num").unwrap_or(&Value::Null))
}

/// Whether each placeholder anywhere in `args` names one of `count` attachments.
fn placeholders_fit(args: &[Value], count: usize) -> bool {
    let mut open: Vec<&Value> = args.iter().collect();
    while let Some(value) = open.pop() {
        match (placeholder_num(value), value) {
            (Some(num), _) if num.as_u64().is_none_or(|num| num >= count as u64) => return false,
            (Some(_), _) => {}
            (None, Value::Array(items)) => open.extend(items),
            (None, Value::Object(fields)) => open.extend(fields.values()),
            (None, _) => {}
        }
    }
    true
}

/// The first argument of an event, or what is wrong with it.
enum EventName {
    Good,
    Reserved(String),
    Missing,
}

fn event_name(args: &[Value]) -> EventName {
    match args.first() {
        Some(Value::Number(_)) => EventName::Good,
        Some(Value::String(name)) if RESERVED_EVENTS.contains(&name.as_str()) => {
            EventName::Reserved(name.clone())
        }
        Some(Value::String(_)) => EventName::Good,
        _ => EventName::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_placeholder_finds_its_attachment() {
        let attachments = vec![vec![1], vec![2, 3]];
        assert_eq!(attachment(&placeholder(1), &attachments), Some(&[2, 3][..]));
        assert_eq!(attachment(&placeholder(2), &attachments), None);
        assert_eq!(attachment(&json!({ "num": 1 }), &attachments), None);
        assert_eq!(
            attachment(&json!({ "_placeholder": 1, "num": 1 }), &attachments),
            None
        );
        assert_eq!(attachment(&json!("num"), &attachments), None);
    }

    #[test]
    fn placeholders_are_found_at_any_depth() {
        let args = [json!("x"), json!({ "a": [{ "b": placeholder(2) }] })];
        assert!(placeholders_fit(&args, 3));
        assert!(!placeholders_fit(&args, 2));
        for num in [json!(-1), json!(0.5), json!("0"), Value::Null] {
            assert!(!placeholders_fit(
                &[json!({ "_placeholder": true, "num": num })],
                9
            ));
        }
        assert!(!placeholders_fit(&[json!({ "_placeholder": true })], 9));
    }
}
