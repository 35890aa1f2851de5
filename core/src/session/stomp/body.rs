//! The bodies of SEND and MESSAGE: in the shape that the app set, else as a JSON chat message.

use std::borrow::Cow;

use crate::json::Value;

use crate::session::MessageId;
use crate::session::options::SessionOptions;
use crate::session::template_values::TemplateValues;
use crate::shape::{Path, Preview, Shape, Template};
use crate::wire::json::{self, Chat, Frame, JsonFields};

/// What goes out: where to (`None`: where messages go), what it is, and the words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) destination: Option<String>,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

/// What a body that came in is.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    /// Somebody's line.
    Line(Chat),
    /// JSON that is no line: who came, who writes.
    NoLine,
    /// Nobody said where the words are: the usual names are looked for.
    Usual,
}

/// The shape of a session's bodies.
#[derive(Debug, Default)]
pub(super) struct BodyShape {
    shape: Shape,
    values: TemplateValues,
    /// A line was heard that stood in an object: an object without words is none.
    spoken: bool,
    /// The members' names of the first such line: ours are written with them, while no template was set.
    learnt: Option<JsonFields>,
}

impl BodyShape {
    pub(super) fn new(options: &SessionOptions) -> Self {
        let shape = options.shape.clone();
        let templates = shape.hello.iter().chain(&shape.send);
        Self {
            values: TemplateValues::new(
                options.user.as_deref(),
                options.credentials.secret.as_deref(),
                templates,
            ),
            shape,
            spoken: false,
            learnt: None,
        }
    }

    /// A message in the app's own shape, where it set one.
    pub(super) fn write(&self, id: MessageId, text: &str) -> Option<Written> {
        let template = self.shape.send.as_ref()?;
        let filled = self.values.fill(template, text, &id.to_string());
        Some(written(None, filled))
    }

    /// Whether messages carry their ids.
    pub(super) fn sends_ids(&self) -> bool {
        self.shape.send.as_ref().is_none_or(Template::has_id)
    }

    /// What is sent at each opening. One that begins with a destination and a space goes there:
    /// `/app/chat.addUser {"sender":"{user}"}`.
    pub(super) fn hello(&self) -> Vec<Written> {
        let fill = |template: &Template| {
            let (destination, template) = addressed(template);
            written(destination, self.values.fill(&template, "", ""))
        };
        self.shape.hello.iter().map(fill).collect()
    }

    /// The piece of the answer to `hello` that is waited for.
    pub(super) fn awaited(&self) -> Option<&str> {
        self.shape.ready.as_deref()
    }

    /// What would go out for this text.
    pub(super) fn preview(&self, text: &str, fields: &JsonFields) -> Preview {
        let filled = |template: &Template| self.values.preview(template, text);
        let usual = || {
            let chat = Chat {
                text: text.to_owned(),
                user: self.values.user(),
                ..Chat::default()
            };
            self.json(&chat, fields)
        };
        let set = self.shape.send.as_ref().map(filled);
        Preview {
            guessed: set.is_none() && self.learnt.is_none(),
            text: set.unwrap_or_else(usual),
        }
    }

    pub(super) fn read(&mut self, text: &str, fields: &JsonFields) -> Read {
        let Some(value) = container(text) else {
            return Read::Usual;
        };
        self.values.note(&value);
        if self.shape.text.is_some() || self.shape.from.is_some() || self.shape.id.is_some() {
            return self.line(&value, fields).map_or(Read::NoLine, Read::Line);
        }
        match json::read(&value, fields) {
            Ok(Frame::Chat(chat)) => {
                self.spoken = true;
                self.learn(&value, &chat, fields);
                Read::Usual
            }
            Err(_) if self.spoken => Read::NoLine,
            Ok(Frame::Data) | Err(_) if lacks_words(&value) => Read::NoLine,
            Ok(_) | Err(_) => Read::Usual,
        }
    }

