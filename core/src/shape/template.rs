//! [`Template`]: what goes out, with names in braces that are filled in.

use std::fmt;
use std::str::FromStr;

use crate::json::Value;

use super::heard::Heard;
use super::parse;
use super::part::{Part, Place, Placeholder, TemplateError};

/// What goes out, with names in braces that are filled in, in one pass.
///
/// | name | what it stands for |
/// |---|---|
/// | `{text}` | the words of the message |
/// | `{user}` | the own name, or nothing |
/// | `{id}` | the message's own id, 32 hexadecimal digits |
/// | `{secret}` | the secret, which is a setting of its own |
/// | `{heard:path}` | what stood at this [`Path`](super::Path) in the newest message that had it; a `hello` waits for it on each link |
/// | `{heard:path\|0}` | the same, and 0 before anything was heard: nothing waits for it |
/// | `{first:path}` | what stood there in the first message of the link that had it: a number that the server gives each client |
///
/// A name that stands in a JSON string is escaped once, in JSON that is held in a JSON string twice, and so on. One that
/// stands in JSON without quotes becomes a JSON value: a string or, for what was heard, whatever it was. In a template that is
/// no JSON, words go in as they are.
///
/// Outside of JSON strings, `\n`, `\r`, `\t`, `\\` and `\u001e` mean what they mean in JSON.
///
/// # Examples
///
/// ```
/// use leptos_chat_core::shape::{Filling, Template};
///
/// let filled = |template: &str| {
///     let template: Template = template.parse().expect("a template");
///     template.fill(&Filling { text: "say \"hi\"", user: "ada", id: "7", ..Filling::default() })
/// };
/// // 1. Plain words.
/// assert_eq!(filled("{text}"), r#"say "hi""#);
/// // 2. Words with a name before them.
/// assert_eq!(filled("{user}: {text}"), r#"ada: say "hi""#);
/// // 3. An object, as Django Channels' tutorial wants it.
/// assert_eq!(filled(r#"{"message":"{text}"}"#), r#"{"message":"say \"hi\""}"#);
/// // 4. An object in an object.
/// assert_eq!(
///     filled(r#"{"action":"say","data":{"body":"{text}"}}"#),
///     r#"{"action":"say","data":{"body":"say \"hi\""}}"#
/// );
/// // 5. Without quotes, a name becomes a JSON value.
/// assert_eq!(filled(r#"{"id":"{id}","text":{text}}"#), r#"{"id":"7","text":"say \"hi\""}"#);
/// // 6. JSON in a string in JSON, as Action Cable wants it: escaped twice.
/// assert_eq!(
///     filled(r#"{"command":"message","data":"{\"body\":\"{text}\"}"}"#),
///     r#"{"command":"message","data":"{\"body\":\"say \\\"hi\\\"\"}"}"#
/// );
/// // 7. Socket.IO's arguments: the words, and an id that the server acknowledges.
/// assert_eq!(filled(r#"["{text}","{id}"]"#), r#"["say \"hi\"","7"]"#);
/// // 8. A Phoenix channel's message.
/// assert_eq!(
///     filled(r#"["1","{id}","room:lobby","new_msg",{"body":"{text}"}]"#),
///     r#"["1","7","room:lobby","new_msg",{"body":"say \"hi\""}]"#
/// );
/// // 9. A record that ends in 0x1E, as SignalR's do.
/// assert_eq!(
///     filled(r#"{"type":1,"target":"Send","arguments":["{user}","{text}"]}\u001e"#),
///     "{\"type\":1,\"target\":\"Send\",\"arguments\":[\"ada\",\"say \\\"hi\\\"\"]}\u{1e}"
/// );
/// // 10. What was heard last, for a server that goes on after it; 0 before anything was heard.
/// assert_eq!(filled(r#"{"serverOffset":{heard:1|0}}"#), r#"{"serverOffset":0}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

