//! The packets, as both sides see them.

use crate::json::Value;

/// The namespace that is meant where a packet names none.
pub const MAIN_NAMESPACE: &str = "/";

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
