//! The text of one packet, cut into its parts.

use super::super::error::{DecodeError, wanted};
use super::super::event_name::{EventName, event_name};
use super::super::packet::{MAIN_NAMESPACE, Packet};
use crate::json::Value;

/// The text of a packet, cut into its parts.
pub(super) struct Head<'a> {
    kind: char,
    /// 0 where the type has none.
    pub(super) attachments: usize,
    namespace: &'a str,
    ack_id: Option<u64>,
    /// Empty where there is no payload.
    json: &'a str,
}

impl<'a> Head<'a> {
    pub(super) fn parse(text: &'a str, max_attachments: usize) -> Result<Self, DecodeError> {
        let mut chars = text.chars();
        let kind = chars.next().ok_or(DecodeError::Empty)?;
        let (attachments, rest) = match kind {
            '0'..='4' => (0, chars.as_str()),
            '5' | '6' => parse_attachments(chars.as_str(), max_attachments)?,
            other => return Err(DecodeError::UnknownType(other)),
        };
        let (namespace, rest) = parse_namespace(rest);
        // No payload starts with a digit: what stands before it is the id.
        let (digits, json) = split_digits(rest);
        let ack_id = match digits {
            "" => None,
            digits => Some(digits.parse().map_err(|_| DecodeError::AckId)?),
        };
        Ok(Self {
            kind,
            attachments,
            namespace,
            ack_id,
            json,
        })
    }

    /// The packet, with no attachments yet.
    pub(super) fn packet(&self) -> Result<Packet, DecodeError> {
        let namespace = self.namespace.to_owned();
        let (ack_id, attachments) = (self.ack_id, Vec::new());
        Ok(match self.kind {
            '0' => Packet::Connect {
                namespace,
                data: self.connect_data()?,
            },
            '1' => self.disconnect(namespace)?,
            '2' => Packet::Event {
                namespace,
                ack_id,
                args: self.event_args()?,
            },
            '3' => Packet::Ack {
                namespace,
                ack_id: self.required_ack_id()?,
                args: self.args(wanted::ARRAY)?,
            },
            '4' => Packet::ConnectError {
                namespace,
                data: self.connect_error_data()?,
            },
            '5' => Packet::BinaryEvent {
                namespace,
                ack_id,
                args: self.event_args()?,
                attachments,
            },
            _ => {
                let (ack_id, args) = (self.required_ack_id()?, self.args(wanted::ARRAY)?);
                Packet::BinaryAck {
                    namespace,
                    ack_id,
                    args,
                    attachments,
                }
            }
        })
    }

    fn required_ack_id(&self) -> Result<u64, DecodeError> {
        self.ack_id.ok_or(DecodeError::AckId)
    }

    fn value(&self) -> Result<Option<Value>, DecodeError> {
        if self.json.is_empty() {
            return Ok(None);
        }
        Value::parse(self.json)
            .map(Some)
            .map_err(|error| DecodeError::Json(error.to_string()))
    }

    fn connect_data(&self) -> Result<Option<Value>, DecodeError> {
        match self.value()? {
            Some(value) if !value.is_object() => Err(DecodeError::Payload(wanted::OBJECT)),
            data => Ok(data),
        }
    }

    fn connect_error_data(&self) -> Result<Option<Value>, DecodeError> {
        match self.value()? {
            None => Ok(None),
            // Before protocol 5 the reason was a bare text.
            Some(value) if value.is_object() || value.is_string() => Ok(Some(value)),
            Some(_) => Err(DecodeError::Payload(wanted::TEXT_OR_OBJECT)),
        }
    }

    fn disconnect(&self, namespace: String) -> Result<Packet, DecodeError> {
        if !self.json.is_empty() {
            return Err(DecodeError::Payload(wanted::NOTHING));
        }
        Ok(Packet::Disconnect { namespace })
    }

    fn event_args(&self) -> Result<Vec<Value>, DecodeError> {
        let args = self.args(wanted::EVENT)?;
        match event_name(&args) {
            EventName::Good => Ok(args),
            EventName::Reserved(name) => Err(DecodeError::ReservedEvent(name)),
            EventName::Missing => Err(DecodeError::Payload(wanted::EVENT)),
        }
    }

