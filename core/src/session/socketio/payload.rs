//! What goes out in an event, and how it is learnt from what comes in.
//!
//! What is set wins: the event, and the template, whose array is the event's arguments. While nothing is set, the first line
//! that arrives shows how lines are said here: its event, and whether they are a string or an object with one member for the
//! words. A row's number behind a string is what servers that keep their lines send; these take an id of the client's behind it.

use crate::json::{Map, Value};

use crate::session::options::SessionOptions;
use crate::session::template_values::{SOME_ID, TemplateValues};
use crate::shape::{Filling, Preview, Shape, Template};
use crate::wire::json::{Chat, JsonFields, to_value};

/// The event where nobody says otherwise.
const EVENT: &str = "message";

/// How lines are said at this server.
pub(super) struct Payload {
    event: Option<String>,
    listen: Vec<String>,
    shape: Shape,
    values: TemplateValues,
    learnt: Option<Learnt>,
    pub(super) fields: JsonFields,
}

/// What the first line showed.
#[derive(Clone, Debug, PartialEq)]
struct Learnt {
    event: String,
    form: Form,
}

/// The arguments of a line.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// A string.
    Text,
    /// A string, and an id behind it.
    TextAndId,
    /// An object, whose member of this name holds the words.
    Object(String),
}

/// What goes out for a line.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) id: &'a str,
    pub(super) resent: bool,
}

impl Payload {
    pub(super) fn new(options: &SessionOptions) -> Self {
        let shape = options.shape.clone();
        let asked = auth_templates(options.credentials.auth.as_ref());
        let values = TemplateValues::new(
            options.user.as_deref().map(str::trim),
            options.credentials.secret.as_deref(),
            shape.hello.iter().chain(&shape.send).chain(&asked),
        );
        Self {
            event: options.socketio.event.clone(),
            listen: options.listen.clone(),
            shape,
            values,
            learnt: None,
            fields: options.fields.clone(),
        }
    }

    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The event that a line goes out with.
    pub(super) fn event(&self) -> &str {
        let learnt = self.learnt.as_ref().map(|learnt| learnt.event.as_str());
        self.event.as_deref().or(learnt).unwrap_or(EVENT)
    }

    /// Whether an event of this name is shown because somebody said so.
    pub(super) fn is_told(&self, name: &str) -> bool {
        let listened = |known: &String| known == name || known == "*";
        self.event.as_deref() == Some(name) || self.listen.iter().any(listened)
    }

    /// Whether the first line came in an event of this name.
    pub(super) fn is_learnt(&self, name: &str) -> bool {
        self.learnt
            .as_ref()
            .is_some_and(|learnt| learnt.event == name)
    }

    /// Whether nobody has said or shown how lines are said here.
    fn is_guessed(&self) -> bool {
        self.shape.send.is_none() && self.learnt.is_none()
    }

    /// Whether nobody has said or shown which event a line goes out with.
    pub(super) fn is_event_guessed(&self) -> bool {
        self.event.is_none() && self.learnt.is_none()
    }

    /// Whether a line carries its id.
    pub(super) fn has_id(&self) -> bool {
        match (&self.shape.send, self.form()) {
            (Some(template), _) => template.has_id(),
            (None, Some(Form::Text)) => false,
            (None, _) => true,
        }
    }

    fn form(&self) -> Option<&Form> {
        self.learnt.as_ref().map(|learnt| &learnt.form)
    }

    /// The arguments of a line.
    pub(super) fn args(&self, line: &Line<'_>) -> Vec<Value> {
        if let Some(template) = &self.shape.send {
            return arguments(template, self.values.fill(template, line.text, line.id));
        }
        let fields = match self.form() {
            Some(Form::Text) => return vec![line.text.into()],
            Some(Form::TextAndId) => return vec![line.text.into(), line.id.into()],
            Some(Form::Object(member)) => JsonFields {
                text: member.clone(),
                ..self.fields.clone()
            },
            None => self.fields.clone(),
        };
        let chat = Chat {
            text: line.text.to_owned(),
            user: self.values.user(),
            id: Some(line.id.to_owned()),
            resent: line.resent,
            ..Chat::default()
        };
        vec![to_value(&chat, &fields)]
    }

