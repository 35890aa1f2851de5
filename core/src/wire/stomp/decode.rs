//! A stream of bytes to STOMP frames: frames may be cut anywhere, or come several at once.

mod parse;

use super::command::Command;
use super::encoding::Encoding;
use super::error::DecodeError;
use super::frame::Frame;
use super::version::Version;
use crate::wire::Message;

/// What comes out of a [`Decoder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole frame.
    Frame(Frame),
    /// One or more ends of line with no frame around them, at the start of a WebSocket message.
    HeartBeat,
}

/// How much a [`Decoder`] takes before it calls a frame an error. It holds no more than `max_frame` and the message
/// that it was just given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The length of a frame, from its command to its NUL, in bytes. Default: 16 MiB.
    pub max_frame: usize,
    /// The headers of a frame, repeated ones too. Default: 256.
    pub max_headers: usize,
    /// The length of a header line in bytes. Default: 64 KiB.
    pub max_line: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: 16 << 20,
            max_headers: 256,
            max_line: 64 << 10,
        }
    }
}

/// Reads the frames of one connection. Each connection has its own.
///
/// Give it each WebSocket message, and then poll until it has no more. A CONNECTED frame sets the version for all that
/// comes after it. An end of line is LF or CRLF in every version, as RabbitMQ and Spring have it. In a text message a
/// `content-length` that is too small is taken for one that counts characters: the body then ends at the next NUL.
///
/// ```
/// use leptos_chat_core::wire::{Message, stomp::{Decoder, Event}};
///
/// let mut decoder = Decoder::default();
/// decoder.handle_message(&Message::Text("RECEIPT\nreceipt-id:7".to_owned()));
/// assert_eq!(decoder.poll_event()?, None);
/// decoder.handle_message(&Message::Text("7\n\n\0\n".to_owned()));
/// let Some(Event::Frame(frame)) = decoder.poll_event()? else { panic!("a frame") };
/// assert_eq!(frame.headers.get("receipt-id"), Some("77"));
/// assert_eq!(decoder.poll_event()?, None);
/// # Ok::<(), leptos_chat_core::wire::stomp::DecodeError>(())
/// ```
///
/// # Source
/// STOMP 1.2, "Augmented BNF".
#[derive(Debug, Default)]
pub struct Decoder {
    encoding: Encoding,
    limits: Limits,
    buffer: Vec<u8>,
    /// Where the unread part of `buffer` starts.
    start: usize,
    /// How far `buffer` was searched for the end of what is being read: no byte is looked at twice.
    searched: usize,
    /// The bytes of the current frame before `start`.
    consumed: usize,
    step: Step,
    /// No frame has begun in this WebSocket message: an end of line is a heart-beat.
    fresh: bool,
    /// What is being read came in text messages alone.
    text: bool,
    /// Set where the caller gave more than it polled.
    overflowed: bool,
}

/// What is read next.
#[derive(Debug, Default)]
enum Step {
    #[default]
    Command,
    Headers(Frame),
    /// With the `content-length`, where there is one.
    Body(Frame, Option<usize>),
}

/// What one step gave: an event, or the next step, or the wish for more bytes.
enum Progress {
    Event(Event),
    Step(Step),
    Starved(Step),
}

impl Decoder {
    /// A decoder for `encoding`, with `limits`.
    pub fn new(encoding: Encoding, limits: Limits) -> Self {
        Self {
            encoding,
            limits,
            ..Self::default()
        }
    }

    /// How the server's headers are read now, and how ours are to be written.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Takes one WebSocket message. Text and binary ones are alike, and may cut a character in two.
    ///
    /// Poll until there is nothing more before the next one.
    pub fn handle_message(&mut self, message: &Message) {
        let bytes = match message {
            Message::Text(text) => text.as_bytes(),
            Message::Binary(bytes) => bytes,
        };
        self.compact();
        if self.buffer.len() > self.limits.max_frame {
            self.reset();
            self.overflowed = true;
        }
        self.fresh = matches!(self.step, Step::Command);
        self.text = matches!(message, Message::Text(_)) && (self.fresh || self.text);
        self.buffer.extend(bytes);
    }

    /// The next frame or heart-beat, if there is one.
    ///
    /// # Errors
    /// The server's fault. All bytes so far are dropped, save where only the frame's content was wrong
    /// ([`DecodeError::BodyNotAllowed`]); reading goes on with the next WebSocket message. By the specification the
    /// connection is to be closed.
    pub fn poll_event(&mut self) -> Result<Option<Event>, DecodeError> {
        if std::mem::take(&mut self.overflowed) {
            return Err(DecodeError::FrameTooLarge(self.limits.max_frame));
        }
        loop {
            let progress = match std::mem::take(&mut self.step) {
                Step::Command => self.read_command(),
                Step::Headers(frame) => self.read_header(frame),
                Step::Body(frame, length) => self.read_body(frame, length),
            };
            match progress {
                Ok(Progress::Event(event)) => return Ok(Some(event)),
                Ok(Progress::Step(step)) => self.step = step,
                Ok(Progress::Starved(step)) => {
                    self.step = step;
                    return Ok(None);
                }
                // Here the end of the frame is known, so the stream is still in step.
                Err(error @ DecodeError::BodyNotAllowed(_)) => return Err(error),
                Err(error) => {
                    self.reset();
                    return Err(error);
                }
            }
        }
    }