    fn args(&self, wanted: &'static str) -> Result<Vec<Value>, DecodeError> {
        match self.value()? {
            Some(Value::Array(args)) => Ok(args),
            _ => Err(DecodeError::Payload(wanted)),
        }
    }
}

/// `<n>-`, with `n` between 1 and `max`.
fn parse_attachments(text: &str, max: usize) -> Result<(usize, &str), DecodeError> {
    let (digits, rest) = split_digits(text);
    let rest = rest.strip_prefix('-').ok_or(DecodeError::Attachments)?;
    match digits.trim_start_matches('0') {
        "" => Err(DecodeError::Attachments),
        digits => match digits.parse() {
            Ok(count) if count <= max => Ok((count, rest)),
            _ => Err(DecodeError::TooManyAttachments(max)),
        },
    }
}

/// A namespace starts with a slash and ends at a comma, or with the packet: `40/admin` is as good as `40/admin,`.
fn parse_namespace(text: &str) -> (&str, &str) {
    if !text.starts_with('/') {
        return (MAIN_NAMESPACE, text);
    }
    text.split_once(',').unwrap_or((text, ""))
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::super::Decoder;
    use super::*;
    use crate::wire::Message;
    use crate::wire::socketio::RESERVED_EVENTS;

    fn decode(packet: &str) -> Result<Option<Packet>, DecodeError> {
        Decoder::default().decode(Message::Text(packet.to_owned()))
    }

    #[test]
    fn payloads_are_checked_by_type() {
        use DecodeError::{AckId, Payload};
        for (packet, error) in [
            ("0[]", Payload(wanted::OBJECT)),
            (r#"0/admin,"invalid""#, Payload(wanted::OBJECT)),
            ("0null", Payload(wanted::OBJECT)),
            ("1/admin,{}", Payload(wanted::NOTHING)),
            ("2", Payload(wanted::EVENT)),
            ("2[]", Payload(wanted::EVENT)),
            ("2/admin,{}", Payload(wanted::EVENT)),
            (r#"2[{"toString":"foo"}]"#, Payload(wanted::EVENT)),
            (r#"2[true,"foo"]"#, Payload(wanted::EVENT)),
            (r#"2[null,"bar"]"#, Payload(wanted::EVENT)),
            ("3", AckId),
            ("3[]", AckId),
            ("31", Payload(wanted::ARRAY)),
            ("31{}", Payload(wanted::ARRAY)),
            ("4[]", Payload(wanted::TEXT_OR_OBJECT)),
        ] {
            assert_eq!(decode(packet), Err(error), "{packet}");
        }
        assert!(matches!(
            decode(r#"442["some","data""#),
            Err(DecodeError::Json(_))
        ));
        assert!(matches!(
            decode(r#"2/admin,"invalid"#),
            Err(DecodeError::Json(_))
        ));
    }

    #[test]
    fn reserved_event_names_are_refused() {
        for name in RESERVED_EVENTS {
            let refused = decode(&format!("2[{name:?},\"123\"]"));
            assert_eq!(refused, Err(DecodeError::ReservedEvent(name.to_owned())));
        }
    }

    #[test]
    fn attachment_counts_are_checked() {
        for packet in [
            "5",
            "51",
            "5-[\"a\"]",
            "50-[\"a\"]",
            "500-[\"a\"]",
            "51.5-[\"a\"]",
            "5x-",
            "5 1-[\"a\"]",
        ] {
            assert_eq!(decode(packet), Err(DecodeError::Attachments), "{packet}");
        }
        for packet in ["5101-[\"a\"]", "599999999999999999999999-[\"a\"]"] {
            assert_eq!(
                decode(packet),
                Err(DecodeError::TooManyAttachments(100)),
                "{packet}"
            );
        }
        assert_eq!(decode("5100-[\"a\"]"), Ok(None));
    }

    #[test]
    fn ack_ids_are_whole_numbers_of_64_bits() {
        assert!(decode(r#"218446744073709551615["a"]"#).is_ok());
        assert_eq!(
            decode(r#"218446744073709551616["a"]"#),
            Err(DecodeError::AckId)
        );
        assert!(matches!(decode(r#"2-1["a"]"#), Err(DecodeError::Json(_))));
    }
}
