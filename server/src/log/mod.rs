//! The channel's log: its lines with their numbers, second copies, and what a client missed. Bounded; kept in a file where one is
//! named.

mod file;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::ws::Message;
use serde_json::{Map, Value, json};

use file::LogFile;

/// How many lines are kept.
const MOST_LINES: usize = 1_000;
/// How many bytes they may have together.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A shorter id may be a counter's, and come again with another message.
const SHORTEST_ID: usize = 16;

/// What becomes of a message in the channel.
#[derive(Debug, PartialEq)]
pub(crate) enum Taken {
    /// Everybody gets it: a line with its number, or what can have none, byte for byte.
    ToAll(Message),
    /// The channel has it already: its sender is told its number again.
    Known(Message),
}

/// The lines of the channel, the newest last.
#[derive(Debug)]
pub(crate) struct Log {
    name: String,
    /// Names this server in the file.
    owner: String,
    /// The number of the newest line.
    head: u64,
    lines: VecDeque<Line>,
    bytes: usize,
    /// The numbers of the lines that are kept, by what makes a second copy of them: the same id, and the same members but for
    /// `seq` and `resent`.
    copies: HashMap<u64, u64>,
    hasher: RandomState,
    file: Option<LogFile>,
}

#[derive(Debug)]
struct Line {
    text: String,
    copy: Option<u64>,
}

impl Log {
    /// An empty one, which ends with the server.
    pub(crate) fn new() -> Self {
        Self {
            name: fresh_name(),
            owner: fresh_name(),
            head: 0,
            lines: VecDeque::new(),
            bytes: 0,
            copies: HashMap::new(),
            hasher: RandomState::new(),
            file: None,
        }
    }

    /// The one in this file, which is made where there is none.
    ///
    /// # Errors
    /// The system's: the file cannot be read or written.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut log = Self::new();
        if let Some(stored) = file::read(path)? {
            (log.name, log.head) = (stored.name, stored.before);
            for line in stored.lines {
                log.push(line);
            }
        }
        log.file = Some(log.written(path)?);
        Ok(log)
    }

    /// What a client hears first: what this channel is good for, and how far the log has come.
    pub(crate) fn greeting(&self) -> Message {
        let (name, head) = (&self.name, self.head);
        told(&json!({
            "system": true, "text": "Welcome to the channel",
            "heartbeat": true, "ack": true, "resume": true, "log": name, "seq": head,
        }))
    }

    /// Takes what a client says. A JSON object gets its number behind its last member; else nothing in it is changed.
    pub(crate) fn take(&mut self, message: Message) -> Taken {
        let message = Message::Binary(message.into_data());
        let Message::Binary(bytes) = &message else {
            return Taken::ToAll(message);
        };
        let text = std::str::from_utf8(bytes).ok();
        let Some((text, mut object)) = text.and_then(|text| Some((text, object(text)?))) else {
            return Taken::ToAll(message);
        };
        let copy = self.copy_of(&object);
        if let Some(seq) = copy.and_then(|copy| self.copies.get(&copy)) {
            let id = object.get("id");
            return Taken::Known(told(&json!({ "type": "ack", "id": id, "seq": seq })));
        }
        // A number that the client put there itself would stand beside ours.
        let text = match object.remove("seq") {
            Some(_) => Cow::from(Value::Object(object.clone()).to_string()),
            None => Cow::from(text),
        };
        let numbered = numbered(&text, self.head + 1, object.is_empty());
        self.push(numbered.clone());
        self.keep(&numbered);
        Taken::ToAll(Message::binary(numbered))
    }

    /// What came after the line that a client names, and whether that is all of it.
    pub(crate) fn missed(&self, asked: &Value) -> Vec<Message> {
        let ours = asked.get("log").and_then(Value::as_str) == Some(&self.name);
        let after = asked.get("after").and_then(Value::as_u64);
        let after = after.filter(|after| ours && *after <= self.head);
        let oldest = self.head - self.lines.len() as u64 + 1;
        let skipped = after.map_or(self.lines.len(), |after| {
            usize::try_from((after + 1).saturating_sub(oldest)).unwrap_or(usize::MAX)
        });
        let complete = after.is_some_and(|after| after + 1 >= oldest);
        let lines = self.lines.iter().skip(skipped);
        let (name, head) = (&self.name, self.head);
        let end = json!({ "type": "resumed", "log": name, "seq": head, "complete": complete });
        lines
            .map(|line| Message::binary(line.text.clone()))
            .chain([told(&end)])
            .collect()
    }

    fn push(&mut self, text: String) {
        let copy = object(&text).and_then(|object| self.copy_of(&object));
        self.head += 1;
        self.bytes += text.len();
        self.copies.extend(copy.map(|copy| (copy, self.head)));
        self.lines.push_back(Line { text, copy });
        while self.lines.len() > MOST_LINES || self.bytes > MOST_BYTES {
            let Some(line) = self.lines.pop_front() else {
                break;
            };
            self.bytes -= line.text.len();
            if let Some(copy) = line.copy {
                self.copies.remove(&copy);
            }
        }
    }

    /// By what a second copy of a message with an id is known.
    fn copy_of(&self, object: &Map<String, Value>) -> Option<u64> {
        let id = object.get("id").and_then(Value::as_str);
        let id = id.filter(|id| id.len() >= SHORTEST_ID)?;
        // Whatever a client puts beside the id: a reply that carries a request's id is no copy of the request.
        let said = object
            .iter()
            .filter(|(name, _)| !matches!(&name[..], "seq" | "resent"));
        let said: BTreeMap<_, _> = said.collect();
        Some(self.hasher.hash_one(json!([id, said]).to_string()))
    }

    /// Writes a new line into the file. A file that cannot be written is given up: the channel goes on.
    fn keep(&mut self, line: &str) {
        let Some(file) = &mut self.file else { return };
        // A line that is larger than the whole log was not kept: the file starts behind it.
        let fits = !self.lines.is_empty()
            && file.lines < 2 * MOST_LINES
            && file.bytes + line.len() < 2 * MOST_BYTES;
        let kept = if fits {
            file.append(line)
        } else {
            let path = file.path.clone();
            file.be_ours()
                .and_then(|()| self.written(&path))
                .map(|fresh| self.file = Some(fresh))
        };
        if let Err(error) = kept {
            tracing::error!(%error, "the log cannot be written; it ends with this server");
            self.file = None;
        }
    }

    /// Writes all of it into a file, in place of what is there.
    fn written(&self, path: &Path) -> io::Result<LogFile> {
        let before = self.head - self.lines.len() as u64;
        let lines = self.lines.iter().map(|line| line.text.as_str());
        LogFile::write(path, &self.owner, &self.name, before, lines)
    }
}

