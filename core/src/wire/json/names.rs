//! What the names of JSON members and of events say: which one holds the words, the sender, the id; which events are no lines.

mod known;

use crate::search::split_once;
use known::*;

/// What an event's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A chat's own: `message`, `new_msg`.
    Chat,
    /// The server tells something: `welcome`, `user_joined`.
    Notice,
    /// An error.
    Error,
    /// Never a line: `typing`, `users`.
    Silent,
    /// A heartbeat.
    Ping,
    /// The answer to one.
    Pong,
    /// Anything else.
    Unknown,
}

/// No name is looked at beyond these bytes.
const LONGEST: usize = 64;

/// The words of a name, in lower case: `userName`, `user_name` and `USER-NAME` have two. It stands on the stack: each message asks
/// for the words of all its names, several times.
struct Words {
    joined: [u8; LONGEST],
    /// Where each word ends in `joined`.
    ends: [u8; LONGEST],
    count: usize,
}

impl Words {
    fn of(name: &str) -> Self {
        let mut words = Self {
            joined: [0; LONGEST],
            ends: [0; LONGEST],
            count: 0,
        };
        let (mut len, mut lower) = (0, false);
        for byte in name.bytes().take(LONGEST) {
            // What is not ASCII is a letter of no case: the names that we know have none.
            let is_letter = byte.is_ascii_alphanumeric() || !byte.is_ascii();
            if !is_letter || lower && byte.is_ascii_uppercase() {
                words.end(len);
            }
            lower = byte.is_ascii_lowercase();
            if is_letter {
                words.joined[len] = byte.to_ascii_lowercase();
                len += 1;
            }
        }
        words.end(len);
        words
    }

    /// A word ends here, if there is one.
    fn end(&mut self, len: usize) {
        if len > self.len() {
            // At most `LONGEST`.
            self.ends[self.count] = len as u8;
            self.count += 1;
        }
    }

    fn len(&self) -> usize {
        self.count
            .checked_sub(1)
            .map_or(0, |last| self.ends[last].into())
    }

    /// All of them, with nothing between.
    fn joined(&self) -> &[u8] {
        &self.joined[..self.len()]
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        (0..self.count).map(|place| {
            let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.joined[start.into()..self.ends[place].into()]
        })
    }

    fn last(&self) -> Option<&[u8]> {
        self.all().next_back()
    }

    fn has(&self, names: &[&str]) -> bool {
        self.all().any(|word| place(names, word).is_some())
    }
}

fn place(names: &[&str], name: &[u8]) -> Option<usize> {
    names
        .iter()
        .position(|other| other.len() == name.len() && other.as_bytes() == name)
}

/// How surely a member of this name holds the words: 0 is the surest.
pub(crate) fn text_rank(name: &str) -> Option<usize> {
    let words = Words::of(name);
    let compound = || Some(place(TEXT, words.last()?)? + TEXT.len());
    place(TEXT, words.joined()).or_else(compound)
}

/// The same for the names that say so only in a chat's event, or where there is none.
pub(crate) fn weak_text_rank(name: &str) -> Option<usize> {
    place(WEAK_TEXT, Words::of(name).joined())
}

/// How surely a member of this name holds the sender.
pub(crate) fn user_rank(name: &str) -> Option<usize> {
    let words = Words::of(name);
    let compound = || {
        let last = words.last()?;
        let is_name = || last == b"name" && (words.has(USER_WORDS) || words.has(NAMED));
        (place(USER_WORDS, last).is_some() || is_name()).then_some(USER.len())
    };
    place(USER, words.joined()).or_else(compound)
}

/// Whether a member of this name holds the id of somebody, and no name: `user_id`.
pub(crate) fn is_id_of(name: &str) -> bool {
    name.ends_with("id") || name.ends_with("Id") || name.ends_with("ID")
}

