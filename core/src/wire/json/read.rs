//! What a JSON value says to a chat, by its structure and the names in it: lines, heartbeats, errors, or nothing to show.

use crate::json::{Map, Value};

use super::MEMBERS;
use super::events::{event_in, event_of, is_container, is_silent, record_of};
use super::frame::{Chat, Frame, JsonFields};
use super::lists::{is_backwards, is_lines, is_lines_by_id};
use super::names::{self, EventKind};
use super::scalar::{plain, scalar};
use super::told;

/// A line is no deeper than this, in objects, arrays and JSON held in strings.
const DEPTH: u8 = 4;
/// Members in which servers wrap the message proper, the likeliest first. Other members may do so too.
pub(super) const WRAPPERS: &[&str] = &[
    "data",
    "payload",
    "message",
    "msg",
    "body",
    "params",
    "content",
    "args",
    "arguments",
    "result",
    "fields",
    "d",
];

/// Reads a JSON value: each line in it, in order, or one frame that says what else it is. Never nothing.
pub(super) fn read(value: &Value, fields: &JsonFields) -> Vec<Frame> {
    let reader = Reader { fields };
    let frames = reader.value(value, &Chat::default(), 0);
    match frames.is_empty() {
        true => vec![Frame::Data],
        false => frames,
    }
}

struct Reader<'a> {
    fields: &'a JsonFields,
}

