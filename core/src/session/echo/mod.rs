//! Which of the lines that arrive are news: not our own ones that come back, and not those that came before.
//!
//! Every chat session asks here, so that the app's listeners and the timeline get each line once. Nothing here knows a server
//! by its name; what is seen on the wire decides.
//!
//! **An own line that comes back** is proof, and is not shown again. It is known by our id (that is the session's business); by our
//! name and its words; or, where the server names people itself or nobody at all, by the way in which own lines come back here.
//! That is learnt once, from a line that is no coincidence: longer than a word, and back within a round trip. From then on one
//! copy of each own line is its echo, oldest first. A server that has not shown it never swallows anybody's "ok".
//!
//! **A line that came before** is told by an id that is the line's alone. An id is not that once it has come with other words: it
//! is its sender's, or counted anew since a restart. Without ids, what follows an opening and repeats the tail of what was heard,
//! in order and word for word, is that tail. Own lines in it are their proof. The same words said later are a new line.
//!
//! All of it is bounded: fingerprints of 1,000 own lines, 4,096 of the others and 10,000 ids.

mod html;
mod line;
mod lines;
mod seen;
mod tail;
mod voices;
mod words;

use std::time::Duration;

use super::MessageId;
use crate::address::address_of;
use crate::fingerprint::fingerprint;
use crate::time::Instant;
use html::without_html;
pub(super) use line::{Line, mark};
use lines::OwnLines;
use seen::{Marked, Seen, SeenIds};
use tail::{Part, Tail};
use voices::Voices;
use words::{Digest, is_distinctive};

/// How soon after the opening a history begins.
const HISTORY_BEGINS: Duration = Duration::from_secs(2);
/// How soon one line of it follows the other.
const HISTORY_GOES_ON: Duration = Duration::from_secs(1);
/// How long a line is held back that may be a part of it.
pub(super) const HELD_FOR: Duration = Duration::from_millis(300);

/// How soon the second copy of a line follows the first, where a server tells each twice at once.
const TWICE_WITHIN: Duration = Duration::from_millis(300);

/// What an arriving line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It came before; where it is an own one, that is its proof.
    Repeated(Option<MessageId>),
    /// It came before, and so did those that are held.
    History,
    /// It may have come before: the next lines tell.
    Held,
    /// It is no repetition: [`Echo::settle`] it, after those that are held.
    New,
}

/// What is known of the lines at one address, over all links.
#[derive(Debug, Default)]
pub(super) struct Echo {
    own: OwnLines,
    voices: Voices,
    seen: SeenIds,
    tail: Tail,
    link: u64,
    /// The address all this is known of, without its query.
    address: String,
    /// Until when what arrives follows the opening.
    opening: Option<Instant>,
    /// This server repeats what it remembers to those who join.
    remembers: bool,
    /// This server tells each line twice at once: an own one that is no coincidence came so, and none has come once since.
    doubles: bool,
    /// The line before, where a second copy of it may follow.
    last: Option<Last>,
}

/// A line that was told.
#[derive(Debug)]
struct Last {
    line: u64,
    id: Option<u64>,
    at: Instant,
    /// It was an own one that came back, and the next line has not shown yet whether it comes twice.
    own: bool,
    /// It was an own one, longer than a word.
    distinctive: bool,
}

impl Echo {
    /// For somebody of this name.
    pub(super) fn new(user: Option<String>) -> Self {
        Self {
            voices: Voices::new(user),
            ..Self::default()
        }
    }

    /// A new attempt. What is known of the address stays; what is known of another one is forgotten.
    pub(super) fn begin(&mut self, url: &str) {
        let address = address_of(url);
        if self.address != address {
            *self = Self {
                address: address.to_owned(),
                voices: self.voices.afresh(),
                ..Self::default()
            };
        }
        self.link += 1;
        self.opening = None;
        self.tail.begin();
    }

    /// The link is open: a history may follow.
    pub(super) fn opened(&mut self, now: Instant) {
        self.opening = Some(now + HISTORY_BEGINS);
    }

    /// An own line goes out.
    pub(super) fn sent(&mut self, id: MessageId, text: &str, now: Instant) {
        self.own.sent(id, text, now, self.link);
    }

    /// An own line has its number at the server: a later line with its words is another.
    pub(super) fn numbered(&mut self, id: MessageId) {
        self.own.numbered(id);
    }

    /// Whether own lines come back with their ids.
    pub(super) fn expect_ids(&mut self, expected: bool) {
        self.voices.by_id = expected;
    }

    /// An own line has come back for certain, under this sender and behind these words.
    pub(super) fn hear_own(&mut self, sender: Option<&str>, before: &str) {
        self.voices.hear_own(sender, before, self.link);
    }

    /// Judges a line that is not known by an id of ours.
    pub(super) fn judge(&mut self, line: &Line<'_>, now: Instant) -> Verdict {
        if self.is_double(line, now) {
            return Verdict::Repeated(None);
        }
        let opening = self.opening.is_some_and(|until| now <= until);
        match self.look_at_id(line, opening) {
            Seen::Repeated if opening => {
                self.remembers = true;
                match self.hear_after_opening(line, now) {
                    Verdict::History => Verdict::History,
                    Verdict::Repeated(own) => Verdict::Repeated(own),
                    Verdict::Held | Verdict::New => Verdict::Repeated(None),
                }
            }
            Seen::Repeated => Verdict::Repeated(None),
            Seen::Unknown if opening => self.hear_after_opening(line, now),
            Seen::New if opening && !self.is_awaited(line) => {
                match self.own_again(line, self.tells_by_words(line)) {
                    Some(id) => Verdict::Repeated(Some(id)),
                    None => Verdict::New,
                }
            }
            Seen::New | Seen::Unknown => Verdict::New,
        }
    }

