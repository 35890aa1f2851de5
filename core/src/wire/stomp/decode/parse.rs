//! The lines of a STOMP frame, once they are cut out of the stream.

use super::super::command::Command;
use super::super::encoding::Encoding;
use super::super::error::DecodeError;
use super::super::frame::Frame;

/// Refuses at once what cannot become a command, for another kind of server may never send an end of line.
pub(super) fn check_command(unread: &[u8]) -> Result<(), DecodeError> {
    let possible = |name: &[u8]| match unread.strip_prefix(name) {
        Some(rest) => matches!(rest, [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..]),
        None => name.starts_with(unread),
    };
    let mut names = Command::ALL
        .iter()
        .map(|command| command.as_str().as_bytes());
    if unread == b"\r" || names.any(possible) {
        Ok(())
    } else {
        Err(DecodeError::UnknownCommand(excerpt(unread)))
    }
}

pub(super) fn command(line: &[u8]) -> Result<Command, DecodeError> {
    Command::parse(line).ok_or_else(|| DecodeError::UnknownCommand(excerpt(line)))
}

/// The name and value of a header line, unescaped.
pub(super) fn header(
    line: Vec<u8>,
    command: Command,
    encoding: Encoding,
) -> Result<(String, String), DecodeError> {
    let line = String::from_utf8(line).map_err(|_| DecodeError::NotUtf8)?;
    // Only the first colon counts: CONNECTED, 1.0 and some servers leave those in the value as they are.
    let (name, value) = line.split_once(':').ok_or(DecodeError::MalformedHeader)?;
    if name.is_empty() {
        return Err(DecodeError::MalformedHeader);
    }
    let escapes = encoding.escapes(command);
    match (escapes.unescape(name), escapes.unescape(value)) {
        (Some(name), Some(value)) => Ok((name.into_owned(), value.into_owned())),
        // ERROR ends the connection anyway, and a server that refuses our version cannot know how to escape. Its
        // reason is worth more than its form.
        _ if command == Command::Error => Ok((name.to_owned(), value.to_owned())),
        _ => Err(DecodeError::UndefinedEscape(excerpt(line.as_bytes()))),
    }
}

pub(super) fn content_length(frame: &Frame) -> Result<Option<usize>, DecodeError> {
    let Some(value) = frame.headers.get("content-length") else {
        return Ok(None);
    };
    // 1.0 servers pad values with a space. The header keeps it; the number does not need it.
    let digits = value.trim_matches(' ');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DecodeError::ContentLength);
    }
    // What does not fit is longer than any limit.
    Ok(Some(digits.parse().unwrap_or(usize::MAX)))
}

/// The start of the first line of `bytes`, for an error's text.
fn excerpt(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(100)];
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
    String::from_utf8_lossy(line).into_owned()
}