    fn learn(&mut self, line: &Value, chat: &Chat, fields: &JsonFields) {
        let name_of = |words: &str| {
            let mut members = line.as_object()?.iter();
            let (name, _) = members.find(|(_, value)| value.as_str() == Some(words))?;
            Some(name.clone())
        };
        if let (None, Some(text)) = (&self.learnt, name_of(&chat.text)) {
            let user = chat.user.as_deref().and_then(name_of);
            self.learnt = Some(JsonFields {
                text,
                user: user.unwrap_or_else(|| fields.user.clone()),
                id: fields.id.clone(),
            });
        }
    }

    /// A message as JSON, while no template was set: in the words of the first line that was heard, else in those of `fields`.
    pub(super) fn json(&self, chat: &Chat, fields: &JsonFields) -> String {
        json::encode(chat, self.learnt.as_ref().unwrap_or(fields))
    }

    /// By the paths that were set, and the usual names for the others.
    fn line(&self, value: &Value, fields: &JsonFields) -> Option<Chat> {
        let at = |path: &Option<Path>| path.as_ref().and_then(|path| path.text(value));
        let mut value = Cow::Borrowed(value);
        if self.shape.text.is_some() {
            let text = Value::from(at(&self.shape.text)?);
            if let Some(members) = value.to_mut().as_object_mut() {
                members.insert(fields.text.clone(), text);
            }
        }
        let Ok(Frame::Chat(chat)) = json::read(&value, fields) else {
            return None;
        };
        Some(Chat {
            user: at(&self.shape.from).or(chat.user),
            id: at(&self.shape.id).or(chat.id),
            ..chat
        })
    }
}

fn written(destination: Option<String>, body: String) -> Written {
    Written {
        destination,
        content_type: content_type(&body),
        body,
    }
}

/// Where a method wants an object, a server converts what says that it is one, and nothing else.
pub(super) fn content_type(body: &str) -> &'static str {
    match container(body) {
        Some(_) => "application/json",
        None => "text/plain",
    }
}

/// An object or an array.
fn container(text: &str) -> Option<Value> {
    let starts = text.trim_start().starts_with(['{', '[']);
    starts.then(|| Value::parse(text).ok())?
}

/// Whether the member that would hold the words is there and holds none: who comes and who leaves, as Java's objects tell it, or the
/// answer to a line whose members the server did not know.
fn lacks_words(value: &Value) -> bool {
    let mut members = value.as_object().into_iter().flatten();
    members.any(|(name, value)| value.is_null() && json::text_rank(name).is_some())
}