    /// The same for a line whose number says that it never came: only its id tells a second copy that the server did not know for
    /// one. `missed`: it may be an own line of an earlier link.
    pub(super) fn hear_in_order(&mut self, line: &Line<'_>, missed: bool) -> Verdict {
        let repeated = self.look_at_id(line, false) == Seen::Repeated;
        let own = missed.then(|| self.own_again(line, false)).flatten();
        match repeated || own.is_some() {
            true => Verdict::Repeated(own),
            false => Verdict::New,
        }
    }

    fn look_at_id(&mut self, line: &Line<'_>, opening: bool) -> Seen {
        let Some(id) = line.id else {
            return Seen::Unknown;
        };
        self.seen.see(Marked {
            id,
            sender: line.sender,
            line: line.mark,
            link: self.link,
            resent: line.resent,
            opening,
        })
    }

    fn hear_after_opening(&mut self, line: &Line<'_>, now: Instant) -> Verdict {
        let by_words = self.tail.is_inside() || self.tells_by_words(line);
        // Where nothing is remembered, these are the words of the line that was just sent.
        if self.is_awaited(line) {
            return Verdict::New;
        }
        let verdict = match self.tail.lay(line.mark, is_distinctive(line.text)) {
            Part::Known => {
                self.own_again(line, true);
                self.remembers = true;
                Verdict::History
            }
            Part::Perhaps => {
                self.own_again(line, true);
                Verdict::Held
            }
            Part::No => match self.own_again(line, by_words) {
                Some(id) => {
                    // Behind the end of the tail is its place; elsewhere nobody knows it.
                    if self.tail.is_at_end() {
                        self.tail.append(line.mark, line.sender.is_some());
                    }
                    Verdict::Repeated(Some(id))
                }
                None => return Verdict::New,
            },
        };
        self.opening = self.opening.max(Some(now + HISTORY_GOES_ON));
        verdict
    }

    /// Whether it repeats the line before, at a server that tells each twice.
    fn is_double(&mut self, line: &Line<'_>, now: Instant) -> bool {
        if self.last.is_none() || self.waits(line) {
            return false;
        }
        let Some(last) = &mut self.last else {
            return false;
        };
        let same = now - last.at <= TWICE_WITHIN
            && last.line == line.mark
            && last.id == line.id.map(fingerprint);
        if std::mem::take(&mut last.own) {
            self.doubles = same && (self.doubles || last.distinctive);
        }
        same && self.doubles
    }

    /// Whether a line is the echo that is waited for, at a server that has shown no memory.
    fn is_awaited(&self, line: &Line<'_>) -> bool {
        let remembers = self.remembers || self.tail.is_repeated();
        !remembers && self.waits(line)
    }

    /// Whether an own line that was sent over this link waits for these words.
    fn waits(&self, line: &Line<'_>) -> bool {
        if self.own.is_empty() {
            return false;
        }
        let plain = without_html(line.text);
        let mut readings = [Some(line.text), plain.as_deref()].into_iter().flatten();
        let is_awaited = |words| self.own.is_awaited(words, self.link);
        readings.any(|text| {
            let mut said = self.voices.said(line, text).map(|(words, _)| words);
            said.any(is_awaited) || is_awaited(Digest::of(text))
        })
    }

    /// Whether the words alone show that it is an own line: nobody else is likely to have said them, and no other name stands there.
    fn tells_by_words(&self, line: &Line<'_>) -> bool {
        is_distinctive(line.text) && !self.voices.names_another(line)
    }

    /// An own line of an earlier link, in a history: told by who says it or, `by_words`, by these alone.
    fn own_again(&mut self, line: &Line<'_>, by_words: bool) -> Option<MessageId> {
        if line.anothers || self.own.is_empty() {
            return None;
        }
        let plain = without_html(line.text);
        let readings = [Some(line.text), plain.as_deref()];
        readings.into_iter().flatten().find_map(|text| {
            let by_words = by_words.then(|| (Digest::of(text), 0));
            let mut said = self.voices.said(line, text).chain(by_words);
            said.find_map(|(words, voice)| self.own.repeated(words, voice, self.link))
        })
    }

    /// How many of the lines of a list were heard before, as its first ones.
    pub(super) fn heard_of<'a>(&self, list: impl Iterator<Item = Line<'a>>) -> usize {
        let lines: Vec<u64> = list.map(|line| line.mark).collect();
        self.tail.overlap(&lines)
    }

    /// Whether a line of ours that waits has these words, and comes back in this way.
    pub(super) fn is_own(&self, line: &Line<'_>, now: Instant) -> bool {
        self.voices.is_echo(line, &self.own, now, self.link)
    }

    /// Takes in a line that is no repetition: the echo of an own one, which is its proof, or news.
    pub(super) fn settle(&mut self, line: &Line<'_>, now: Instant) -> Option<MessageId> {
        // Own lines that come back have their place among the others', in the server's order.
        let mark = line.mark;
        self.tail.push(mark, line.sender.is_some());
        let own = self.voices.echo(line, &mut self.own, now, self.link);
        let may_be_doubled = own.is_some() || self.doubles;
        self.last = may_be_doubled.then(|| Last {
            line: mark,
            id: line.id.map(fingerprint),
            at: now,
            own: own.is_some(),
            distinctive: own.is_some_and(|id| self.own.is_distinctive(id)),
        });
        own
    }

    /// What somebody wrote, where this server has shown that it escapes words for HTML.
    pub(super) fn written(&self, text: &str) -> Option<String> {
        self.voices.escapes.then(|| html::unescaped(text)).flatten()
    }

    /// The same, for a line that is certainly another's.
    pub(super) fn settle_anothers(&mut self, line: &Line<'_>) {
        self.tail.push(line.mark, line.sender.is_some());
    }
}