    /// Forgets what was read. A large buffer is given back.
    fn reset(&mut self) {
        self.step = Step::Command;
        self.start = self.buffer.len();
        self.compact();
    }

    fn compact(&mut self) {
        /// What a buffer may keep for the next message.
        const SMALL: usize = 64 << 10;
        self.buffer.drain(..self.start);
        self.searched = self
            .searched
            .saturating_sub(self.start)
            .min(self.buffer.len());
        self.start = 0;
        if self.buffer.is_empty() {
            self.buffer.shrink_to(SMALL);
        }
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    fn advance(&mut self, count: usize) {
        self.start += count;
        self.searched = self.start;
        self.consumed += count;
    }

    fn read_command(&mut self) -> Result<Progress, DecodeError> {
        if self.skip_line_ends() && self.fresh {
            return Ok(Progress::Event(Event::HeartBeat));
        }
        self.consumed = 0;
        parse::check_command(self.unread())?;
        let Some(line) = self.read_line()? else {
            return Ok(Progress::Starved(Step::Command));
        };
        let command = parse::command(&line)?;
        self.fresh = false;
        Ok(Progress::Step(Step::Headers(Frame::new(command))))
    }

    /// Whether there was at least one.
    fn skip_line_ends(&mut self) -> bool {
        let before = self.start;
        while let [b'\n', ..] | [b'\r', b'\n', ..] = self.unread() {
            self.advance(if self.unread()[0] == b'\n' { 1 } else { 2 });
        }
        self.start > before
    }

    /// One line without its end, or `None` where the end has not come yet.
    fn read_line(&mut self) -> Result<Option<Vec<u8>>, DecodeError> {
        let found = self.buffer[self.searched..]
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\0'));
        let end = found.map_or(self.buffer.len(), |offset| self.searched + offset);
        self.searched = end;
        let length = end - self.start;
        if length > self.limits.max_line {
            return Err(DecodeError::LineTooLong(self.limits.max_line));
        }
        self.check_size(length)?;
        if found.is_none() {
            return Ok(None);
        }
        if self.buffer[end] == b'\0' {
            return Err(DecodeError::MalformedHeader);
        }
        let line = &self.buffer[self.start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        self.advance(length + 1);
        Ok(Some(line))
    }

    /// `more` bytes come on top of what was read of the frame.
    fn check_size(&self, more: usize) -> Result<(), DecodeError> {
        if more > self.limits.max_frame.saturating_sub(self.consumed) {
            return Err(DecodeError::FrameTooLarge(self.limits.max_frame));
        }
        Ok(())
    }

    fn read_header(&mut self, mut frame: Frame) -> Result<Progress, DecodeError> {
        // The specification's own examples of DISCONNECT and RECEIPT leave out the empty line.
        if self.unread().first() == Some(&b'\0') {
            return self.read_body(frame, None);
        }
        let Some(line) = self.read_line()? else {
            return Ok(Progress::Starved(Step::Headers(frame)));
        };
        if line.is_empty() {
            let length = parse::content_length(&frame)?;
            return Ok(Progress::Step(Step::Body(frame, length)));
        }
        if frame.headers.len() == self.limits.max_headers {
            return Err(DecodeError::TooManyHeaders(self.limits.max_headers));
        }
        let (name, value) = parse::header(line, frame.command, self.encoding)?;
        frame.headers.push(name, value);
        Ok(Progress::Step(Step::Headers(frame)))
    }

    fn read_body(
        &mut self,
        mut frame: Frame,
        length: Option<usize>,
    ) -> Result<Progress, DecodeError> {
        let end = self.end_of_body(length);
        self.check_size((end - self.start).saturating_add(1))?;
        self.searched = end.min(self.buffer.len());
        match self.buffer.get(end) {
            None => return Ok(Progress::Starved(Step::Body(frame, length))),
            Some(b'\0') => frame.body = self.buffer[self.start..end].to_vec(),
            Some(_) => return Err(DecodeError::MissingNul),
        }
        self.advance(frame.body.len() + 1);
        self.finish(frame)
    }

    /// Where the body's NUL stands, or ought to.
    fn end_of_body(&self, length: Option<usize>) -> usize {
        let told = self.start.saturating_add(length.unwrap_or_default());
        let fits = self.buffer.get(told).is_none_or(|&byte| byte == b'\0');
        if length.is_some() && (fits || !self.text) {
            return told;
        }
        // Some servers count characters, or UTF-16's units, which are never more than the octets: the next NUL is the end.
        let from = self.searched.max(told);
        let found = self.buffer[from..].iter().position(|&byte| byte == b'\0');
        found.map_or(self.buffer.len(), |offset| from + offset)
    }

    fn finish(&mut self, frame: Frame) -> Result<Progress, DecodeError> {
        if !frame.body.is_empty() && !frame.command.may_have_body() {
            return Err(DecodeError::BodyNotAllowed(frame.command));
        }
        if frame.command == Command::Connected {
            // A 1.0 server names no version. An unknown one is told to the reader of the frame.
            let version = frame
                .headers
                .get("version")
                .map_or(Some(Version::V1_0), Version::parse);
            self.encoding.version = version.unwrap_or(self.encoding.version);
        }
        Ok(Progress::Event(Event::Frame(frame)))
    }
}

#[cfg(test)]
mod tests;