/// A template's own destination, and the rest of it.
fn addressed(template: &Template) -> (Option<String>, Cow<'_, Template>) {
    let source = template.to_string();
    let parts = source.split_once(' ').filter(|_| source.starts_with('/'));
    let rest = parts.and_then(|(place, rest)| Some((place, rest.trim_start().parse().ok()?)));
    match rest {
        Some((place, rest)) => (Some(place.to_owned()), Cow::Owned(rest)),
        None => (None, Cow::Borrowed(template)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(shape: Shape) -> BodyShape {
        BodyShape::new(&SessionOptions {
            shape,
            user: Some("ada \"a\"".into()),
            credentials: crate::session::options::Credentials {
                secret: Some("s3".into()),
                ..Default::default()
            },
            ..SessionOptions::default()
        })
    }

    fn chat(text: &str, user: Option<&str>) -> Read {
        Read::Line(Chat {
            text: text.into(),
            user: user.map(Into::into),
            ..Chat::default()
        })
    }

    #[test]
    fn a_hello_may_name_its_own_destination() {
        let hello = [
            r#"/app/chat.addUser {"sender":"{user}","type":"JOIN"}"#,
            "{user} is here",
            "/not a destination alone",
        ];
        let hello = bodies(Shape {
            hello: hello.map(|text| text.parse().unwrap()).into(),
            ..Shape::default()
        })
        .hello();
        assert_eq!(hello[0].destination.as_deref(), Some("/app/chat.addUser"));
        assert_eq!(hello[0].body, r#"{"sender":"ada \"a\"","type":"JOIN"}"#);
        assert_eq!(hello[0].content_type, "application/json");
        assert_eq!(
            (hello[1].destination.as_deref(), hello[1].content_type),
            (None, "text/plain")
        );
        assert_eq!(hello[2].destination.as_deref(), Some("/not"));
    }

    #[test]
    fn a_message_is_written_as_the_template_says_and_the_secret_is_hidden_in_its_preview() {
        let bodies = bodies(Shape {
            send: Some(Template::message(r#"{"name":"{text}","key":"{secret}"}"#).unwrap()),
            ..Shape::default()
        });
        let written = bodies.write(MessageId(7), "a\"b").unwrap();
        assert_eq!(written.body, r#"{"name":"a\"b","key":"s3"}"#);
        let preview = bodies.preview("hi", &JsonFields::default());
        assert_eq!(preview.text, r#"{"name":"hi","key":"•••"}"#);
        assert!(!preview.guessed);
    }

    #[test]
    fn lines_are_found_by_paths_and_the_usual_names() {
        let mut bodies = bodies(Shape {
            text: Some("greeting.words".parse().unwrap()),
            ..Shape::default()
        });
        let fields = JsonFields::default();
        let line = r#"{"greeting":{"words":"hi"},"sender":"bob"}"#;
        assert_eq!(bodies.read(line, &fields), chat("hi", Some("bob")));
        assert_eq!(bodies.read(r#"{"content":"x"}"#, &fields), Read::NoLine);
        assert_eq!(bodies.read("plain", &fields), Read::Usual);
    }

    #[test]
    fn the_first_line_shows_how_ours_are_written() {
        let mut bodies = bodies(Shape::default());
        let fields = JsonFields::default();
        assert!(bodies.preview("hi", &fields).guessed);
        let line = r#"{"type":"CHAT","content":"hi","sender":"bob"}"#;
        bodies.read(line, &fields);
        bodies.read(r#"{"message":"later"}"#, &fields);
        let preview = bodies.preview("ho", &fields);
        assert_eq!(preview.text, r#"{"content":"ho","sender":"ada \"a\""}"#);
        assert!(!preview.guessed);
    }

    #[test]
    fn an_object_without_words_is_no_line_once_one_with_words_was_heard() {
        let mut bodies = BodyShape::default();
        let fields = JsonFields::default();
        let join = r#"{"type":"JOIN","sender":"bob"}"#;
        assert_eq!(bodies.read(join, &fields), Read::Usual);
        bodies.read(r#"{"type":"CHAT","content":"hi","sender":"bob"}"#, &fields);
        assert_eq!(bodies.read(join, &fields), Read::NoLine);
    }

    #[test]
    fn an_object_whose_words_are_null_is_no_line() {
        let mut bodies = BodyShape::default();
        let join = r#"{"type":"JOIN","content":null,"sender":"bob"}"#;
        assert_eq!(bodies.read(join, &JsonFields::default()), Read::NoLine);
    }

    #[test]
    fn each_part_of_a_line_is_where_its_path_leads_and_else_under_the_usual_names() {
        let path = |path: &str| Some(path.parse().unwrap());
        let line = r#"{"text":"hi","nr":7,"by":{"nick":"bo"},"user":"bob","id":"1"}"#;
        let read = |shape: Shape| bodies(shape).read(line, &JsonFields::default());
        let expected = |user: &str, id: &str| {
            Read::Line(Chat {
                text: "hi".into(),
                user: Some(user.into()),
                id: Some(id.into()),
                ..Chat::default()
            })
        };
        let from = Shape {
            from: path("by.nick"),
            ..Shape::default()
        };
        assert_eq!(read(from), expected("bo", "1"));
        let id = Shape {
            id: path("nr"),
            ..Shape::default()
        };
        assert_eq!(read(id), expected("bob", "7"));
    }

    #[test]
    fn an_object_of_other_members_may_be_anything_until_a_line_was_heard() {
        let mut bodies = BodyShape::default();
        let other = r#"{"time":null,"online":3}"#;
        assert_eq!(bodies.read(other, &JsonFields::default()), Read::Usual);
    }
}
