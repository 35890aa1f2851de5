//! [`Habits`]: what changes from message to message of one form, where the members' names do not say what holds the words.

use crate::fingerprint::fingerprint;
use crate::json::{Map, Value};
use crate::search::contains;

use crate::wire::json::{
    Chat, EventKind, Frame, JsonFields, event_in, event_kind, event_rank, is_never_text,
    is_success, read_all,
};

/// How many forms of messages are remembered, oldest forgotten first; how many members of each; and how deep they stand.
const FORMS: usize = 16;
const MEMBERS: usize = 12;
const DEPTH: usize = 3;
/// A member that changed as often, when nothing else did, holds the words.
const ENOUGH: u32 = 3;

/// The forms of an address's messages, with what changed in each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Habits {
    forms: Vec<Form>,
    /// Lines came otherwise than as a name and the words in an array: two strings are two lines.
    lists: bool,
    /// Lines like the last ones hold their words where the names say.
    settled: Option<Settled>,
}

/// The members of a form whose names tell the truth: of two lines, the words were others.
#[derive(Clone, Debug, PartialEq)]
struct Settled {
    names: Vec<String>,
    /// The places of the words and of the event, and the event.
    text: usize,
    event: Option<(usize, String)>,
}

/// Messages of the same event, with the same members.
#[derive(Clone, Debug, PartialEq)]
struct Form {
    event: Option<String>,
    members: Vec<Member>,
    seen: u32,
}

/// A member that may hold the words.
#[derive(Clone, Debug, PartialEq)]
struct Member {
    path: String,
    last: u64,
    changes: u32,
    /// It once held more than a word.
    read_like_a_line: bool,
}

impl Habits {
    /// What a message is, given what the names in it say and how messages of its form went so far.
    pub fn judge(&mut self, value: &Value, frames: Vec<Frame>, fields: &JsonFields) -> Vec<Frame> {
        if let Some(pair) = self.pair(value, &frames) {
            return vec![Frame::Chat(pair)];
        }
        let (Value::Object(object), [frame]) = (value, &frames[..]) else {
            return frames;
        };
        let settled = |chat: &Chat| {
            self.settled
                .as_ref()
                .is_some_and(|known| known.fits(object, chat))
        };
        if matches!(frame, Frame::Chat(chat) if settled(chat)) {
            return frames;
        }
        let mut found = Vec::new();
        leaves(object, "", 1, &mut found);
        let form = self.note(object, &found);
        let words = match frame {
            Frame::Data => form.words_of_data(&found),
            Frame::Chat(chat) => form.words_instead(&found, &chat.text),
            _ => None,
        };
        if let (Frame::Chat(chat), None) = (frame, words)
            && form.tells_the_truth(&found, &chat.text)
        {
            self.settled = Settled::of(object, chat);
        }
        let told = words.and_then(|words| with_words(object, words, fields));
        told.map_or(frames, |frame| vec![frame])
    }

    /// The name and the words, where all lines come as an array of these two.
    fn pair(&mut self, value: &Value, frames: &[Frame]) -> Option<Chat> {
        let items = value.as_array().map(Vec::as_slice);
        if let Some([Value::String(name), Value::String(text)]) = items {
            let pair = || pair_of(name, text, frames);
            return (!self.lists).then(pair).flatten();
        }
        self.lists |= frames
            .iter()
            .any(|frame| matches!(frame, Frame::Chat(chat) if !chat.system));
        None
    }

