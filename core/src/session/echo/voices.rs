//! Under which name a server repeats our lines: told by our own name, or learnt from a line that is no coincidence.
//!
//! A *voice* is one way in which own lines come back: the sender that the server names, and what it writes before the words. Some
//! servers have two, `You wrote: hello` to the sender and `Client #3 says: hello` to all.

use std::time::Duration;

use super::html::{unescaped, without_html};
use super::line::Line;
use super::lines::{Moment, OwnLine, OwnLines};
use super::words::{Digest, is_distinctive, is_name, spaced_once, without_clock, without_numbers};
use crate::letters::is_letter;
use crate::search::find;
use crate::session::MessageId;
use crate::time::Instant;

/// How many ways of repeating a line are learnt at one server; the two other bits are those of our own name.
const LIMIT: usize = 6;
const OWN_NAME: u8 = 1 << 6;
const OWN_NAME_BEFORE: u8 = 1 << 7;
/// How soon a line comes back that shows how its server repeats lines.
const ROUND_TRIP: Duration = Duration::from_secs(3);
/// How long a line is waited for at a server that has shown no line of ours yet.
const SOON: Duration = Duration::from_secs(60);
/// The same, at one that has, and for more than a word under our own name.
const LATE: Duration = Duration::from_secs(10 * 60);
/// So many own lines in a row that did not come back: it was a coincidence after all.
const IN_VAIN: usize = 8;

#[derive(Debug, PartialEq)]
struct Voice {
    sender: Option<String>,
    before: String,
    /// The link on which it was heard last: a server that names people itself may give another name on the next.
    link: u64,
}

/// The ways in which own lines come back here.
#[derive(Debug, Default)]
pub(super) struct Voices {
    user: Option<String>,
    /// Own lines come back with their ids here: there is nothing to be learnt.
    pub(super) by_id: bool,
    known: Vec<Voice>,
    /// A line under our own name has come back.
    named: bool,
    /// An own line has come back with entities of HTML in place of its signs.
    pub(super) escapes: bool,
    /// The own line that came back first over a link, and that link: where own lines come back twice, it shows both ways.
    first: Option<(u64, MessageId)>,
}

impl Voices {
    pub(super) fn new(user: Option<String>) -> Self {
        Self {
            user,
            ..Self::default()
        }
    }

    /// For another address.
    pub(super) fn afresh(&mut self) -> Self {
        Self::new(self.user.take())
    }

    /// Whether this line is the echo of an own one that waits.
    pub(super) fn is_echo(&self, line: &Line<'_>, own: &OwnLines, now: Instant, link: u64) -> bool {
        let within = ROUND_TRIP;
        let moment = Moment { now, link, within };
        let words = Digest::of(line.text);
        let mut known = self.said(line, line.text);
        let mut distinctive = own.distinctive(&moment);
        known.any(|(words, _)| own.is_awaited(words, link))
            || self.may_learn(line)
                && distinctive.any(|line| line.words == words && self.may_teach(line, own, &moment))
    }

    /// The own line that this one is the echo of, if it is one.
    pub(super) fn echo(
        &mut self,
        line: &Line<'_>,
        own: &mut OwnLines,
        now: Instant,
        link: u64,
    ) -> Option<MessageId> {
        // Who has said nothing hears others alone.
        if own.is_empty() {
            return None;
        }
        let moment = |within| Moment { now, link, within };
        let patience = if self.has_learnt() { LATE } else { SOON };
        if !self.known.is_empty() && own.waited_in_vain(IN_VAIN, &moment(SOON)) {
            self.known.clear();
        }
        let plain = without_html(line.text);
        let readings = [Some(line.text), plain.as_deref()];
        let mut readings = readings.into_iter().flatten();
        let (text, own_line) = readings.find_map(|text| {
            let named = self.is_named(line);
            // More than a word, under our own name: a link that stood still may bring it late.
            let by_us = named && is_distinctive(text);
            let within = if by_us { LATE } else { patience };
            let echo = self.said(line, text).find_map(|(words, voice)| {
                Some((own.echoed(words, voice, &moment(within))?, voice))
            });
            if let Some((id, voice)) = echo {
                self.heard(voice, link);
                return Some((text, id));
            }
            // To a relay, our older link was another client's: what it read there late comes to us, under our own name.
            let within = if by_us { LATE } else { SOON };
            let strayed = named
                .then(|| own.strayed(Digest::of(text), OWN_NAME, &moment(within)))
                .flatten();
            let found = strayed
                .or_else(|| self.renamed(line, text, own, &moment(patience)))
                .or_else(|| self.learn(line, text, own, &moment(ROUND_TRIP)));
            found.map(|id| (text, id))
        })?;
        if self.first.is_none_or(|(on, _)| on < link) {
            self.first = Some((link, own_line));
        }
        self.escapes |= text != line.text && unescaped(line.text).is_some();
        Some(own_line)
    }