/// The members of a JSON object that can be numbered. One with a `log` cannot: there, a `seq` is the log's and not the line's.
fn object(text: &str) -> Option<Map<String, Value>> {
    let object: Map<String, Value> = serde_json::from_str(text).ok()?;
    (!object.contains_key("log")).then_some(object)
}

/// A JSON object with its number behind its last member, in one row: a line break in it is white space.
fn numbered(text: &str, seq: u64, empty: bool) -> String {
    let body = text.trim_end().strip_suffix('}').unwrap_or(text);
    let comma = if empty { "" } else { "," };
    let text = format!("{body}{comma}\"seq\":{seq}}}");
    text.replace(['\n', '\r'], " ")
}

fn told(value: &Value) -> Message {
    Message::binary(value.to_string())
}

/// A name that no log before it had.
fn fresh_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = now.unwrap_or_default().as_nanos();
    format!("{nanos:x}-{:x}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(log: &mut Log, text: &str) -> String {
        match log.take(Message::text(text)) {
            Taken::ToAll(message) | Taken::Known(message) => text_of(&message),
        }
    }

    fn text_of(message: &Message) -> String {
        String::from_utf8_lossy(&message.clone().into_data()).into_owned()
    }

    fn missed(log: &Log, after: u64) -> Vec<String> {
        let asked = json!({ "type": "resume", "log": log.name, "after": after });
        log.missed(&asked).iter().map(text_of).collect()
    }

    #[test]
    fn an_object_gets_its_number_behind_its_last_member() {
        let mut log = Log::new();
        let said = "{ \"id\":1,  \"text\":\"h\\u0069 \u{1f600}\" }\n";
        let told = "{ \"id\":1,  \"text\":\"h\\u0069 \u{1f600}\" ,\"seq\":1}";
        assert_eq!(say(&mut log, said), told);
        assert_eq!(say(&mut log, "{}"), r#"{"seq":2}"#);
        assert_eq!(say(&mut log, "{\n\"a\":1}"), r#"{ "a":1,"seq":3}"#);
    }

    #[test]
    fn a_number_of_the_clients_own_gives_way_to_the_channels() {
        let mut log = Log::new();
        assert_eq!(
            say(&mut log, r#"{"seq":7,"text":"hi"}"#),
            r#"{"text":"hi","seq":1}"#
        );
        assert_eq!(say(&mut log, r#"{"seq":7}"#), r#"{"seq":2}"#);
    }

    #[test]
    fn what_is_no_object_passes_byte_for_byte_and_is_not_kept() {
        let mut log = Log::new();
        for said in [
            "not json",
            "",
            "{\"text\":\"\\ud800\"}",
            "[1]",
            "{\"log\":1}",
        ] {
            assert_eq!(say(&mut log, said), said);
        }
        let bytes = vec![0xff, 0x00];
        let taken = log.take(Message::binary(bytes.clone()));
        assert_eq!(taken, Taken::ToAll(Message::binary(bytes)));
        assert_eq!(log.head, 0);
    }

    #[test]
    fn a_second_copy_is_answered_with_the_number_of_the_first() {
        let mut log = Log::new();
        say(
            &mut log,
            r#"{"id":"0123456789abcdef","user":"ada","text":"hi"}"#,
        );
        let again = r#"{"id":"0123456789abcdef","text":"hi","user":"ada","resent":true}"#;
        assert_eq!(
            say(&mut log, again),
            r#"{"id":"0123456789abcdef","seq":1,"type":"ack"}"#
        );
        // Others, and clients that count their ids, or have none.
        for other in [
            r#"{"id":"0123456789abcdef","user":"bo","text":"hi"}"#,
            r#"{"id":"0123456789abcdef","user":"ada","text":"ho"}"#,
            r#"{"id":"0123456789abcdef","op":"seats"}"#,
            r#"{"id":"0123456789abcdef","free":2}"#,
            r#"{"id":"1","text":"hi"}"#,
            r#"{"id":"1","text":"hi"}"#,
            r#"{"id":1,"text":"hi"}"#,
            r#"{"id":1,"text":"hi"}"#,
            r#"{"text":"hi"}"#,
            r#"{"text":"hi"}"#,
        ] {
            say(&mut log, other);
        }
        assert_eq!(log.head, 11);
    }

    #[test]
    fn what_was_missed_is_told_and_then_its_end() {
        let mut log = Log::new();
        for text in ["one", "two", "three"] {
            say(&mut log, &format!(r#"{{"text":"{text}"}}"#));
        }
        let told = missed(&log, 1);
        assert_eq!(told.len(), 3);
        assert!(told[0].contains("two") && told[1].contains("three"));
        assert!(told[2].contains(r#""complete":true"#) && told[2].contains(r#""seq":3"#));
        assert_eq!(missed(&log, 3).len(), 1);
        for (name, after) in [("other", 1), (&log.name.clone(), 9)] {
            let asked = json!({ "log": name, "after": after });
            let told: Vec<_> = log.missed(&asked).iter().map(text_of).collect();
            assert_eq!(told.len(), 1);
            assert!(told[0].contains(r#""complete":false"#));
        }
    }

    #[test]
    fn the_log_is_bounded_and_says_what_it_has_forgotten() {
        let mut log = Log::new();
        for number in 0..MOST_LINES + 5 {
            say(
                &mut log,
                &format!(r#"{{"text":"{number}","id":"{number:032}"}}"#),
            );
        }
        assert_eq!(
            (log.lines.len(), log.copies.len()),
            (MOST_LINES, MOST_LINES)
        );
        let end = |after| missed(&log, after).last().cloned().unwrap_or_default();
        assert_eq!(missed(&log, 4).len(), MOST_LINES + 1);
        assert!(end(4).contains(r#""complete":false"#));
        assert!(end(5).contains(r#""complete":true"#));
        let long = "x".repeat(MOST_BYTES);
        say(&mut log, &format!(r#"{{"text":"{long}"}}"#));
        assert!(log.lines.is_empty());
        assert!(
            missed(&log, 3)
                .last()
                .unwrap()
                .contains(r#""complete":false"#)
        );
    }

    #[test]
    fn who_finds_another_servers_file_in_its_place_writes_no_more() {
        let path = std::env::temp_dir().join(format!("log-two-{}", std::process::id()));
        let mut first = Log::open(&path).unwrap();
        say(&mut first, r#"{"text":"one"}"#);
        let mut second = Log::open(&path).unwrap();
        say(&mut second, r#"{"text":"two"}"#);
        say(&mut first, r#"{"text":"lost"}"#);
        assert!(first.file.is_none() && second.file.is_some());
        say(&mut second, r#"{"text":"three"}"#);
        let stored = file::read(&path).unwrap().unwrap();
        assert_eq!(stored.lines.len(), 3);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn the_file_is_bounded_in_bytes_and_its_numbers_are_the_logs() {
        let path = std::env::temp_dir().join(format!("log-bound-{}", std::process::id()));
        let mut log = Log::open(&path).unwrap();
        let quarter = "x".repeat(MOST_BYTES / 4);
        let all = "x".repeat(MOST_BYTES);
        for text in [&quarter; 9].into_iter().chain([&all, &quarter]) {
            say(&mut log, &json!({ "text": text }).to_string());
            assert!(std::fs::metadata(&path).unwrap().len() <= 2 * MOST_BYTES as u64);
            let stored = file::read(&path).unwrap().unwrap();
            assert_eq!(stored.before + stored.lines.len() as u64, log.head);
        }
        std::fs::remove_file(&path).unwrap();
    }
}
