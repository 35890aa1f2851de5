//! [`Learnt`]: what one address has shown of itself, while nothing was set.

use crate::address::address_of;
use crate::json::{Map, Value};

use super::habits::Habits;
use crate::wire::json::{Chat, EventKind, JsonFields, event_in, event_kind};

/// A line stands no deeper than this in what it is learnt from.
const DEPTH: usize = 3;

/// What an address has shown: a plain value that outlives its links, and is forgotten with the address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learnt {
    /// The URL without its query.
    address: String,
    /// How a message is put, as the first line that arrived was.
    pub answer: Answer,
    /// How messages of each form went so far.
    pub habits: Habits,
    /// A line was read here: what is none is data from then on.
    pub line_read: bool,
    /// The server speaks our heartbeats: it announced them, or answered one.
    pub heartbeats: bool,
    /// Whose the answers to heartbeats are that do not say which one they answer.
    pub(crate) nameless_pongs: NamelessPongs,
    /// How many links in a row ended right after their first heartbeat.
    pub ended_on_heartbeat: u8,
    /// A link ended while the server's own heartbeats went unanswered.
    pub answers_pings: bool,
    /// How many links in a row ended on our first line.
    pub ended_on_line: u8,
    /// The server closed the link on our first line: the next one has no id.
    pub without_id: bool,
    /// A line of ours was taken: the link went on after it.
    pub taken: bool,
    /// The server has put a line of ours in words of its own: it understands the shape in which we send where nobody knows.
    pub understood: bool,
}

/// Whose the answers to heartbeats are that do not say which one they answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum NamelessPongs {
    /// The server's, until something else is known.
    #[default]
    Unheard,
    /// The server's: a link was judged by one.
    Believed,
    /// Other clients' at a relay: one was believed, and nobody answered on the next link.
    Clients,
}

/// How a message is put.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Answer {
    /// Nobody knows: an object with the usual names.
    #[default]
    Unknown,
    /// The words alone.
    Plain,
    /// The words as a JSON string.
    Quoted,
    /// An object of the shape of the first line.
    Object(Envelope),
    /// An array like that of the first line: a name and the words, perhaps an event or a number.
    Array(Record),
}

/// An array of strings and numbers, and where the words and the name stand in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    items: Vec<Value>,
    text: usize,
    user: Option<usize>,
}

/// Where the words, the name and the event stand in an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// The event's name that stands before the object, in an array.
    before: Option<String>,
    /// The members that lead to the words, and their own one last.
    text: Vec<String>,
    /// The sender's, beside the words.
    user: Option<String>,
    /// The event's name, at the top, and the event.
    event: Option<(String, String)>,
}

impl Learnt {
    /// Two links ended right after their first heartbeat.
    pub const HEARTBEATS_TRIED: u8 = 2;

    /// Forgets everything where this URL has another address. A query may hold a token, and says nothing of the server.
    pub fn at(&mut self, url: &str) {
        let address = address_of(url);
        if self.address != address {
            *self = Self {
                address: address.to_owned(),
                ..Self::default()
            };
        }
    }

    /// A line came: the first one says how we answer.
    pub fn line(&mut self, value: Option<&Value>, chat: &Chat) {
        self.line_read = true;
        if self.may_show_answer(chat) {
            self.answer = Answer::of(value, chat);
        }
    }

    /// Whether this line says anything that is not known yet.
    #[must_use]
    pub(crate) fn learns_from(&self, chat: &Chat) -> bool {
        !self.line_read || self.may_show_answer(chat)
    }

    fn may_show_answer(&self, chat: &Chat) -> bool {
        !chat.system && !self.understood && self.answer == Answer::Unknown
    }

    /// An own line came back, which we had put as we do where nobody knows. Where the server has put it otherwise, it has
    /// understood: whatever its own lines look like, ours stay as they were.
    #[inline(never)]
    pub fn own_line(&mut self, value: &Value, chat: &Chat) {
        let shown = Answer::of(Some(value), chat);
        if shown != Answer::Unknown && !shown.is_usual() {
            self.answer = Answer::Unknown;
            self.understood = true;
        }
    }
}

impl Answer {
    /// How a line is put.
    fn of(value: Option<&Value>, chat: &Chat) -> Self {
        match value {
            None => Self::Plain,
            Some(Value::String(_)) => Self::Quoted,
            Some(Value::Object(object)) => {
                Envelope::of(object, chat).map_or(Self::Unknown, Self::Object)
            }
            Some(Value::Array(items)) => Self::of_array(items, chat),
            Some(_) => Self::Unknown,
        }
    }

    /// Whether it is the shape of what we send where nobody knows.
    fn is_usual(&self) -> bool {
        let usual = JsonFields::default();
        let Self::Object(envelope) = self else {
            return false;
        };
        envelope.is_plain()
            && envelope.text == [usual.text]
            && envelope
                .user
                .as_ref()
                .is_none_or(|user| *user == usual.user)
    }