    fn note(&mut self, object: &Map, found: &[(String, &str)]) -> &Form {
        let event = event_in(object).map(|(_, event)| event.to_owned());
        let same = |form: &Form| {
            let paths = form.members.iter().map(|member| &member.path);
            form.event == event && paths.eq(found.iter().map(|(path, _)| path))
        };
        let place = self.forms.iter().position(same).unwrap_or_else(|| {
            if self.forms.len() >= FORMS {
                // A server whose messages are never alike must not fill the memory.
                self.forms.remove(0);
            }
            let members = found.iter().map(|(path, _)| Member::new(path)).collect();
            self.forms.push(Form {
                event,
                members,
                seen: 0,
            });
            self.forms.len() - 1
        });
        let form = &mut self.forms[place];
        for (member, (_, words)) in form.members.iter_mut().zip(found) {
            member.note(words, form.seen > 0);
        }
        form.seen = form.seen.saturating_add(1);
        form
    }
}

#[inline(never)]
fn pair_of(name: &str, text: &str, frames: &[Frame]) -> Option<Chat> {
    let two = frames.len() == 2 && frames.iter().all(|frame| matches!(frame, Frame::Chat(_)));
    (two && is_name(name)).then(|| Chat {
        text: text.to_owned(),
        user: Some(name.to_owned()),
        ..Chat::default()
    })
}

impl Settled {
    /// `None` where the words stand deeper, or where another message of these members may have an event.
    #[inline(never)]
    fn of(object: &Map, chat: &Chat) -> Option<Self> {
        let place = |at: &dyn Fn(&String, &Value) -> bool| {
            object.iter().position(|(name, value)| at(name, value))
        };
        let event = event_in(object).map(|(name, event)| (name.to_owned(), event.to_owned()));
        let may_have_one = || place(&|name, _| event_rank(name).is_some()).is_some();
        let event = match event {
            Some((named, event)) => Some((place(&|name, _| *name == named)?, event)),
            None if may_have_one() => return None,
            None => None,
        };
        Some(Self {
            names: object.iter().map(|(name, _)| name.clone()).collect(),
            text: place(&|_, value| value.as_str() == Some(&chat.text))?,
            event,
        })
    }

    #[inline(never)]
    fn fits(&self, object: &Map, chat: &Chat) -> bool {
        let says = |place: usize, words: &str| {
            let value = object.values().nth(place).and_then(Value::as_str);
            value == Some(words)
        };
        self.names.iter().eq(object.iter().map(|(name, _)| name))
            && says(self.text, &chat.text)
            && self
                .event
                .as_ref()
                .is_none_or(|(place, event)| says(*place, event))
    }
}

impl Form {
    /// Whether what the names take for the words has changed. Somebody may say what stands in a member that never does.
    fn tells_the_truth(&self, found: &[(String, &str)], text: &str) -> bool {
        let members = self.members.iter().zip(found);
        let mut supposed = members.filter(|(_, (_, words))| *words == text).peekable();
        supposed.peek().is_some() && supposed.all(|(member, _)| member.changes > 0)
    }

    /// The words of a message that no name gives away: the only member that reads like a line, or that changes.
    #[inline(never)]
    fn words_of_data<'a>(&self, found: &[(String, &'a str)]) -> Option<&'a str> {
        let only = |fits: &dyn Fn(&Member, &str) -> bool| {
            let mut fitting = self
                .members
                .iter()
                .zip(found)
                .filter(|(member, (_, words))| fits(member, words));
            fitting
                .next()
                .filter(|_| fitting.next().is_none())
                .map(|(_, (_, words))| *words)
        };
        // The surest sign first: a sentence here, a sentence there earlier, or at least a change.
        only(&|_, words| reads_like_a_line(words))
            .or_else(|| only(&|member, _| member.read_like_a_line))
            .or_else(|| only(&|member, _| member.changes >= ENOUGH))
    }

    /// The words of a message whose supposed words are always the same, where another member's never are.
    fn words_instead<'a>(&self, found: &[(String, &'a str)], text: &str) -> Option<&'a str> {
        let constant = |(member, (_, words)): (&Member, &(String, &str))| {
            *words == text && member.changes == 0
        };
        if self.seen <= ENOUGH || !self.members.iter().zip(found).any(constant) {
            return None;
        }
        let mut changing = self
            .members
            .iter()
            .zip(found)
            .filter(|(member, _)| member.read_like_a_line && member.changes + 1 >= self.seen);
        changing
            .next()
            .filter(|_| changing.next().is_none())
            .map(|(_, (_, words))| *words)
    }
}

