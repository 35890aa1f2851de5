//! What can be wrong with a STOMP frame, by culprit: the server's (`DecodeError`) or the app's (`EncodeError`).

use std::fmt;

use super::command::Command;

/// Why bytes are no STOMP frame, or a frame does not say what it must. The server's fault, each time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The first line names no command of STOMP; as much of it as is worth showing.
    UnknownCommand(String),
    /// A header line without a colon, or without a name before it, or with a NUL in it.
    MalformedHeader,
    /// An escape that the version does not define; the header line.
    UndefinedEscape(String),
    /// A header that is not UTF-8.
    NotUtf8,
    /// A `content-length` that is no number of octets.
    ContentLength,
    /// No NUL where `content-length` says that the body ends.
    MissingNul,
    /// A frame that may have no body has one.
    BodyNotAllowed(Command),
    /// A frame is longer than the limit; the limit in bytes.
    FrameTooLarge(usize),
    /// A frame has more headers than the limit; the limit.
    TooManyHeaders(usize),
    /// A command or header line is longer than the limit; the limit in bytes.
    LineTooLong(usize),
    /// A frame lacks a header that it must have.
    MissingHeader(Command, &'static str),
    /// A header does not hold what it must; its name.
    InvalidHeader(&'static str),
    /// The server chose a version that was not offered, or is unknown.
    Version(String),
    /// A server sent a client's frame.
    NotFromServer(Command),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(line) => {
                write!(
                    f,
                    "\"{line}\" is no stomp command; check that this is a stomp server"
                )
            }
            Self::MalformedHeader => f.write_str("a stomp header is not of the form name:value"),
            Self::UndefinedEscape(line) => {
                write!(f, "the stomp header \"{line}\" holds an undefined escape")
            }
            Self::NotUtf8 => f.write_str("a stomp header is not utf-8"),
            Self::ContentLength => f.write_str("the stomp header content-length is no number"),
            Self::MissingNul => f.write_str("a stomp body is longer than its content-length"),
            Self::BodyNotAllowed(command) => write!(f, "a {command} frame must not have a body"),
            Self::FrameTooLarge(most) => {
                write!(
                    f,
                    "a stomp frame is longer than {most} bytes; raise the limit to take it"
                )
            }
            Self::TooManyHeaders(most) => {
                write!(
                    f,
                    "a stomp frame has more than {most} headers; raise the limit to take it"
                )
            }
            Self::LineTooLong(most) => {
                write!(
                    f,
                    "a stomp header is longer than {most} bytes; raise the limit to take it"
                )
            }
            Self::MissingHeader(command, name) => {
                write!(f, "a {command} frame lacks the header {name}")
            }
            Self::InvalidHeader(name) => {
                write!(f, "the stomp header {name} does not hold what it must")
            }
            Self::Version(version) => write!(
                f,
                "the server speaks stomp \"{version}\", which this client does not"
            ),
            Self::NotFromServer(command) => {
                write!(f, "the server sent {command}, a client's frame")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a frame cannot be sent. The app's fault, each time; nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A header holds a NUL, or a line break or colon that this version cannot escape; its name.
    Header(String),
    /// A header without a name.
    EmptyHeaderName,
    /// A frame that may have no body has one.
    BodyNotAllowed(Command),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(
                f,
                "the stomp header \"{name}\" holds a character that cannot be sent; remove it"
            ),
            Self::EmptyHeaderName => f.write_str("a stomp header needs a name"),
            Self::BodyNotAllowed(command) => {
                write!(f, "a {command} frame must not have a body; remove it")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_is_told_with_the_name_of_the_frame_or_the_header() {
        let words = [
            EncodeError::BodyNotAllowed(Command::Subscribe),
            EncodeError::Header("a".into()),
            EncodeError::EmptyHeaderName,
        ]
        .map(|error| error.to_string());
        assert_eq!(
            words[0],
            "a SUBSCRIBE frame must not have a body; remove it"
        );
        assert!(words[1].contains("\"a\"") && words[2].contains("name"));
    }
}