    /// An event's name and its object, or an array like the line's own.
    fn of_array(items: &[Value], chat: &Chat) -> Self {
        if let [Value::String(event), Value::Object(object)] = items {
            let before = Some(event.clone());
            let envelope = Envelope::of(object, chat);
            return envelope.map_or(Self::Unknown, |envelope| {
                Self::Object(Envelope { before, ..envelope })
            });
        }
        let place = |words: &str| items.iter().rposition(|item| item.as_str() == Some(words));
        match place(&chat.text) {
            Some(text) => Self::Array(Record {
                items: items.to_vec(),
                user: chat
                    .user
                    .as_deref()
                    .and_then(place)
                    .filter(|at| *at != text),
                text,
            }),
            None => Self::Unknown,
        }
    }
}

impl Record {
    /// An own message in this shape: what is neither name nor words stays as it was.
    #[inline(never)]
    #[must_use]
    pub fn write(&self, chat: &Chat) -> Value {
        let mut items = self.items.clone();
        let user = chat.user.as_deref().unwrap_or_default();
        let places = [(self.user, user), (Some(self.text), &chat.text)];
        for (place, words) in places {
            if let Some(item) = place.and_then(|place| items.get_mut(place)) {
                *item = words.into();
            }
        }
        Value::Array(items)
    }
}

impl Envelope {
    /// Where the words of this line stand in its object, where they stand in one place.
    fn of(object: &Map, chat: &Chat) -> Option<Self> {
        let mut found = Vec::new();
        find(object, &chat.text, &mut Vec::new(), &mut found);
        let [text] = <[Vec<String>; 1]>::try_from(found).ok()?;
        let beside = text[..text.len() - 1]
            .iter()
            .try_fold(object, |inside, name| inside.get(name)?.as_object())?;
        let sender = chat.user.as_deref();
        let user = beside.iter().find(|(name, value)| {
            sender.is_some() && value.as_str() == sender && text.last() != Some(*name)
        });
        let event = event_in(object)
            .filter(|(_, event)| matches!(event_kind(event), EventKind::Chat | EventKind::Unknown));
        Some(Self {
            before: None,
            user: user.map(|(name, _)| name.clone()),
            event: event
                .filter(|(name, _)| text.first().map(String::as_str) != Some(*name))
                .map(|(name, event)| (name.to_owned(), event.to_owned())),
            text,
        })
    }

    /// What stands where the words do, and where the name does.
    pub(crate) fn words<'a>(&self, value: &'a Value) -> Option<(&'a str, Option<&'a str>)> {
        let (text, path) = self.text.split_last()?;
        let mut path = path.iter();
        let beside = path.try_fold(value, |inside, name| inside.get(name))?;
        let user = self.user.as_ref().and_then(|name| beside.get(name));
        Some((beside.get(text)?.as_str()?, user.and_then(Value::as_str)))
    }

    /// Whether there is more to it than a member for the words.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.text.len() == 1 && self.event.is_none() && self.before.is_none()
    }

    /// An own message in this shape, its id and name beside the words.
    #[inline(never)]
    #[must_use]
    pub fn write(&self, chat: &Chat, fields: &JsonFields) -> Value {
        let written = self.object(chat, fields);
        match &self.before {
            Some(event) => Value::Array(vec![event.as_str().into(), written]),
            None => written,
        }
    }

    fn object(&self, chat: &Chat, fields: &JsonFields) -> Value {
        let (text, path) = self
            .text
            .split_last()
            .map_or((&fields.text, &[][..]), |(text, path)| (text, path));
        let mut object = Map::new();
        if let Some(id) = &chat.id {
            object.insert(fields.id.clone(), id.as_str().into());
        }
        object.insert(text.clone(), chat.text.as_str().into());
        if let Some(user) = &chat.user {
            let name = self.user.as_ref().unwrap_or(&fields.user);
            object.insert(name.clone(), user.as_str().into());
        }
        if chat.resent {
            object.insert("resent".into(), true.into());
        }
        for name in path.iter().rev() {
            object = Map::from_iter([(name.clone(), Value::Object(object))]);
        }
        if let Some((name, event)) = &self.event {
            object.insert(name.clone(), event.as_str().into());
        }
        Value::Object(object)
    }
}

