//! What a JSON value says to a chat, by its structure and the names in it: lines, heartbeats, errors, or nothing to show.

use crate::json::{Map, Value};

use super::frame::{Chat, Frame, JsonFields};
use super::names::{self, EventKind};
use super::scalar::{plain, scalar};
use super::told;

/// A line is no deeper than this, in objects, arrays and JSON held in strings.
const DEPTH: u8 = 4;
/// Members in which servers wrap the message proper, the likeliest first. Other members may do so too.
const WRAPPERS: &[&str] = &[
    "data",
    "payload",
    "message",
    "msg",
    "body",
    "params",
    "content",
    "args",
    "arguments",
];
/// What of one object is looked at.
const MEMBERS: usize = 64;

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
        let event = event_in(object);
        let kind = event.map_or(EventKind::Unknown, |(_, event)| names::event_kind(event));
        let text = self.text(object, kind);
        // The words that are an event's name are nobody's.
        let worded = event.is_some_and(|(name, _)| names::text_rank(name).is_some());
        let id = self
            .pick(object, &self.fields.id, names::id_rank)
            .and_then(scalar);
        let words = text.and_then(Value::as_str).filter(|_| !worded);
        let spoken = words.is_some_and(|words| !words.is_empty());
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
            note_flags(object, &mut here);
        }
        if worded {
            return self.lines_of_event(object, text, &here, kind, depth);
        }
        self.lines(object, text, &here, kind, depth)
    }

    /// The same, where the event's name stands where words do: the lines are deeper, or that was somebody's word after all.
    #[inline(never)]
    fn lines_of_event(
        &self,
        object: &Map,
        text: Option<&Value>,
        here: &Chat,
        kind: EventKind,
        depth: u8,
    ) -> Vec<Frame> {
        let inside = self.inside(object, here, kind, depth);
        let told = inside.iter().any(|frame| *frame != Frame::Data);
        let is_outcome = |word| is_envelope(object) && names::is_success(word);
        match text.and_then(Value::as_str) {
            Some(word) if !told && !is_outcome(word) => line(word.to_owned(), here),
            _ => inside,
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
                    self.array(items, &unnamed(here), depth + 1)
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

/// Whether a list of lines begins with the newest: by their times or, where they have none, by their numbers.
fn is_backwards(items: &[Value]) -> bool {
    if items.len() < 2 || !items.iter().all(Value::is_object) {
        return false;
    }
    let falls = |is_it: fn(&str) -> bool| {
        let ages = items.iter().map(|item| age(item, is_it));
        let ages = ages.collect::<Option<Vec<_>>>()?;
        let differ = ages.first() != ages.last();
        differ.then(|| ages.is_sorted_by(|one, next| one >= next))
    };
    let by_time = falls(names::tells_time);
    by_time.or_else(|| falls(|name| name == "id")) == Some(true)
}

/// A time or a number, in a form in which those of one server can be compared: a number's length first, then its digits.
fn age(item: &Value, is_it: fn(&str) -> bool) -> Option<(usize, String)> {
    let members = item.as_object()?.iter().take(MEMBERS);
    let mut found = members.filter(|(name, _)| is_it(name));
    let key = found.find_map(|(_, value)| match value {
        Value::String(text) => Some(text.trim_end_matches('Z').to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })?;
    let written = |byte: u8| byte.is_ascii_digit() || b"-:.,/+T ".contains(&byte);
    let is_key = key.starts_with(|first: char| first.is_ascii_digit()) && key.bytes().all(written);
    let digits = key.bytes().take_while(u8::is_ascii_digit).count();
    is_key.then_some((digits, key))
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

/// Whether this is an array of objects: a list of lines, perhaps.
fn is_lines(value: &Value) -> bool {
    let items = value.as_array().filter(|items| !items.is_empty());
    items.is_some_and(|items| items.iter().all(Value::is_object))
}

/// Whether these are several objects by their ids: a list of lines, where the name says so.
fn is_lines_by_id(members: &Map) -> bool {
    members.len() > 1 && members.values().all(Value::is_object)
}

/// A `Buffer` of Node.js as JSON: the words that a server heard as bytes and put into its own JSON as they were.
fn words_of_bytes(object: &Map) -> Option<String> {
    let is_buffer = object.get("type").and_then(Value::as_str) == Some("Buffer");
    let bytes = object.get("data").filter(|_| is_buffer)?.as_array()?;
    let bytes = bytes.iter().map(|byte| u8::try_from(byte.as_u64()?).ok());
    let words = String::from_utf8(bytes.collect::<Option<_>>()?).ok();
    words.filter(|words| !words.is_empty())
}

/// `{"isSystem":true,…}`: the server's own words. `{"mine":true,…}`: it says itself whose they are. `{"resent":true,…}`: it may be a
/// second copy.
#[inline(never)]
fn note_flags(object: &Map, here: &mut Chat) {
    for (name, _) in object
        .iter()
        .take(MEMBERS)
        .filter(|(_, value)| value.is_true())
    {
        here.system |= names::tells_system(name);
        here.mine |= names::tells_mine(name);
        here.resent |= name == "resent";
    }
}

/// The member that names the event of an object, and the event.
pub(crate) fn event_in(object: &Map) -> Option<(&str, &str)> {
    let named = object.iter().take(MEMBERS).filter_map(|(name, value)| {
        let event = value.as_str().filter(|event| names::is_identifier(event))?;
        Some((names::event_rank(name)?, (name.as_str(), event)))
    });
    let first = named.min_by_key(|(rank, _)| *rank).map(|(_, event)| event);
    first.or_else(|| {
        let deep = object.values().take(MEMBERS).any(is_container);
        deep.then(|| event_in_words(object)).flatten()
    })
}

/// `{"msg":"chat","data":{…}}`: a word of nobody's, beside what is meant.
#[inline(never)]
fn event_in_words(object: &Map) -> Option<(&str, &str)> {
    const MEANT: [&str; 8] = [
        "data", "payload", "params", "args", "body", "result", "fields", "d",
    ];
    let meant = |name: &&str| object.get(name).is_some_and(is_container);
    let nobodys = || {
        object
            .iter()
            .all(|(name, _)| names::user_rank(name).is_none())
    };
    if !MEANT.iter().any(meant) || !nobodys() {
        return None;
    }
    let words = object.iter().filter_map(|(name, value)| {
        let word = value.as_str().filter(|word| !word.is_empty())?;
        Some((names::text_rank(name)?, (name.as_str(), word)))
    });
    let (_, (name, word)) = words.min_by_key(|(rank, _)| *rank)?;
    let says_who = |name: &&str| {
        let inner = object.get(name).and_then(Value::as_object);
        inner.is_some_and(|inner| {
            inner
                .iter()
                .any(|(name, _)| names::user_rank(name).is_some())
        })
    };
    let is_known = || names::event_kind(word) != EventKind::Unknown || MEANT.iter().any(says_who);
    let is_event = names::is_identifier(word) && names::is_word(word) && is_known();
    (is_event || names::is_success(word)).then_some((name, word))
}

/// `["typing","bo"]`: an event that is no line, and what it is about.
fn is_silent(items: &[Value]) -> bool {
    let event = items.first().and_then(Value::as_str);
    let silent = |name: &str| names::is_word(name) && names::event_kind(name) == EventKind::Silent;
    matches!(items.len(), 2 | 3) && event.is_some_and(silent) && !items.iter().any(is_container)
}

fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Who says what in an array of scalars with a number among them, `[3,"bo","hi"]`, or behind a chat's event, `["chat","bo","hi"]`:
/// the last string is what was said, and the one before it who said it. An event that is no line says nothing.
fn record_of(items: &[Value]) -> Option<(Option<&str>, &str)> {
    let scalars = (2..=8).contains(&items.len()) && !items.iter().any(is_container);
    let strings: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
    let numbered = strings.len() < items.len();
    let chat = |name: &&str| names::is_word(name) && names::event_kind(name) == EventKind::Chat;
    let called = strings.len() == 3 && strings.first().is_some_and(chat);
    let (text, before) = strings.split_last()?;
    (scalars && (numbered || called)).then(|| (before.last().copied(), *text))
}

/// The event's name and its object in an array like `["new_msg",{…}]` or Phoenix' `[null,"1","room:1","new_msg",{…}]`.
fn event_of(items: &[Value]) -> Option<(&Value, &Value)> {
    let (payload, before) = items.split_last()?;
    let event = before.last()?;
    let named = event.as_str().is_some_and(names::is_identifier);
    let scalars = before
        .iter()
        .all(|item| !item.is_object() && !item.is_array());
    let words = payload.is_string()
        && before.len() == 1
        && names::event_kind(event.as_str()?) == EventKind::Chat;
    (named && scalars && (payload.is_object() || is_lines(payload) || words))
        .then_some((event, payload))
}
