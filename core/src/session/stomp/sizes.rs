//! Frames that are large for some servers: cut into parts, remembered while they may be refused, and held back once the server's
//! limit is known.

use std::collections::VecDeque;

use crate::session::{MessageId, Reason};
use crate::wire::Message;

/// The longest WebSocket message that a frame goes out in, in bytes. Tomcat and others take 8 KiB; inside of SockJS a message may
/// nearly double, by its escapes.
const PART: usize = 4 << 10;
/// How many large frames are remembered.
const REMEMBERED: usize = 64;

/// What is known of the sizes that a server takes.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    /// The largest frame, in bytes, as an ERROR told it.
    limit: Option<usize>,
    /// Frames go out whole: this server does not put parts together.
    whole: bool,
    /// The frames of this link that went out in parts, and are not proved.
    large: VecDeque<(MessageId, usize)>,
}

impl Sizes {
    /// A new link: what went out on the old one was judged with it.
    pub(super) fn begin(&mut self) {
        self.large.clear();
    }

    /// The reason why a frame of this length cannot go out.
    pub(super) fn refuses(&self, len: usize) -> Option<Reason> {
        let limit = self.limit.filter(|&limit| len > limit)?;
        Some(Reason::TooLarge { len, limit })
    }

    /// The WebSocket messages that a frame goes out in; `id` names the message, where it is one of the app's.
    pub(super) fn parts(&mut self, frame: Message, id: Option<MessageId>) -> Vec<Message> {
        if self.whole || frame.len() <= PART {
            return vec![frame];
        }
        if let Some(id) = id {
            self.large.push_back((id, frame.len()));
            if self.large.len() > REMEMBERED {
                self.large.pop_front();
            }
        }
        cut(frame)
    }

    /// The server has this message.
    pub(super) fn proved(&mut self, id: MessageId) {
        self.large.retain(|(other, _)| *other != id);
    }

    /// The server has told its limit: the messages of this link that are over it.
    pub(super) fn learn_limit(&mut self, limit: usize) -> Vec<(MessageId, Reason)> {
        self.limit = Some(limit);
        let large = std::mem::take(&mut self.large);
        let over = large.into_iter();
        over.filter_map(|(id, len)| Some((id, self.refuses(len)?)))
            .collect()
    }

    /// The link ended by an ERROR: parts that it had not answered may be why.
    pub(super) fn ended_by_error(&mut self) {
        self.whole |= !self.large.is_empty();
    }

    /// The link was closed over a message that was too long.
    pub(super) fn too_long(&mut self) {
        self.whole = false;
    }
}

fn cut(frame: Message) -> Vec<Message> {
    match frame {
        Message::Text(text) => cut_text(&text),
        Message::Binary(bytes) => bytes
            .chunks(PART)
            .map(|part| Message::Binary(part.to_vec()))
            .collect(),
    }
}

fn cut_text(mut text: &str) -> Vec<Message> {
    let mut parts = Vec::new();
    while !text.is_empty() {
        // Each text message is UTF-8 by itself (RFC 6455, 5.6): no part ends within a character.
        let fits = |end: &usize| text.is_char_boundary(*end);
        let end = (0..=PART.min(text.len())).rev().find(fits);
        let (part, rest) = text.split_at(end.unwrap_or(text.len()));
        parts.push(Message::Text(part.to_owned()));
        text = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_characters_and_give_the_frame_again() {
        let text = "\u{4f60}".repeat(5000);
        let parts = Sizes::default().parts(text.clone().into(), None);
        assert!(parts.len() > 3 && parts.iter().all(|part| part.len() <= PART));
        let again: String = parts.iter().filter_map(Message::as_text).collect();
        assert_eq!(again, text);
        let bytes = vec![7_u8; PART + 1];
        assert_eq!(Sizes::default().parts(bytes.into(), None).len(), 2);
    }

    #[test]
    fn what_is_over_a_limit_is_told_once_and_held_back() {
        let mut sizes = Sizes::default();
        for (id, len) in [(1, 70_000), (2, 5_000), (3, 10)] {
            sizes.parts("x".repeat(len).into(), Some(MessageId(id)));
        }
        let over = sizes.learn_limit(65_536);
        assert_eq!(over.len(), 1);
        assert_eq!(over[0].0, MessageId(1));
        assert!(sizes.refuses(65_537).is_some() && sizes.refuses(65_536).is_none());
        assert!(sizes.learn_limit(65_536).is_empty());
    }

    #[test]
    fn a_server_that_knows_no_parts_gets_whole_frames_until_one_is_too_long() {
        let mut sizes = Sizes::default();
        let count = |sizes: &mut Sizes| {
            sizes
                .parts("x".repeat(9000).into(), Some(MessageId(1)))
                .len()
        };
        assert_eq!(count(&mut sizes), 3);
        sizes.ended_by_error();
        assert_eq!(count(&mut sizes), 1);
        sizes.too_long();
        assert_eq!(count(&mut sizes), 3);
        sizes.proved(MessageId(1));
        sizes.ended_by_error();
        assert_eq!(count(&mut sizes), 3, "its parts were read");
    }

    #[test]
    fn what_went_out_on_a_link_that_is_gone_says_nothing_of_the_next() {
        let mut sizes = Sizes::default();
        let large = || Message::from("x".repeat(9000));
        sizes.parts(large(), Some(MessageId(1)));
        sizes.begin();
        sizes.ended_by_error();
        assert_eq!(sizes.parts(large(), Some(MessageId(2))).len(), 3);
    }

    #[test]
    fn of_many_large_frames_the_oldest_are_forgotten() {
        let mut sizes = Sizes::default();
        for id in 0..=REMEMBERED as u128 {
            sizes.parts("x".repeat(9000).into(), Some(MessageId(id)));
        }
        let over = sizes.learn_limit(8000);
        assert_eq!((over.len(), over[0].0), (REMEMBERED, MessageId(1)));
    }
}