    /// What is said at the opening: events with their arguments.
    pub(super) fn hello(&self) -> Vec<Vec<Value>> {
        let filled = |template: &Template| arguments(template, self.values.fill(template, "", ""));
        let named = |template: &Template| match filled(template) {
            // An array is an event and its arguments; anything else goes out with the event of a line.
            args if is_array(template) && args.first().is_some_and(Value::is_string) => args,
            args => [vec![self.event().into()], args].concat(),
        };
        self.shape.hello.iter().map(named).collect()
    }

    /// The auth payload, with what was heard filled in.
    pub(super) fn auth(&self, auth: &Map) -> Map {
        let filled = |value: &Value| match value {
            Value::String(text) => self.filled_auth(text).unwrap_or_else(|| value.clone()),
            Value::Object(inner) => Value::Object(self.auth(inner)),
            other => other.clone(),
        };
        let members = auth.iter();
        members
            .map(|(name, value)| (name.clone(), filled(value)))
            .collect()
    }

    fn filled_auth(&self, text: &str) -> Option<Value> {
        let template = auth_template(text)?;
        match Value::parse(&self.values.fill(&template, "", "")) {
            Ok(Value::Array(mut values)) => values.pop(),
            _ => None,
        }
    }

    /// An event came: what templates ask for is kept.
    pub(super) fn note(&mut self, args: &Value) {
        self.values.note(args);
    }

    /// A line of another came in this event: so lines are said here.
    pub(super) fn learn(&mut self, event: &str, args: &[Value], chat: &Chat) {
        if self.learnt.is_some() || chat.system || chat.text.is_empty() {
            return;
        }
        let form = match args.first() {
            Some(Value::String(_)) if args.get(1).is_some_and(Value::is_number) => Form::TextAndId,
            Some(Value::String(_)) => Form::Text,
            Some(Value::Object(object)) => {
                let mut members = object.iter();
                // Ours go where those words were.
                let words = members.find(|(_, value)| value.as_str() == Some(&chat.text));
                let Some((member, _)) = words else { return };
                Form::Object(member.clone())
            }
            _ => return,
        };
        self.learnt = Some(Learnt {
            event: event.to_owned(),
            form,
        });
    }

    /// What would go out for this text.
    pub(super) fn preview(&self, text: &str) -> Preview {
        let args = match &self.shape.send {
            Some(template) => arguments(template, self.values.preview(template, text)),
            None => self.args(&Line {
                text,
                id: SOME_ID,
                resent: false,
            }),
        };
        let event = vec![Value::from(self.event())];
        Preview {
            text: Value::Array([event, args].concat()).to_string(),
            guessed: self.is_guessed(),
        }
    }
}

/// The arguments of a template that was filled: those of an array, or one. Told by the template, never by what people write.
fn arguments(template: &Template, filled: String) -> Vec<Value> {
    match is_json(template).then(|| Value::parse(&filled)) {
        Some(Ok(Value::Array(args))) => args,
        Some(Ok(value)) => vec![value],
        _ => vec![Value::String(filled)],
    }
}

/// Whether the template is JSON, whatever is filled in.
fn is_json(template: &Template) -> bool {
    probe(template).is_some()
}

/// Whether it is an array, an event's arguments.
fn is_array(template: &Template) -> bool {
    probe(template).is_some_and(|value| value.is_array())
}

fn probe(template: &Template) -> Option<Value> {
    let filled = template.fill(&Filling {
        text: "x",
        user: "x",
        id: "x",
        secret: "x",
        heard: None,
    });
    let value = Value::parse(&filled).ok()?;
    (value.is_array() || value.is_object()).then_some(value)
}

/// A string of the auth payload that has names in braces, as an array of one value: a string that is one name alone becomes the
/// value itself, so that a number stays a number.
fn auth_template(text: &str) -> Option<Template> {
    let alone = text.starts_with('{') && text.find('}') == Some(text.len() - 1);
    let named = ["{heard:", "{first:", "{user}", "{secret}"]
        .iter()
        .any(|name| text.contains(name));
    let source = match alone {
        true => format!("[{text}]"),
        false => Value::Array(vec![text.into()]).to_string(),
    };
    source.parse().ok().filter(|_| named)
}

/// All of these in an auth payload.
fn auth_templates(auth: Option<&Value>) -> Vec<Template> {
    match auth {
        Some(Value::String(text)) => auth_template(text).into_iter().collect(),
        Some(Value::Object(members)) => {
            let values = members.values();
            values
                .flat_map(|value| auth_templates(Some(value)))
                .collect()
        }
        _ => Vec::new(),
    }
}