impl Member {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            last: 0,
            changes: 0,
            read_like_a_line: false,
        }
    }

    fn note(&mut self, words: &str, again: bool) {
        // Whether they changed is all that counts: the words themselves are not kept.
        let hash = fingerprint(words);
        self.changes = self
            .changes
            .saturating_add(u32::from(again && hash != self.last));
        self.last = hash;
        self.read_like_a_line |= reads_like_a_line(words);
    }
}

/// Whether somebody's words may stand in what no name gives away: in a string that is no event, no id, no name and no time.
pub(crate) fn may_hold_words(value: &Value) -> bool {
    let Some(object) = value.as_object() else {
        return holds_words(value, DEPTH);
    };
    let event = event_in(object);
    // A notice whose words are not known is of who comes and goes.
    let kind = event.map(|(_, event)| event_kind(event));
    if matches!(kind, Some(EventKind::Silent | EventKind::Notice)) || is_success(object) {
        return false;
    }
    let is_event = |name: &str| event.is_some_and(|(event, _)| event == name);
    let mut others = object
        .iter()
        .filter(|(name, _)| !is_event(name) && !is_never_text(name));
    others.any(|(_, value)| holds_words(value, DEPTH))
}

fn holds_words(value: &Value, depth: usize) -> bool {
    // What is deeper may hold anything.
    let inside = |value| depth == 0 || holds_words(value, depth - 1);
    match value {
        Value::String(words) => !words.is_empty() && !is_token(words),
        Value::Array(items) => items.iter().any(inside),
        Value::Object(members) => {
            let mut members = members.iter().filter(|(name, _)| !is_never_text(name));
            members.any(|(_, value)| inside(value))
        }
        _ => false,
    }
}

/// The strings that may be the words, with their paths.
fn leaves<'a>(object: &'a Map, path: &str, depth: usize, found: &mut Vec<(String, &'a str)>) {
    for (name, value) in object {
        if found.len() >= MEMBERS || is_never_text(name) {
            continue;
        }
        let path = format!("{path}\u{0}{name}");
        match value {
            Value::String(words) if !is_token(words) => found.push((path, words)),
            Value::Object(inner) if depth < DEPTH => leaves(inner, &path, depth + 1, found),
            _ => {}
        }
    }
}

/// What people call themselves, or a server them: a word or two, and no sentence.
fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=2).contains(&words)
        && text.chars().count() <= 32
        && !text.ends_with(['.', '!', '?', ',', '。', '！', '？'])
}

/// More than a word, as people write.
fn reads_like_a_line(words: &str) -> bool {
    // Chinese and Japanese do without spaces.
    let wide = |char: char| char as u32 >= 0x2e80;
    words.trim().contains(' ') || words.chars().filter(|char| wide(*char)).count() > 1
}

/// A number, a time, a colour, an address, an id, markup, or JSON: nothing that somebody said.
fn is_token(text: &str) -> bool {
    let long = text.len() >= 16 && !text.contains(' ');
    let coded = long && text.bytes().any(|byte| byte.is_ascii_digit());
    let numbers = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-:.,/+TZ ".contains(&byte));
    numbers || coded || contains(text, "://") || text.starts_with(['#', '<', '{', '['])
}

/// The message with these as its words: the sender, the id and the rest are read as ever.
#[inline(never)]
fn with_words(object: &Map, words: &str, fields: &JsonFields) -> Option<Frame> {
    let mut object = object.clone();
    object.insert(fields.text.clone(), words.into());
    let frame = read_all(&Value::Object(object), fields).into_iter().next();
    frame.filter(|frame| matches!(frame, Frame::Chat(_)))
}

#[cfg(test)]
mod tests;
