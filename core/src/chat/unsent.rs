//! Pure: the own messages that would be lost if the page died now, as text for the browser's storage.
//!
//! A message is here from the moment it is accepted until the connection tells that it has arrived, or the app that it is gone.

use std::time::Duration;

use crate::address::address_of;
use crate::json::Value;

use crate::connection::{Delivery, Event, Failure};
use crate::session::MessageId;
use crate::time::millis;

/// The most that is kept; the oldest go first.
const MAX_MESSAGES: usize = 500;
/// The most text that is kept, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// What was sent this long before the page came back was not cut off by its end.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60);

/// One message that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: MessageId,
    /// Its words.
    pub text: String,
    /// When it was written, since 1970.
    pub at: Duration,
    /// When it was handed to a socket.
    sent: Option<Duration>,
    /// It was told as failed, and nothing else since: only the person takes it away.
    failed: bool,
}

impl Kept {
    /// Why it is offered again.
    pub fn failure(&self) -> Failure {
        match self.sent {
            Some(_) => Failure::Unconfirmed,
            None => Failure::Interrupted,
        }
    }
}

/// The messages that are kept, oldest first.
#[derive(Debug, Default)]
pub struct Unsent {
    kept: Vec<Kept>,
    bytes: usize,
}

/// So much text is written at each change.
const SHORT: usize = 4_096;

impl Unsent {
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Whether so little is kept that it may be stored at each change.
    pub fn is_short(&self) -> bool {
        self.bytes <= SHORT && self.kept.len() <= 16
    }

    /// Keeps a message that was just accepted.
    pub fn add(&mut self, id: MessageId, text: String, at: Duration) {
        self.push(Kept {
            id,
            text,
            at,
            sent: None,
            failed: false,
        });
    }

    fn push(&mut self, kept: Kept) {
        // One that is sent again stands here once.
        self.forget(kept.id);
        self.bytes += kept.text.len();
        self.kept.push(kept);
        // A tab's storage takes some 5 MiB for the whole page, and throws beyond.
        while self.kept.len() > MAX_MESSAGES || self.bytes > MAX_BYTES {
            self.remove(0);
        }
    }

    /// Follows what the connection tells of a message. Returns whether there is something new to store.
    pub fn follow(&mut self, event: &Event, now: Duration) -> bool {
        match event {
            Event::Delivery { id, delivery } => match delivery {
                Delivery::Queued => self.mark(*id, |kept| (kept.sent, kept.failed) = (None, false)),
                Delivery::Sent => self.mark(*id, |kept| kept.sent = Some(now)),
                Delivery::Delivered | Delivery::Echoed => self.forget(*id),
                // Doubtful, or refused: the person can still send it again.
                Delivery::Failed(_) => self.mark(*id, |kept| kept.failed = true),
            },
            Event::Settled { id } => self.forget(*id),
            _ => false,
        }
    }

    fn mark(&mut self, id: MessageId, how: impl FnOnce(&mut Kept)) -> bool {
        let kept = self.kept.iter_mut().find(|kept| kept.id == id);
        kept.map(how).is_some()
    }

    /// Keeps a message no longer. Returns whether it was kept.
    fn forget(&mut self, id: MessageId) -> bool {
        let place = self.kept.iter().position(|kept| kept.id == id);
        place.map(|place| self.remove(place)).is_some()
    }

    fn remove(&mut self, place: usize) {
        self.bytes -= self.kept.remove(place).text.len();
    }

    fn retain(&mut self, keep: impl Fn(&Kept) -> bool) {
        self.kept.retain(keep);
        self.bytes = self.kept.iter().map(|kept| kept.text.len()).sum();
    }

    /// The text to store; `None` when there is nothing to keep.
    pub fn to_text(&self) -> Option<String> {
        let rows = self.kept.iter().map(|kept| {
            Value::Array(vec![
                kept.id.to_string().into(),
                kept.text.as_str().into(),
                millis(kept.at).into(),
                kept.sent.map_or(Value::Null, |at| millis(at).into()),
                kept.failed.into(),
            ])
        });
        (!self.kept.is_empty()).then(|| Value::Array(rows.collect()).to_string())
    }

    /// Reads a stored text, `now`. What does not fit the form is left out: another version, or another program, wrote it.
    pub fn of_text(text: &str, now: Duration) -> Vec<Kept> {
        let rows = Value::parse(text).unwrap_or_default();
        let mut unsent = Self::default();
        for row in rows.as_array().into_iter().flatten().filter_map(read) {
            unsent.push(row);
        }
        unsent.retain(|kept| {
            let cut_off = |at| now.saturating_sub(at) < FORGOTTEN_AFTER;
            kept.failed || kept.sent.is_none_or(cut_off)
        });
        unsent.kept
    }
}

fn read(row: &Value) -> Option<Kept> {
    Some(Kept {
        id: MessageId::parse(row.item(0)?.as_str()?)?,
        text: row.item(1)?.as_str()?.to_owned(),
        at: Duration::from_millis(row.item(2)?.as_u64()?),
        sent: row.item(3)?.as_u64().map(Duration::from_millis),
        failed: row.item(4).and_then(Value::as_bool).unwrap_or_default(),
    })
}