    /// Whether it is known how own lines come back here.
    pub(super) fn has_learnt(&self) -> bool {
        self.named || !self.known.is_empty()
    }

    /// What the words of a line are if it is said by us, by all that is known; and by which voice. Our name may stand in the midst of
    /// words as well as before them: there is more than one way to read it.
    pub(super) fn said<'a>(
        &'a self,
        line: &'a Line<'_>,
        text: &'a str,
    ) -> impl Iterator<Item = (Digest, u8)> + use<'a> {
        let (by_name, voices) = match self.is_named(line) {
            true => (Some((Digest::of(text), OWN_NAME)), &[][..]),
            false => {
                let before = self.after_own_name(line, text);
                (before.map(|words| (words, OWN_NAME_BEFORE)), &*self.known)
            }
        };
        let known = voices.iter().enumerate();
        let known = known
            .filter(|(_, voice)| voice.sender.as_deref() == line.sender)
            .filter_map(|(place, voice)| Some((voice.words(text)?, 1 << place)));
        by_name.into_iter().chain(known)
    }

    /// Whether the server says that it is ours, or names us.
    fn is_named(&self, line: &Line<'_>) -> bool {
        line.mine || line.sender.is_some_and(|sender| self.is_own_name(sender))
    }

    /// Whether it is said under a name, and that is not ours.
    pub(super) fn names_another(&self, line: &Line<'_>) -> bool {
        let named = line.sender.filter(|_| self.user.is_some());
        named.is_some_and(|sender| !line.mine && !self.is_own_name(sender))
    }

    fn is_own_name(&self, sender: &str) -> bool {
        let user = self.user.as_deref().map(str::trim);
        user.is_some_and(|user| {
            sender.trim() == user || without_html(sender).as_deref() == Some(user)
        })
    }

    /// `ada: hello` and `(ada) hello`, where that is our name.
    fn after_own_name(&self, line: &Line<'_>, text: &str) -> Option<Digest> {
        let user = self
            .user
            .as_deref()
            .filter(|_| line.sender.is_none())?
            .trim();
        let at = find(text.get(..100).unwrap_or(text), user)?;
        let (before, rest) = text.split_at_checked(at + user.len())?;
        let sign = rest.find([':', '>', ']', '：', '-', '–', '|', ')', '*'])?;
        let (mark, words) =
            rest.split_at_checked(sign + rest.get(sign..)?.chars().next()?.len_utf8())?;
        let (around, in_time) = (before.get(..at)?, |letter: char| letter.is_ascii_digit());
        let alone = !around.contains(|letter| is_letter(letter) && !in_time(letter));
        let is_ours = mark.chars().count() <= 8
            && (alone || is_name(&[before, mark].concat()))
            && !around.ends_with(is_letter)
            && !mark.starts_with(is_letter);
        // `[ada]: hello`: two signs.
        let words = match mark.ends_with([']', ')', '*', '|']) {
            true => words.strip_prefix([':', '：']).unwrap_or(words),
            false => words,
        };
        is_ours.then(|| Digest::of(words))
    }

    fn heard(&mut self, bit: u8, link: u64) {
        match self.known.get_mut(bit.trailing_zeros() as usize) {
            Some(voice) => voice.link = link,
            None => self.named = true,
        }
    }

    /// After a reconnection, `guest 7` may be `guest 12`: the same kind of name, until it is heard.
    fn renamed(
        &mut self,
        line: &Line<'_>,
        text: &str,
        own: &mut OwnLines,
        moment: &Moment,
    ) -> Option<MessageId> {
        let old = |voice: &&Voice| voice.link < moment.link;
        for (place, voice) in self
            .known
            .iter()
            .enumerate()
            .filter(|(_, voice)| old(voice))
        {
            let Some((words, before)) = voice.alike(line, text) else {
                continue;
            };
            if let Some(id) = own.echoed(words, 1 << place, moment) {
                self.known[place] = Voice {
                    sender: line.sender.map(str::to_owned),
                    before,
                    link: moment.link,
                };
                return Some(id);
            }
        }
        None
    }

    /// Whether the name of a line may be one that the server has given us.
    fn may_learn(&self, line: &Line<'_>) -> bool {
        !(self.by_id || self.named && line.sender.is_some())
    }

    /// Whether this own line may show a further way in which own lines come back: the first one does, and one that follows a
    /// line which did not come back in the known way. Else whoever says the same as we do is another.
    fn may_teach(&self, line: &OwnLine, own: &OwnLines, moment: &Moment) -> bool {
        let first = self.first.filter(|(link, _)| *link == moment.link);
        first.is_none_or(|(_, id)| id == line.id || own.follows_unheard(line.id, moment))
    }

    /// A line that nobody else is likely to have said so soon after us.
    fn learn(
        &mut self,
        line: &Line<'_>,
        text: &str,
        own: &mut OwnLines,
        moment: &Moment,
    ) -> Option<MessageId> {
        if !self.may_learn(line) {
            return None;
        }
        let teaches = |line: &OwnLine| self.may_teach(line, own, moment);
        let (words, before) = find_distinctive(line, text, own, moment, teaches)?;
        let voice = Voice {
            sender: line.sender.map(str::to_owned),
            before,
            link: moment.link,
        };
        let place = self.place_for(&voice);
        let id = own.echoed(words, 1 << place, moment)?;
        self.put(place, voice);
        Some(id)
    }

    /// An own line has come back for certain, under this sender and behind these words.
    pub(super) fn hear_own(&mut self, sender: Option<&str>, before: &str, link: u64) {
        if before.is_empty() || is_name(before) {
            let (sender, before) = (sender.map(str::to_owned), without_clock(before));
            let voice = Voice {
                sender,
                before,
                link,
            };
            self.put(self.place_for(&voice), voice);
        }
    }

    fn put(&mut self, place: usize, voice: Voice) {
        match self.known.get_mut(place) {
            Some(old) => *old = voice,
            None => self.known.push(voice),
        }
    }

    /// A known voice's own place, a free one, or that of the voice that was heard longest ago.
    fn place_for(&self, voice: &Voice) -> usize {
        let same = |old: &Voice| (&old.sender, &old.before) == (&voice.sender, &voice.before);
        let oldest = || {
            let places = self.known.iter().enumerate();
            places
                .min_by_key(|(_, voice)| voice.link)
                .map(|(place, _)| place)
        };
        self.known
            .iter()
            .position(same)
            .or_else(|| (self.known.len() < LIMIT).then_some(self.known.len()))
            .or_else(oldest)
            .unwrap_or_default()
    }
}