impl Reader<'_> {
    /// `outer` is what is known from around it.
    fn value(&self, value: &Value, outer: &Chat, depth: u8) -> Vec<Frame> {
        match value {
            _ if depth > DEPTH => Vec::new(),
            Value::Object(object) => match words_of_bytes(object) {
                Some(words) => self.string(&words, outer, depth),
                None => self.object(object, outer, depth),
            },
            Value::Array(items) => self.array(items, outer, depth),
            Value::String(text) => self.string(text, outer, depth),
            Value::Null => Vec::new(),
            other => line(plain(other), outer),
        }
    }

    /// A string is words, or JSON.
    fn string(&self, text: &str, outer: &Chat, depth: u8) -> Vec<Frame> {
        if text.starts_with(['{', '['])
            && let Ok(value) = Value::parse(text)
        {
            let inside = self.value(&value, outer, depth + 1);
            // What a server tells by itself in JSON is data, and what a person says in JSON are words.
            if outer.system || inside.iter().any(|frame| matches!(frame, Frame::Chat(_))) {
                return inside;
            }
        }
        line(text.to_owned(), outer)
    }

    /// An event's name before its object, or a list of lines.
    fn array(&self, items: &[Value], outer: &Chat, depth: u8) -> Vec<Frame> {
        if let Some((event, payload)) = event_of(items) {
            let object = Map::from_iter([
                ("event".to_owned(), event.clone()),
                ("data".to_owned(), payload.clone()),
            ]);
            return self.object(&object, outer, depth);
        }
        if let Some((user, text)) = record_of(items) {
            let user = user.map(str::to_owned).or_else(|| outer.user.clone());
            let outer = outer.clone();
            return self.string(text, &Chat { user, ..outer }, depth);
        }
        if is_silent(items) {
            return Vec::new();
        }
        // In an array of a number, a name and a list, the objects alone can be lines.
        let containers = items.iter().filter(|item| is_container(item)).count();
        let mixed = containers > 0 && containers < items.len();
        let read = |item| match self.value(item, outer, depth + 1) {
            _ if mixed && !matches!(item, Value::Object(_)) => vec![Frame::Data],
            frames if frames.is_empty() => vec![Frame::Data],
            frames => frames,
        };
        let frames: Vec<Frame> = match is_backwards(items) {
            true => items.iter().rev().flat_map(read).collect(),
            false => items.iter().flat_map(read).collect(),
        };
        match frames.iter().any(|frame| *frame != Frame::Data) {
            true => frames,
            false => Vec::new(),
        }
    }

    fn object(&self, object: &Map, outer: &Chat, depth: u8) -> Vec<Frame> {
        let is_words = |name: &str| names::text_rank(name).is_some();
        // Somebody's word is no event.
        let event = event_in(object).filter(|(name, _)| outer.user.is_none() || !is_words(name));
        let kind = event.map_or(EventKind::Unknown, |(_, event)| names::event_kind(event));
        let word = event
            .filter(|(name, _)| is_words(name))
            .map(|(_, word)| word);
        let text = self.text(object, kind).filter(|_| word.is_none());
        let id = self
            .pick(object, &self.fields.id, names::id_rank)
            .and_then(scalar);
        let spoken = text
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty());
        match kind {
            EventKind::Ping if !spoken => return vec![Frame::Ping(id)],
            EventKind::Pong if !spoken => return vec![Frame::Pong(id)],
            // Never a line; but a refusal may come under such a name.
            EventKind::Silent => {
                let refusal = told::refusal(object).map(Frame::Error);
                return refusal.into_iter().collect();
            }
            _ => {}
        }
        if let Some(frame) = told::bare_heartbeat(object) {
            return vec![frame];
        }
        if told::is_success(object) {
            return Vec::new();
        }
        if let Some(words) = told::bare_notice(object) {
            let outer = outer.clone();
            return line(
                words.to_owned(),
                &Chat {
                    system: true,
                    ..outer
                },
            );
        }
        let user = self.user(object, outer);
        if let Some(words) = told::error(object, kind, user.is_some() && spoken) {
            return vec![Frame::Error(words)];
        }
        let mut here = Chat {
            text: String::new(),
            user: user.or_else(|| outer.user.clone()),
            id: id.or_else(|| outer.id.clone()),
            system: kind == EventKind::Notice || outer.system,
            resent: outer.resent,
            mine: outer.mine,
        };
        // Most say nothing by yes or no.
        if object.values().take(MEMBERS).any(Value::is_true) {
            note_flags(object, spoken, &mut here);
        }
        let lines = self.lines(object, text, &here, kind, depth);
        let is_outcome = |word| is_envelope(object) && names::is_success(word);
        match word {
            // Nothing else is meant: it was said after all.
            Some(word) if !is_outcome(word) && lines.iter().all(|frame| *frame == Frame::Data) => {
                line(word.to_owned(), &here)
            }
            _ => lines,
        }
    }

    /// The lines of an object that is no heartbeat and no error; `here` is what it says of each of them.
    fn lines(
        &self,
        object: &Map,
        text: Option<&Value>,
        here: &Chat,
        kind: EventKind,
        depth: u8,
    ) -> Vec<Frame> {
        if is_envelope(object) {
            let inside = self.inside(object, here, kind, depth);
            if inside.iter().any(|frame| matches!(frame, Frame::Chat(_))) {
                return inside;
            }
        }
        match text {
            Some(Value::String(text)) => self.string(text, here, depth),
            Some(value) if !value.is_object() && !is_lines(value) => line(plain(value), here),
            _ => self.inside(object, here, kind, depth),
        }
    }

    /// The member that holds the words. A weak name needs a chat's event, or none.
    fn text<'v>(&self, object: &'v Map, kind: EventKind) -> Option<&'v Value> {
        let strong = self.pick(object, &self.fields.text, names::text_rank);
        let weak = || {
            let chatty = kind == EventKind::Chat || event_in(object).is_none();
            let weak = self.pick(object, &self.fields.text, names::weak_text_rank);
            weak.filter(|value| chatty && value.is_string())
        };
        strong.or_else(weak)
    }

    /// The sender: a string or a number, or an object that holds one. A name from around it says more than an id.
    fn user(&self, object: &Map, outer: &Chat) -> Option<String> {
        let found = self.pick_named(object, &self.fields.user, names::user_rank);
        let said = found.filter(|(name, _)| outer.user.is_none() || !names::is_id_of(name));
        let name = said.and_then(|(_, value)| match value {
            Value::Object(inner) => self
                .pick(inner, &self.fields.user, names::user_rank)
                .or_else(|| self.pick(inner, &self.fields.user, names::part_of_name))
                .or_else(|| self.pick(inner, &self.fields.id, names::id_rank))
                .and_then(scalar),
            other => scalar(other),
        });
        name.filter(|name| !name.trim().is_empty())
    }

    /// The member with the configured name, or else the one with the surest name. `null` and empty ones are passed over.
    fn pick<'v>(
        &self,
        object: &'v Map,
        own: &str,
        rank: fn(&str) -> Option<usize>,
    ) -> Option<&'v Value> {
        self.pick_named(object, own, rank).map(|(_, value)| value)
    }

    /// The same, with its name.
    fn pick_named<'v>(
        &self,
        object: &'v Map,
        own: &str,
        rank: fn(&str) -> Option<usize>,
    ) -> Option<(&'v str, &'v Value)> {
        let there = |(_, value): &(&str, &Value)| !value.is_null() && value.as_str() != Some("");
        let members = || object.iter().map(|(name, value)| (name.as_str(), value));
        let common = || {
            let ranked = members().take(MEMBERS).filter(there);
            let ranked = ranked.filter_map(|(name, value)| Some((rank(name)?, (name, value))));
            ranked
                .min_by_key(|(rank, _)| *rank)
                .map(|(_, member)| member)
        };
        let own = object
            .get_key_value(own)
            .map(|(name, value)| (name.as_str(), value));
        own.filter(there).or_else(common)
    }

    /// The message proper stands deeper: in a wrapper, or in a list of lines.
    fn inside(&self, object: &Map, here: &Chat, kind: EventKind, depth: u8) -> Vec<Frame> {
        let usual = WRAPPERS
            .iter()
            .filter_map(|name| object.get_key_value(name));
        let other = object
            .iter()
            .filter(|(name, _)| !WRAPPERS.contains(&name.as_str()));
        for (name, value) in usual.chain(other).take(MEMBERS) {
            let frames = match value {
                Value::Object(lines) if names::is_list(name) && is_lines_by_id(lines) => {
                    let lines: Vec<Value> = lines.values().cloned().collect();
                    self.array(&lines, &unnamed(here), depth + 1)
                }
                Value::Object(_) => self.value(value, here, depth + 1),
                Value::Array(items) if is_arguments(name) => self.arguments(items, here, depth + 1),
                Value::Array(items) if is_lines(value) || names::is_list(name) => {
                    let around = match names::text_rank(name) {
                        // The parts of this very line: `"content":[{"type":"text","text":"hi"}]`.
                        Some(_) if items.len() == 1 => here.clone(),
                        Some(_) => Chat {
                            id: None,
                            ..here.clone()
                        },
                        None => unnamed(here),
                    };
                    self.array(items, &around, depth + 1)
                }
                Value::String(text)
                    if text.starts_with(['{', '[']) && WRAPPERS.contains(&name.as_str()) =>
                {
                    match self.string(text, here, depth) {
                        frames
                            if kind == EventKind::Unknown && frames == line(text.clone(), here) =>
                        {
                            Vec::new()
                        }
                        frames => frames,
                    }
                }
                _ => Vec::new(),
            };
            if frames.iter().any(|frame| *frame != Frame::Data) {
                return frames;
            }
        }
        Vec::new()
    }

    /// The arguments of a call: the words, the sender and the words, or an object.
    fn arguments(&self, items: &[Value], here: &Chat, depth: u8) -> Vec<Frame> {
        match items {
            [Value::String(text)] => self.string(text, here, depth),
            [Value::String(user), Value::String(text)] => {
                let user = Some(user.clone()).filter(|user| !user.trim().is_empty());
                self.string(
                    text,
                    &Chat {
                        user,
                        ..here.clone()
                    },
                    depth,
                )
            }
            items => self.array(items, here, depth),
        }
    }
}

