//! Pure: what arrives and is no line of the chat (presence, typing, an event of another name): counted, and the last of it held.

use std::time::Duration;

use crate::session::Incoming;

/// How many are held.
const HELD: usize = 50;
/// How much of each is held, in bytes.
const LONGEST: usize = 2_000;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMessage {
    /// What it says: its words or, where it has none, all of its data. Text from the network: never markup.
    pub text: String,
    /// When it arrived, since 1970-01-01T00:00Z.
    pub at: Duration,
}

/// What came and is no line of the chat.
#[derive(Clone, Debug, Default)]
pub struct OtherMessages {
    count: u64,
    held: Vec<OtherMessage>,
}

impl OtherMessages {
    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The last of them, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &OtherMessage> {
        self.held.iter()
    }

    #[inline(never)]
    pub(super) fn add(&mut self, incoming: &Incoming, at: Duration) {
        self.count += 1;
        if self.held.len() == HELD {
            self.held.remove(0);
        }
        let mut text = text_of(incoming);
        if text.len() > LONGEST {
            let cut = (0..=LONGEST)
                .rev()
                .find(|place| text.is_char_boundary(*place));
            text.truncate(cut.unwrap_or_default());
            text.push('…');
        }
        self.held.push(OtherMessage { text, at });
    }
}

fn text_of(incoming: &Incoming) -> String {
    let data = incoming.data.as_ref().map(ToString::to_string);
    let text = data.unwrap_or_else(|| incoming.to_string());
    match &incoming.channel {
        Some(channel) => format!("{channel} {text}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Body;

    fn said(text: &str) -> Incoming {
        Incoming {
            body: Body::Text(text.into()),
            ..Incoming::default()
        }
    }

    #[test]
    fn all_are_counted_and_the_last_are_held() {
        let mut others = OtherMessages::default();
        for number in 0..1_000 {
            others.add(&said(&number.to_string()), Duration::ZERO);
        }
        assert_eq!((others.count(), others.iter().count()), (1_000, HELD));
        assert_eq!(
            others.iter().next_back().map(|note| note.text.as_str()),
            Some("999")
        );
    }

    #[test]
    fn what_is_just_as_long_as_is_held_is_not_cut() {
        let mut others = OtherMessages::default();
        let text = "x".repeat(LONGEST);
        others.add(&said(&text), Duration::ZERO);
        assert!(others.iter().all(|note| note.text == text));
    }

    #[test]
    fn a_long_one_is_cut_between_characters_and_data_is_told_whole() {
        let mut others = OtherMessages::default();
        others.add(&said(&"語".repeat(LONGEST)), Duration::ZERO);
        let incoming = Incoming {
            data: Some(crate::json!({"typing": true})),
            channel: Some("presence".into()),
            ..said("")
        };
        others.add(&incoming, Duration::ZERO);
        let texts: Vec<_> = others.iter().map(|note| note.text.clone()).collect();
        assert!(texts[0].len() <= LONGEST + 3 && texts[0].ends_with('…'));
        assert_eq!(texts[1], "presence {\"typing\":true}");
    }
}