/// All places where these words stand.
fn find(object: &Map, text: &str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    for (name, value) in object {
        path.push(name.clone());
        match value {
            Value::String(words) if words == text => found.push(path.clone()),
            Value::Object(inner) if path.len() < DEPTH => find(inner, text, path, found),
            _ => {}
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use crate::json;

    use super::*;
    use crate::wire::json::{Frame, read_all};

    fn answered(line: &Value) -> Value {
        let fields = JsonFields::default();
        let mut learnt = Learnt::default();
        let frames = read_all(line, &fields);
        let [Frame::Chat(heard)] = &frames[..] else {
            panic!("{frames:?}")
        };
        learnt.line(Some(line), heard);
        let chat = Chat {
            text: "yes".into(),
            user: Some("ada".into()),
            id: Some("7".into()),
            ..Chat::default()
        };
        match learnt.answer {
            Answer::Object(envelope) => envelope.write(&chat, &fields),
            Answer::Array(record) => record.write(&chat),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_words_go_where_they_were_heard_with_id_and_name_beside() {
        assert_eq!(
            answered(&json!({"message": "hi"})),
            json!({"message": "yes", "id": "7", "user": "ada"})
        );
        assert_eq!(
            answered(&json!({"username": "bo", "msg": "hi", "at": 7})),
            json!({"msg": "yes", "id": "7", "username": "ada"})
        );
        assert_eq!(
            answered(&json!({"type": "chat", "data": {"body": "hi"}})),
            json!({"type": "chat", "data": {"body": "yes", "id": "7", "user": "ada"}})
        );
        assert_eq!(
            answered(&json!({"msg": "chat", "data": {"from": "bo", "text": "hi"}})),
            json!({"msg": "chat", "data": {"text": "yes", "id": "7", "from": "ada"}})
        );
    }

    #[test]
    fn an_event_before_the_object_or_the_words_goes_before_ours() {
        assert_eq!(
            answered(&json!(["message", {"user": "bo", "text": "hi"}])),
            json!(["message", {"text": "yes", "id": "7", "user": "ada"}])
        );
        assert_eq!(
            answered(&json!(["chat", {"data": {"body": "hi"}}])),
            json!(["chat", {"data": {"body": "yes", "id": "7", "user": "ada"}}])
        );
        assert_eq!(
            answered(&json!(["message", "hi"])),
            json!(["message", "yes"])
        );
    }

    #[test]
    fn an_array_is_answered_with_one_like_it() {
        assert_eq!(answered(&json!([3, "bo", "hi"])), json!([3, "ada", "yes"]));
        assert_eq!(
            answered(&json!(["chat", "bo", "hi"])),
            json!(["chat", "ada", "yes"])
        );
    }

    #[test]
    fn words_that_stand_in_two_places_say_nothing() {
        let line = json!({"message": "hi", "preview": "hi"});
        let mut learnt = Learnt::default();
        let chat = Chat {
            text: "hi".into(),
            ..Chat::default()
        };
        learnt.line(Some(&line), &chat);
        assert_eq!(learnt.answer, Answer::Unknown);
    }

    #[test]
    fn words_are_found_three_levels_deep_and_no_deeper() {
        let answer = |line: Value| {
            let chat = Chat {
                text: "hi".into(),
                ..Chat::default()
            };
            Answer::of(Some(&line), &chat)
        };
        assert_ne!(answer(json!({"a": {"b": {"c": "hi"}}})), Answer::Unknown);
        let deeper = json!({"a": {"b": {"c": {"d": "hi"}}}});
        assert_eq!(answer(deeper), Answer::Unknown);
    }

    #[test]
    fn a_member_for_the_words_alone_is_plain_and_the_usual_one_is_usual() {
        let told = |line: Value| {
            let chat = Chat {
                text: "hi".into(),
                user: line.get("name").and_then(Value::as_str).map(str::to_owned),
                ..Chat::default()
            };
            let answer = Answer::of(Some(&line), &chat);
            let plain = match &answer {
                Answer::Object(envelope) => envelope.is_plain(),
                _ => false,
            };
            (plain, answer.is_usual())
        };
        assert_eq!(told(json!({"text": "hi"})), (true, true));
        assert_eq!(told(json!({"msg": "hi"})), (true, false));
        assert_eq!(told(json!({"text": "hi", "name": "bo"})), (true, false));
        for wrapped in [
            json!({"type": "chat", "text": "hi"}),
            json!({"data": {"text": "hi"}}),
            json!(["chat", {"text": "hi"}]),
        ] {
            assert_eq!(told(wrapped), (false, false));
        }
    }

    #[test]
    fn the_first_line_decides_and_what_the_server_tells_is_none() {
        let mut learnt = Learnt::default();
        let told = Chat {
            text: "welcome".into(),
            system: true,
            ..Chat::default()
        };
        learnt.line(None, &told);
        assert_eq!(
            (learnt.line_read, learnt.answer.clone()),
            (true, Answer::Unknown)
        );
        learnt.line(
            None,
            &Chat {
                text: "hi".into(),
                ..Chat::default()
            },
        );
        learnt.line(
            Some(&json!({"text": "hi"})),
            &Chat {
                text: "hi".into(),
                ..Chat::default()
            },
        );
        assert_eq!(learnt.answer, Answer::Plain);
    }

    #[test]
    fn another_address_starts_anew_and_another_token_does_not() {
        let mut learnt = Learnt::default();
        learnt.at("ws://a.example/chat?token=1");
        learnt.heartbeats = true;
        learnt.at("ws://a.example/chat?token=2");
        assert!(learnt.heartbeats);
        learnt.at("ws://b.example/chat");
        assert!(!learnt.heartbeats);
    }
}