/// Where they are stored: by server and user. The URL's query is left out: it may hold a token.
pub fn storage_key(url: &str, user: Option<&str>) -> String {
    let place = address_of(url);
    format!("leptos-chat:unsent:{place}:{}", user.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Duration = Duration::from_secs(1000);

    fn with(texts: &[&str]) -> Unsent {
        let mut unsent = Unsent::default();
        for (id, text) in texts.iter().enumerate() {
            unsent.add(MessageId(id as u128), (*text).into(), AT);
        }
        unsent
    }

    fn restored(unsent: &Unsent, now: Duration) -> Vec<String> {
        let text = unsent.to_text().unwrap_or_default();
        Unsent::of_text(&text, now)
            .into_iter()
            .map(|kept| kept.text)
            .collect()
    }

    #[test]
    fn what_was_queued_comes_back_in_order() {
        let unsent = with(&["a", "\"b\"\n\u{0}"]);
        assert_eq!(
            restored(&unsent, AT + FORGOTTEN_AFTER * 100),
            ["a", "\"b\"\n\u{0}"]
        );
        let kept = Unsent::of_text(&unsent.to_text().unwrap(), AT);
        assert_eq!(kept[0].failure(), Failure::Interrupted);
    }

    #[test]
    fn as_much_is_kept_as_a_tabs_storage_takes_and_then_the_oldest_go() {
        let half = "x".repeat(MAX_BYTES / 2);
        let mut unsent = with(&[&half, &half]);
        assert_eq!(unsent.kept.len(), 2);
        unsent.add(MessageId(2), "y".into(), AT);
        let sizes: Vec<usize> = unsent.kept.iter().map(|kept| kept.text.len()).collect();
        assert_eq!(sizes, [half.len(), 1]);
        unsent.add(MessageId(3), half.clone(), AT);
        let sizes: Vec<usize> = unsent.kept.iter().map(|kept| kept.text.len()).collect();
        assert_eq!(sizes, [1, half.len()], "what went counts no more");
        assert!(!unsent.is_empty() && Unsent::default().is_empty());
    }

    fn told(unsent: &mut Unsent, id: u128, delivery: Delivery) -> bool {
        let id = MessageId(id);
        unsent.follow(&Event::Delivery { id, delivery }, AT)
    }

    #[test]
    fn what_was_delivered_is_gone_and_what_was_just_sent_is_doubtful() {
        let mut unsent = with(&["a", "b"]);
        assert!(told(&mut unsent, 0, Delivery::Sent));
        assert!(told(&mut unsent, 0, Delivery::Delivered));
        assert!(told(&mut unsent, 1, Delivery::Sent));
        let kept = Unsent::of_text(&unsent.to_text().unwrap(), AT);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].failure(), Failure::Unconfirmed);
        assert!(restored(&unsent, AT + FORGOTTEN_AFTER).is_empty());
    }

    /// Not by a clock of its own: what the connection doubts is kept, whatever is heard later over another link.
    #[test]
    fn what_is_settled_is_gone_and_what_is_doubted_stays() {
        let mut unsent = with(&["a", "b"]);
        for id in [0, 1] {
            told(&mut unsent, id, Delivery::Sent);
        }
        told(&mut unsent, 1, Delivery::Failed(Failure::Unconfirmed));
        assert!(unsent.follow(&Event::Settled { id: MessageId(0) }, AT));
        let heard = Event::Latency(Duration::ZERO);
        assert!(!unsent.follow(&heard, AT + Duration::from_secs(6)));
        assert_eq!(restored(&unsent, AT + FORGOTTEN_AFTER * 2), ["b"]);
    }

    #[test]
    fn what_is_sent_again_is_kept_once() {
        let mut unsent = with(&["a", "b"]);
        unsent.add(MessageId(0), "a".into(), AT);
        assert_eq!(restored(&unsent, AT), ["b", "a"]);
    }

    #[test]
    fn a_long_queue_is_not_stored_at_each_change() {
        assert!(with(&["a"; 16]).is_short());
        assert!(!with(&["a"; 17]).is_short());
        assert!(!with(&[&"x".repeat(SHORT + 1)]).is_short());
    }

    #[test]
    fn what_is_taken_back_is_gone() {
        let mut unsent = with(&["a"]);
        assert!(unsent.forget(MessageId(0)));
        assert!(!unsent.forget(MessageId(0)));
        assert_eq!(unsent.to_text(), None);
    }

    #[test]
    fn it_is_bounded_and_the_oldest_go_first() {
        let long = "x".repeat(MAX_BYTES / 2);
        let unsent = with(&[&long, &long, "last"]);
        assert_eq!(restored(&unsent, AT).len(), 2);
        let many = with(&["x"; MAX_MESSAGES + 5]);
        assert_eq!(restored(&many, AT).len(), MAX_MESSAGES);
    }

    #[test]
    fn what_another_program_stored_restores_nothing_and_harms_nothing() {
        for text in ["", "{}", "[1,[],[\"a\"]]", "[[\"00\",1,2,3]]", "\u{0}"] {
            assert!(Unsent::of_text(text, AT).is_empty(), "{text}");
        }
    }

    #[test]
    fn no_token_is_in_the_key() {
        let key = storage_key("wss://h/chat?token=secret#x", Some("ada"));
        assert_eq!(key, "leptos-chat:unsent:wss://h/chat:ada");
    }
}