/// Whether a member of somebody's own object holds a part of the name: `first_name`.
pub(crate) fn part_of_name(name: &str) -> Option<usize> {
    let words = Words::of(name);
    (words.last() == Some(b"name") || words.joined() == b"first").then_some(0)
}

/// Whether this is one word alone.
pub(crate) fn is_word(name: &str) -> bool {
    Words::of(name).count == 1
}

/// How surely a member of this name holds the id.
pub(crate) fn id_rank(name: &str) -> Option<usize> {
    place(ID, name.as_bytes()).or_else(|| place(ID, Words::of(name).joined()))
}

/// How surely a member of this name holds the event.
pub(crate) fn event_rank(name: &str) -> Option<usize> {
    let compound = || {
        // Of the small letters of one word there is none, and most names are of these.
        if name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let words = Words::of(name);
        // `channel_type` tells of the room, and `user_type` of somebody.
        let is_its_own = || !words.has(NEVER_TEXT) && !words.has(USER_WORDS);
        place(&EVENT[..3], words.last()?)
            .filter(|_| is_its_own())
            .map(|_| EVENT.len())
    };
    let known = EVENT
        .iter()
        .position(|event| event.len() == name.len() && event.eq_ignore_ascii_case(name));
    known.or_else(compound)
}

/// Whether a member of this name holds no words: an event, an id, a sender, a time, a room, who is there.
pub(crate) fn is_never_text(name: &str) -> bool {
    let named = event_rank(name).is_some() || id_rank(name).is_some() || user_rank(name).is_some();
    let words = Words::of(name);
    // `client_list`
    let lists_people = || words.last() == Some(b"list") && words.has(USER);
    named || words.has(NEVER_TEXT) || words.last() == Some(b"id") || lists_people()
}

/// Whether a member of this name holds a list of lines, be they bare strings.
pub(crate) fn is_list(name: &str) -> bool {
    Words::of(name).has(LISTS)
}

/// Whether a member of this name says that the server itself speaks.
pub(crate) fn tells_system(name: &str) -> bool {
    Words::of(name).has(&["system"])
}

/// Whether this word tells that something went well.
pub(crate) fn is_success(word: &str) -> bool {
    place(SUCCESS, Words::of(word).joined()).is_some() || word.ends_with("成功")
}

/// Whether a member of this name says that who hears a line has said it.
pub(crate) fn tells_mine(name: &str) -> bool {
    place(MINE, Words::of(name).joined()).is_some()
}

/// Whether a member of this name says when a line was said.
pub(crate) fn tells_time(name: &str) -> bool {
    let words = Words::of(name);
    let compound = || words.last() == Some(b"at") && words.count > 1;
    place(TIME, words.joined()).is_some() || compound()
}

/// Whether this looks like an event's name, not like words that somebody wrote.
pub(crate) fn is_identifier(text: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'-'..=b':' | b'_' | b' ' | b'#' | b'*' | b'@');
    !text.is_empty() && text.len() <= 64 && text.bytes().all(plain)
}

/// What an event's name says.
pub(crate) fn event_kind(name: &str) -> EventKind {
    let words = Words::of(name);
    // Some put their own name before an event: `pusher:ping`.
    let mut own = name;
    while let Some((_, rest)) = split_once(own, ":") {
        own = rest;
    }
    match Words::of(own).joined() {
        b"ping" => return EventKind::Ping,
        b"pong" => return EventKind::Pong,
        _ => {}
    }
    if words.has(ERRORS) {
        EventKind::Error
    } else if words.has(SILENT) {
        EventKind::Silent
    } else if words.has(NOTICES) && !tells_of_a_line(&words) {
        EventKind::Notice
    } else if words.has(CHAT_EVENTS) {
        EventKind::Chat
    } else {
        EventKind::Unknown
    }
}

/// `notifyNewMessage`: the server says that somebody said something.
fn tells_of_a_line(words: &Words) -> bool {
    words.has(&["notify"]) && words.has(TEXT)
}

#[cfg(test)]
mod tests;
