//! Socket.IO packets to WebSocket messages.

use crate::json::Value;

use super::error::{EncodeError, wanted};
use super::event_name::{EventName, event_name};
use super::packet::{MAIN_NAMESPACE, Packet};
use super::placeholder::placeholders_fit;
use crate::wire::Message;

impl Packet {
    /// Encodes the packet: one text message, and then one binary message for each attachment. They must be sent in
    /// this order with nothing between them. Each still wants its Engine.IO frame.
    ///
    /// # Errors
    /// The app's fault: what the server's parser would refuse, it would answer by closing the connection without a
    /// reason. So it is refused here. A retry does not help.
    ///
    /// # Source
    /// Socket.IO protocol 5, "Packet encoding".
    pub fn encode(&self) -> Result<Vec<Message>, EncodeError> {
        let attachments = self.attachments();
        let mut text = String::new();
        text.push(self.digit());
        if let Some(attachments) = attachments {
            self.check_attachments(attachments)?;
            text.push_str(&attachments.len().to_string());
            text.push('-');
        }
        push_namespace(&mut text, self.namespace())?;
        if let Some(id) = self.ack_id() {
            text.push_str(&id.to_string());
        }
        self.push_payload(&mut text)?;
        let mut messages = vec![Message::Text(text)];
        messages.extend(
            attachments
                .into_iter()
                .flatten()
                .cloned()
                .map(Message::Binary),
        );
        Ok(messages)
    }

    fn digit(&self) -> char {
        match self {
            Self::Connect { .. } => '0',
            Self::Disconnect { .. } => '1',
            Self::Event { .. } => '2',
            Self::Ack { .. } => '3',
            Self::ConnectError { .. } => '4',
            Self::BinaryEvent { .. } => '5',
            Self::BinaryAck { .. } => '6',
        }
    }

    fn attachments(&self) -> Option<&[Vec<u8>]> {
        match self {
            Self::BinaryEvent { attachments, .. } | Self::BinaryAck { attachments, .. } => {
                Some(attachments)
            }
            _ => None,
        }
    }

    fn ack_id(&self) -> Option<u64> {
        match self {
            Self::Event { ack_id, .. } | Self::BinaryEvent { ack_id, .. } => *ack_id,
            Self::Ack { ack_id, .. } | Self::BinaryAck { ack_id, .. } => Some(*ack_id),
            _ => None,
        }
    }

    fn args(&self) -> &[Value] {
        match self {
            Self::Event { args, .. }
            | Self::Ack { args, .. }
            | Self::BinaryEvent { args, .. }
            | Self::BinaryAck { args, .. } => args,
            _ => &[],
        }
    }

    fn check_attachments(&self, attachments: &[Vec<u8>]) -> Result<(), EncodeError> {
        if attachments.is_empty() {
            return Err(EncodeError::NoAttachments);
        }
        if !placeholders_fit(self.args(), attachments.len()) {
            return Err(EncodeError::PlaceholderOutOfRange);
        }
        Ok(())
    }

    fn push_payload(&self, text: &mut String) -> Result<(), EncodeError> {
        match self {
            Self::Connect { data: None, .. }
            | Self::ConnectError { data: None, .. }
            | Self::Disconnect { .. } => {}
            Self::Connect {
                data: Some(data), ..
            } => {
                let fits = data.is_object();
                push_value(text, data, fits, wanted::OBJECT)?;
            }
            Self::ConnectError {
                data: Some(data), ..
            } => {
                let fits = data.is_object() || data.is_string();
                push_value(text, data, fits, wanted::TEXT_OR_OBJECT)?;
            }
            Self::Event { args, .. } | Self::BinaryEvent { args, .. } => {
                check_event_name(args)?;
                push_args(text, args);
            }
            Self::Ack { args, .. } | Self::BinaryAck { args, .. } => push_args(text, args),
        }
        Ok(())
    }
}

fn push_namespace(text: &mut String, namespace: &str) -> Result<(), EncodeError> {
    // A comma ends the namespace on the wire: the rest would be read as the packet.
    if !namespace.starts_with('/') || namespace.contains(',') {
        return Err(EncodeError::Namespace(namespace.to_owned()));
    }
    if namespace != MAIN_NAMESPACE {
        text.push_str(namespace);
        text.push(',');
    }
    Ok(())
}

fn check_event_name(args: &[Value]) -> Result<(), EncodeError> {
    match event_name(args) {
        EventName::Good => Ok(()),
        EventName::Reserved(name) => Err(EncodeError::ReservedEvent(name)),
        EventName::Missing => Err(EncodeError::Payload(wanted::EVENT)),
    }
}

fn push_value(
    text: &mut String,
    data: &Value,
    fits: bool,
    wanted: &'static str,
) -> Result<(), EncodeError> {
    if !fits {
        return Err(EncodeError::Payload(wanted));
    }
    text.push_str(&data.to_string());
    Ok(())
}

fn push_args(text: &mut String, args: &[Value]) {
    text.push('[');
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&arg.to_string());
    }
    text.push(']');
}

#[cfg(test)]
mod tests {
    use super::super::{RESERVED_EVENTS, placeholder};
    use super::*;
    use crate::json;

    fn event(namespace: &str, args: Vec<Value>) -> Packet {
        Packet::Event {
            namespace: namespace.to_owned(),
            ack_id: None,
            args,
        }
    }

    #[test]
    fn reserved_event_names_are_refused() {
        for name in RESERVED_EVENTS {
            let refused = event("/", vec![json!(name)]).encode();
            assert_eq!(refused, Err(EncodeError::ReservedEvent(name.to_owned())));
        }
        assert!(event("/", vec![json!("connected")]).encode().is_ok());
    }

    #[test]
    fn an_event_needs_a_name() {
        for args in [
            vec![],
            vec![Value::Null],
            vec![json!(true)],
            vec![json!({})],
        ] {
            assert_eq!(
                event("/", args).encode(),
                Err(EncodeError::Payload(wanted::EVENT))
            );
        }
        assert!(event("/", vec![json!(7)]).encode().is_ok());
    }

    #[test]
    fn a_namespace_that_would_change_the_packet_is_refused() {
        for namespace in ["", "admin", "/a,b", ",", "1/"] {
            let refused = event(namespace, vec![json!("x")]).encode();
            assert_eq!(refused, Err(EncodeError::Namespace(namespace.to_owned())));
        }
    }

    #[test]
    fn attachments_and_placeholders_must_fit() {
        let packet = |args, attachments| Packet::BinaryAck {
            namespace: "/".to_owned(),
            ack_id: 1,
            args,
            attachments,
        };
        assert_eq!(
            packet(vec![], vec![]).encode(),
            Err(EncodeError::NoAttachments)
        );
        let refused = packet(vec![placeholder(1)], vec![vec![0]]).encode();
        assert_eq!(refused, Err(EncodeError::PlaceholderOutOfRange));
        assert_eq!(
            packet(vec![placeholder(0)], vec![vec![0]])
                .encode()
                .map(|messages| messages.len()),
            Ok(2)
        );
    }

    #[test]
    fn connect_data_must_be_an_object() {
        let connect = |data| Packet::Connect {
            namespace: "/".to_owned(),
            data: Some(data),
        };
        assert_eq!(
            connect(json!(["token"])).encode(),
            Err(EncodeError::Payload(wanted::OBJECT))
        );
        assert!(connect(json!({ "token": "t" })).encode().is_ok());
    }
}
