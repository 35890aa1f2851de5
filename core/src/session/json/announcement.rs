//! What a JSON server announces in its first words: that it acknowledges, numbers what it tells, and tells again what was missed.

use crate::json::Value;

use crate::wire::json::Frame;

/// The largest number that JavaScript can count to.
const LARGEST: u64 = (1 << 53) - 1;
/// The longest name of a log.
const LONGEST_NAME: usize = 256;

/// The additions to the dialect that a server has; see `docs/json-protocol.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Announcement {
    /// It acknowledges each message that carries an id, and drops second copies.
    pub(super) acks: bool,
    /// It tells again what was missed.
    pub(super) resumes: bool,
    /// The name of its log, and the number of the newest line in it.
    pub(super) log: Option<(String, u64)>,
}

impl Announcement {
    /// Reads one, where the server itself speaks and not somebody through it: by what the value says.
    pub(super) fn read(value: &Value, frames: &[Frame]) -> Option<Self> {
        let says = |name| value.get(name).is_some_and(Value::is_true);
        let name = value.get("log").and_then(Value::as_str);
        let name = name.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
        let announced = Self {
            acks: says("ack"),
            resumes: says("resume"),
            log: name.map(str::to_owned).zip(number(value, "seq")),
        };
        let promises = announced.acks || announced.log.is_some();
        (promises && is_servers(frames)).then_some(announced)
    }
}

/// Whether these are the server's own words, or none at all.
pub(super) fn is_servers(frames: &[Frame]) -> bool {
    frames.iter().all(|frame| match frame {
        Frame::Chat(chat) => chat.system,
        frame => *frame == Frame::Data,
    })
}

/// The number in this member: a whole one that JavaScript can count to, or none.
pub(super) fn number(value: &Value, name: &str) -> Option<u64> {
    let number = value.get(name)?.as_u64();
    number.filter(|number| *number <= LARGEST)
}

/// A line as it was said, without the number that the server has given it.
pub(super) fn without_number(value: &Value) -> String {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.remove("seq");
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json::{JsonFields, read_all};

    fn read(text: &str) -> Option<Announcement> {
        let value = Value::parse(text).expect("JSON");
        Announcement::read(&value, &read_all(&value, &JsonFields::default()))
    }

    #[test]
    fn each_addition_stands_for_itself() {
        let welcome =
            r#"{"system":true,"text":"Welcome","ack":true,"resume":true,"log":"a","seq":41}"#;
        let all = Announcement {
            acks: true,
            resumes: true,
            log: Some(("a".into(), 41)),
        };
        assert_eq!(read(welcome), Some(all));
        let acks = read(r#"{"type":"hello","ack":true}"#).unwrap();
        assert_eq!((acks.acks, acks.resumes, acks.log), (true, false, None));
        let numbers = read(r#"{"log":"a","seq":0}"#).unwrap();
        assert_eq!(numbers.log, Some(("a".into(), 0)));
    }

    #[test]
    fn what_is_no_announcement_is_none() {
        for text in [
            r#"{"system":true,"text":"Welcome","heartbeat":true}"#,
            r#"{"text":"look","user":"bo","ack":true}"#,
            r#"{"ack":"true"}"#,
            r#"{"log":"a","seq":"41"}"#,
            r#"{"log":"a","seq":9007199254740992}"#,
            r#"{"log":"a","seq":-1}"#,
            r#"{"log":"","seq":1}"#,
            r#"{"resume":true}"#,
            r#"[{"ack":true}]"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let long = "x".repeat(LONGEST_NAME + 1);
        assert_eq!(read(&format!(r#"{{"log":"{long}","seq":1}}"#)), None);
    }
}
