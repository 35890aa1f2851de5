//! STOMP frames to bytes.

use super::encoding::Encoding;
use super::error::EncodeError;
use super::escape::HeaderPart;
use super::frame::Frame;
use crate::wire::Message;

const CONTENT_LENGTH: &str = "content-length";

impl Frame {
    /// Encodes the frame with its NUL. Where there is a body, the right `content-length` is written, and any other is
    /// left out.
    ///
    /// # Errors
    /// The app's fault: a header that this version cannot write, or a body where none may be. A retry does not help.
    ///
    /// # Source
    /// STOMP 1.2, "Augmented BNF" and "Value Encoding".
    pub fn encode(&self, encoding: Encoding) -> Result<Vec<u8>, EncodeError> {
        if !self.body.is_empty() && !self.command.may_have_body() {
            return Err(EncodeError::BodyNotAllowed(self.command));
        }
        let mut bytes = Vec::with_capacity(64 + self.body.len());
        bytes.extend(self.command.as_str().bytes());
        bytes.push(b'\n');
        // One that the app set may be wrong, and the receiver would cut the frame where it says.
        for (name, value) in self
            .headers
            .iter()
            .filter(|(name, _)| *name != CONTENT_LENGTH)
        {
            self.push_header(&mut bytes, encoding, name, value)?;
        }
        // Without it a body ends at its first NUL (STOMP 1.2, "Standard Headers").
        if !self.body.is_empty() {
            self.push_header(
                &mut bytes,
                encoding,
                CONTENT_LENGTH,
                &self.body.len().to_string(),
            )?;
        }
        bytes.push(b'\n');
        bytes.extend(&self.body);
        bytes.push(b'\0');
        Ok(bytes)
    }

    /// Encodes the frame as one WebSocket message: text where the body is UTF-8, else binary.
    ///
    /// # Errors
    /// As [`Frame::encode`].
    pub fn to_message(&self, encoding: Encoding) -> Result<Message, EncodeError> {
        let bytes = self.encode(encoding)?;
        // A text message has to be UTF-8 (RFC 6455, 5.6). Brokers read both kinds alike.
        Ok(String::from_utf8(bytes)
            .map_or_else(|error| Message::Binary(error.into_bytes()), Message::Text))
    }

    fn push_header(
        &self,
        bytes: &mut Vec<u8>,
        encoding: Encoding,
        name: &str,
        value: &str,
    ) -> Result<(), EncodeError> {
        // The grammar wants at least one octet before the colon.
        if name.is_empty() {
            return Err(EncodeError::EmptyHeaderName);
        }
        let escapes = encoding.escapes(self.command);
        let mut fits = escapes.push_escaped(bytes, name, HeaderPart::Name);
        bytes.push(b':');
        fits &= escapes.push_escaped(bytes, value, HeaderPart::Value);
        bytes.push(b'\n');
        if fits {
            Ok(())
        } else {
            Err(EncodeError::Header(name.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Version};
    use super::*;

    fn encode(frame: &Frame, encoding: Encoding) -> Result<String, EncodeError> {
        frame
            .encode(encoding)
            .map(|bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn connect_is_escaped_only_where_the_server_unescapes_it() {
        let frame = Frame::new(Command::Connect).header("passcode", r"a\b:c");
        let plain = Encoding::default();
        assert_eq!(
            encode(&frame, plain).as_deref(),
            Ok("CONNECT\npasscode:a\\b:c\n\n\0")
        );
        let escaping = Encoding {
            escape_connect: true,
            ..plain
        };
        assert_eq!(
            encode(&frame, escaping).as_deref(),
            Ok("CONNECT\npasscode:a\\\\b\\cc\n\n\0")
        );
    }

    #[test]
    fn no_header_can_smuggle_in_another() {
        let login = Frame::new(Command::Connect).header("login", "a\npasscode:b");
        assert_eq!(
            encode(&login, Encoding::default()),
            Err(EncodeError::Header("login".to_owned()))
        );
        let sent = Frame::new(Command::Send).header("destination", "/a\n\nbody\0");
        assert!(encode(&sent, Encoding::default()).is_err());
        let old = Encoding {
            version: Version::V1_0,
            escape_connect: false,
        };
        assert!(encode(&Frame::new(Command::Send).header("a:b", "c"), old).is_err());
        assert!(encode(&Frame::new(Command::Send).header("a", "b:c"), old).is_ok());
        assert_eq!(
            encode(&Frame::new(Command::Send).header("", "c"), old),
            Err(EncodeError::EmptyHeaderName)
        );
    }

    #[test]
    fn the_content_length_is_always_right() {
        let mut frame = Frame::new(Command::Send).header("content-length", "99");
        assert_eq!(
            encode(&frame, Encoding::default()).as_deref(),
            Ok("SEND\n\n\0")
        );
        frame.body = "\u{e9}\0".into();
        assert_eq!(
            encode(&frame, Encoding::default()).as_deref(),
            Ok("SEND\ncontent-length:3\n\n\u{e9}\0\0")
        );
    }

    #[test]
    fn only_three_commands_have_a_body() {
        for command in Command::ALL {
            let frame = Frame {
                body: vec![b'x'],
                ..Frame::new(command)
            };
            let allowed = ["SEND", "MESSAGE", "ERROR"].contains(&command.as_str());
            assert_eq!(
                frame.encode(Encoding::default()).is_ok(),
                allowed,
                "{command}"
            );
        }
    }

    #[test]
    fn a_body_that_is_no_text_goes_as_a_binary_message() {
        let frame = Frame {
            body: vec![0xff],
            ..Frame::new(Command::Send)
        };
        assert!(matches!(
            frame.to_message(Encoding::default()),
            Ok(Message::Binary(_))
        ));
        assert!(matches!(
            Frame::new(Command::Send).to_message(Encoding::default()),
            Ok(Message::Text(_))
        ));
    }
}