/// What the names of a template stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filling<'a> {
    /// `{text}`.
    pub text: &'a str,
    /// `{user}`.
    pub user: &'a str,
    /// `{id}`.
    pub id: &'a str,
    /// `{secret}`.
    pub secret: &'a str,
    /// `{heard:…}`.
    pub heard: Option<&'a Heard>,
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(source: &str) -> Result<Self, TemplateError> {
        Ok(Self {
            parts: parse::parts(source)?,
            source: source.to_owned(),
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Template {
    /// A template for messages: one that has `{text}`.
    ///
    /// # Errors
    /// [`TemplateError`]; the person who wrote it is to blame.
    pub fn message(source: &str) -> Result<Self, TemplateError> {
        let template: Self = source.parse()?;
        match template.has(&Placeholder::Text) {
            true => Ok(template),
            false => Err(TemplateError::NoText),
        }
    }

    /// The template with everything filled in.
    #[must_use]
    pub fn fill(&self, filling: &Filling<'_>) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => filled.push_str(text),
                Part::Placeholder(placeholder, place) => {
                    filled.push_str(&place.written(placeholder, filling))
                }
            }
        }
        filled
    }

    /// Whether the message's id goes out with it.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.has(&Placeholder::Id)
    }

    /// Whether the own name goes out with it.
    #[must_use]
    pub fn has_user(&self) -> bool {
        self.has(&Placeholder::User)
    }

    /// Whether the secret goes out with it.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        self.has(&Placeholder::Secret)
    }

    fn has(&self, wanted: &Placeholder) -> bool {
        self.placeholders().any(|placeholder| placeholder == wanted)
    }

    fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(placeholder, _) => Some(placeholder),
            Part::Literal(_) => None,
        })
    }
}

impl Heard {
    /// Keeps what these templates ask for.
    #[must_use]
    pub fn new<'a>(templates: impl IntoIterator<Item = &'a Template>) -> Self {
        Self::of(templates.into_iter().flat_map(Template::placeholders))
    }

    /// Whether all that this template takes, and has nothing else for, was heard on this link.
    #[must_use]
    pub fn is_ready_for(&self, template: &Template) -> bool {
        template
            .placeholders()
            .all(|placeholder| self.has(placeholder))
    }
}