/// An own line that is no coincidence, in a line that arrived: its words, and what the server writes before them.
fn find_distinctive(
    line: &Line<'_>,
    text: &str,
    own: &OwnLines,
    moment: &Moment,
    teaches: impl Fn(&OwnLine) -> bool,
) -> Option<(Digest, String)> {
    let mut distinctive = own
        .distinctive(moment)
        .filter(|own| teaches(own))
        .peekable();
    // Mostly nothing waits: the words of each line that arrives need not be known for that.
    distinctive.peek()?;
    let (said, spaced) = (Digest::of(text), spaced_once(text));
    distinctive.find_map(|own| {
        let named = |before: &&str| line.bare && is_name(before);
        let before = match own.words == said {
            true => "",
            false => own.words.end_of(&spaced).filter(named)?,
        };
        Some((own.words, without_clock(before)))
    })
}

impl Voice {
    /// The words, where the line begins as this voice does.
    fn words(&self, text: &str) -> Option<Digest> {
        if self.before.is_empty() {
            return Some(Digest::of(text));
        }
        if let Some(words) = text.strip_prefix(&self.before) {
            return Some(Digest::of(words));
        }
        self.after_clock(text)
    }

    /// The same, where a time of day stands before the line.
    fn after_clock(&self, text: &str) -> Option<Digest> {
        let end = self.before.trim_end().chars().last()?;
        let ends = text.match_indices(end).take(8);
        ends.filter_map(|(at, sign)| text.split_at_checked(at + sign.len()))
            .find(|(before, _)| without_clock(before).trim_end() == self.before.trim_end())
            .map(|(_, words)| Digest::of(words))
    }

    /// The words and what stands before them, where the voice differs in its numbers only.
    fn alike(&self, line: &Line<'_>, text: &str) -> Option<(Digest, String)> {
        let kind = |name: Option<&str>| name.map(without_numbers);
        if kind(self.sender.as_deref()) != kind(line.sender) {
            return None;
        }
        if self.before.is_empty() {
            return Some((Digest::of(text), String::new()));
        }
        let end = self.before.trim_end().chars().last()?;
        let ends = text.match_indices(end).take(8);
        ends.filter_map(|(at, sign)| text.split_at_checked(at + sign.len()))
            .find(|(before, _)| {
                without_numbers(before).trim_end() == without_numbers(&self.before).trim_end()
            })
            .map(|(before, words)| (Digest::of(words), without_clock(before)))
    }
}