fn line(text: String, outer: &Chat) -> Vec<Frame> {
    vec![Frame::Chat(Chat {
        text,
        ..outer.clone()
    })]
}

/// The lines of a list have senders and ids of their own.
fn unnamed(here: &Chat) -> Chat {
    Chat {
        user: None,
        id: None,
        ..here.clone()
    }
}

/// `{"code":0,"msg":"ok","data":{…}}`: how it went is told beside what is meant.
fn is_envelope(object: &Map) -> bool {
    const OUTCOMES: [&str; 6] = ["code", "errcode", "errno", "status", "success", "ok"];
    let deeper = ["data", "payload", "result"]
        .iter()
        .any(|name| object.get(name).is_some_and(Value::is_object));
    deeper && OUTCOMES.iter().any(|name| object.contains_key(name))
}

fn is_arguments(name: &str) -> bool {
    matches!(name, "args" | "arguments" | "params")
}

/// A `Buffer` of Node.js as JSON: the words that a server heard as bytes and put into its own JSON as they were.
fn words_of_bytes(object: &Map) -> Option<String> {
    let is_buffer = object.get("type").and_then(Value::as_str) == Some("Buffer");
    let bytes = object.get("data").filter(|_| is_buffer)?.as_array()?;
    let bytes = bytes.iter().map(|byte| u8::try_from(byte.as_u64()?).ok());
    let words = String::from_utf8(bytes.collect::<Option<_>>()?).ok();
    words.filter(|words| !words.is_empty())
}

/// `{"isSystem":true,…}`: the server's own words, and so is `{"success":true,…}` beside words that nobody said. `{"mine":true,…}`: it
/// says itself whose they are. `{"resent":true,…}`: it may be a second copy.
#[inline(never)]
fn note_flags(object: &Map, spoken: bool, here: &mut Chat) {
    let by_nobody = spoken && here.user.is_none() && !is_envelope(object);
    for (name, _) in object
        .iter()
        .take(MEMBERS)
        .filter(|(_, value)| value.is_true())
    {
        here.system |= names::tells_system(name);
        here.system |= by_nobody && matches!(name.as_str(), "success" | "ok");
        here.mine |= names::tells_mine(name);
        here.resent |= name == "resent";
    }
}