impl Place {
    fn written(self, placeholder: &Placeholder, filling: &Filling<'_>) -> String {
        let value = match placeholder {
            Placeholder::Text => Value::from(filling.text),
            Placeholder::User => Value::from(filling.user),
            Placeholder::Id => Value::from(filling.id),
            Placeholder::Secret => Value::from(filling.secret),
            Placeholder::Heard {
                path,
                first,
                default,
            } => {
                let heard = filling.heard.and_then(|heard| heard.at(path, *first));
                heard.or(default.as_ref()).cloned().unwrap_or_default()
            }
        };
        let mut written = match value {
            Value::String(text) if !self.value => text,
            Value::Null if !self.value => String::new(),
            value => value.to_string(),
        };
        for _ in 0..self.level {
            let quoted = Value::String(written).to_string();
            let inside = quoted.get(1..quoted.len() - 1);
            written = inside.unwrap_or_default().to_owned();
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, text: &str) -> String {
        let filling = Filling {
            text,
            user: "ada",
            id: "7",
            secret: "s3",
            heard: None,
        };
        template.parse::<Template>().unwrap().fill(&filling)
    }

    fn error(template: &str) -> TemplateError {
        template.parse::<Template>().unwrap_err()
    }

    #[test]
    fn what_ends_a_frame_behind_json_is_no_part_of_it() {
        for end in ["\u{1e}", "\u{0}", " ", "\n", " \r\n"] {
            let template = format!(r#"{{"m":"{{text}}"}}{end}"#);
            assert_eq!(
                filled(&template, "say \"hi\""),
                format!(r#"{{"m":"say \"hi\""}}{end}"#)
            );
        }
    }

    #[test]
    fn who_writes_no_template_is_told_why() {
        assert_eq!(error("").to_string(), "the template is empty");
        assert_eq!(
            error("{heard:}").to_string(),
            "after heard: the path is empty"
        );
    }

    const NASTY: &str = "a\"b\\c\n{user}\u{1f600}\u{0}{text}";

    #[test]
    fn a_name_is_escaped_once_for_each_string_it_stands_in() {
        let templates = [
            r#"["{text}"]"#,
            r#"["[\"{text}\"]"]"#,
            r#"["[\"[\\\"{text}\\\"]\"]"]"#,
        ];
        for (depth, template) in templates.iter().enumerate() {
            let mut value = Value::String(filled(template, NASTY));
            for _ in 0..=depth {
                let text = value.as_str().expect("a string");
                value = Value::parse(text).unwrap()[0].clone();
            }
            assert_eq!(value.as_str(), Some(NASTY), "{template}");
        }
    }

    #[test]
    fn what_stands_for_names_while_a_template_is_read_is_no_part_of_it() {
        let marks = "\u{f8f0}0\u{f8f1} {text}";
        assert_eq!(filled(marks, "hi"), "0 hi");
        let json = r#"{"a":"\u{f8f0}","text":{text}}"#.replace("\\u{f8f0}", "\u{f8f0}");
        assert_eq!(filled(&json, "hi"), r#"{"a":"","text":"hi"}"#);
    }

    #[test]
    fn it_is_known_which_names_a_template_has() {
        let has = |template: &str| {
            let template = template.parse::<Template>().unwrap();
            (
                template.has_id(),
                template.has_user(),
                template.has_secret(),
            )
        };
        assert_eq!(has("{text}"), (false, false, false));
        assert_eq!(has("{id} {text}"), (true, false, false));
        assert_eq!(has("{user}: {text}"), (false, true, false));
        assert_eq!(has("{secret} {text}"), (false, false, true));
    }

    #[test]
    fn escapes_in_plain_words_are_the_characters_that_they_mean() {
        assert_eq!(filled(r"{text}\t\r\n\u0041\\", "hi"), "hi\t\r\nA\\");
    }

    #[test]
    fn what_was_not_heard_is_nothing_in_a_string_and_null_as_a_value() {
        assert_eq!(
            filled(r#"{"a":"{heard:x}","b":{heard:x},"c":"{text}"}"#, "hi"),
            r#"{"a":"","b":null,"c":"hi"}"#
        );
    }

    #[test]
    fn a_value_stays_one_whatever_strings_stand_around_it() {
        assert_eq!(
            filled(r#"{"a":"x","text":{text},"b":"y"}"#, "hi"),
            r#"{"a":"x","text":"hi","b":"y"}"#
        );
    }

    #[test]
    fn it_is_filled_in_one_pass() {
        assert_eq!(
            filled("{user}: {text}", "{user}{id}{text}"),
            "ada: {user}{id}{text}"
        );
    }

    #[test]
    fn a_quote_in_a_string_is_no_further_level() {
        let json = filled(r#"{"m":"he said \"{text}\""}"#, "a\"b");
        let value = Value::parse(&json).unwrap();
        assert_eq!(value["m"], "he said \"a\"b\"");
    }

    #[test]
    fn without_quotes_it_becomes_a_value_in_json_and_stays_bare_in_text() {
        assert_eq!(filled("[{text}]", "a\"b"), r#"["a\"b"]"#);
        assert_eq!(filled("{text}", "a\"b"), "a\"b");
        assert_eq!(filled("[{user}] {text}", "a\"b"), "[ada] a\"b");
        assert_eq!(filled("/me \"{text}", "a\"b"), "/me \"a\"b");
    }

    #[test]
    fn json_behind_a_word_is_json() {
        assert_eq!(
            filled(r#"42["message","{text}"]"#, "\""),
            r#"42["message","\""]"#
        );
    }

    #[test]
    fn escapes_outside_of_strings_are_read_and_inside_left() {
        assert_eq!(
            filled(r#"{"a":"\n{text}"}\u001e"#, "x"),
            "{\"a\":\"\\n{text}\"}\u{1e}".replace("{text}", "x")
        );
        assert_eq!(filled(r"SAY {text}\r\n", "x"), "SAY x\r\n");
        assert_eq!(filled(r"C:\\dir {text}", "x"), r"C:\dir x");
        assert_eq!(filled(r"\u007btext\u007d", "x"), "{text}");
    }

    #[test]
    fn braces_that_hold_no_name_stay() {
        assert_eq!(
            filled(r#"{"a":{},"b":"{}","t":"{text}"}"#, "x"),
            r#"{"a":{},"b":"{}","t":"x"}"#
        );
    }

    #[test]
    fn what_is_no_template_is_told() {
        assert_eq!(error(""), TemplateError::Empty);
        assert_eq!(error("{txt}"), TemplateError::UnknownName("txt".into()));
        assert!(matches!(
            error(r#"{"message":"{text}""#),
            TemplateError::NotJson(_)
        ));
        assert!(matches!(error("{heard:a..b}"), TemplateError::Path(_)));
        assert!(matches!(error("{heard:a|x}"), TemplateError::Default(_)));
        assert_eq!(Template::message("hello"), Err(TemplateError::NoText));
        assert!(Template::message(r#"{"m":"{text}"}"#).is_ok());
    }

    #[test]
    fn strings_in_strings_are_bounded() {
        let mut template = "{text}".to_owned();
        for _ in 0..6 {
            template = crate::json!([template]).to_string();
        }
        assert_eq!(error(&template), TemplateError::TooDeep);
    }

    #[test]
    fn it_gives_its_source_back_and_knows_its_names() {
        let template: Template = r#"["{text}","{id}"]"#.parse().unwrap();
        assert_eq!(template.to_string(), r#"["{text}","{id}"]"#);
        assert!(template.has_id() && !template.has_user() && !template.has_secret());
    }
}
