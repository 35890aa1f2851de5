//! What a chat knows of lines beyond their ids: own ones that come back in any shape, and those that came before.

use std::collections::VecDeque;
use std::fmt;

use super::arriving::{Arrived, Order};
use super::own::Own;
use crate::session::echo::{Echo, HELD_FOR, Line, Verdict, mark};
use crate::session::{Actions, MessageId};
use crate::time::Instant;
use crate::wire::json::{Chat, Frame};

/// How many bytes of words are held back that may have come before: a page has better uses for them.
const MOST_HELD_BYTES: usize = 4 << 20;

/// Knows lines. A trait, so that an app that is no chat does not link what knows them.
pub(super) trait Recognise: Send {
    /// A new attempt.
    fn begin(&mut self, url: &str);

    /// The link is open: a history may follow.
    fn opened(&mut self, now: Instant);

    /// An own line goes out.
    fn sent(&mut self, id: MessageId, text: &str, now: Instant);

    /// Whether own lines come back with their ids.
    fn expect_ids(&mut self, expected: bool);

    /// An own line has come back for certain, under this sender and behind these words: others will.
    fn hear_own(&mut self, sender: Option<&str>, before: &str);

    /// The server has given an own line a number: a later line with its words is another.
    fn numbered(&mut self, id: MessageId);

    /// A line that is not known by its id arrives. Returns whether it was an own one.
    fn arrived(
        &mut self,
        arrived: Arrived,
        order: Order,
        own: &mut Own,
        now: Instant,
        out: &mut Actions,
    ) -> bool;

    /// Takes those of a list's lines away that were told before.
    fn take_heard(&self, own: &Own, list: &mut Vec<Frame>);

    /// Shows what is held, where no time is at hand: no own line is looked for among it.
    fn give_up(&mut self, out: &mut Actions);

    /// When [`Recognise::handle_timeout`] wants to be called.
    fn poll_timeout(&self) -> Option<Instant>;

    /// What was held is no history: nothing follows it.
    fn handle_timeout(&mut self, own: &mut Own, now: Instant, out: &mut Actions);
}

impl fmt::Debug for dyn Recognise {
    // Not that of what is inside, which would be linked with it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recognise")
    }
}

/// Knows lines by their words, their senders and what stands around them; see [`Echo`].
pub(super) struct Recognition {
    echo: Echo,
    /// What may have come before: the next lines tell.
    held: VecDeque<Heard>,
    held_until: Option<Instant>,
}

/// A line that arrived, with what stands for it: each letter is looked at for that.
#[derive(Debug)]
struct Heard {
    arrived: Arrived,
    mark: u64,
}

impl Heard {
    fn of(arrived: Arrived) -> Self {
        let mark = mark_of(&arrived.chat);
        Self { arrived, mark }
    }

    fn line(&self) -> Line<'_> {
        line_of(&self.arrived.chat, self.arrived.bare, self.mark)
    }
}

impl Recognition {
    /// For somebody of this name.
    pub(super) fn new(user: Option<String>) -> Self {
        Self {
            echo: Echo::new(user),
            held: VecDeque::new(),
            held_until: None,
        }
    }
}

impl Recognise for Recognition {
    fn begin(&mut self, url: &str) {
        self.echo.begin(url);
    }

    fn opened(&mut self, now: Instant) {
        self.echo.opened(now);
    }

    fn sent(&mut self, id: MessageId, text: &str, now: Instant) {
        self.echo.sent(id, text, now);
    }

    fn numbered(&mut self, id: MessageId) {
        self.echo.numbered(id);
    }

    fn expect_ids(&mut self, expected: bool) {
        self.echo.expect_ids(expected);
    }

    fn hear_own(&mut self, sender: Option<&str>, before: &str) {
        self.echo.hear_own(sender, before);
    }

    fn arrived(
        &mut self,
        arrived: Arrived,
        order: Order,
        own: &mut Own,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        let heard = Heard::of(arrived);
        let line = Line {
            anothers: is_anothers(&heard.arrived.chat, own),
            ..heard.line()
        };
        let verdict = match order {
            Order::Unknown => self.echo.judge(&line, now),
            order => self.echo.hear_in_order(&line, order == Order::Missed),
        };
        let mut proofs = Proofs { own, order };
        self.act_on(verdict, heard, &mut proofs, now, out)
    }

    fn take_heard(&self, own: &Own, list: &mut Vec<Frame>) {
        let others = |frame: &Frame| match frame {
            Frame::Chat(chat) => !chat.id.as_deref().is_some_and(|id| own.is_own(id)),
            _ => false,
        };
        let lines = list.iter().filter(|frame| others(frame));
        let lines = lines.filter_map(|frame| match frame {
            Frame::Chat(chat) => Some(line_of(chat, false, mark_of(chat))),
            _ => None,
        });
        let lines: Vec<Line<'_>> = lines.collect();
        let mut heard = self.echo.heard_of(lines.iter().copied());
        // Some servers tell the newest first.
        if heard == 0 && lines.len() > 1 {
            heard = self.echo.heard_of(lines.into_iter().rev());
            if heard > 1 {
                list.reverse();
            } else {
                heard = 0;
            }
        }
        list.retain(|frame| {
            let again = heard > 0 && others(frame);
            heard -= usize::from(again);
            !again
        });
    }

    fn give_up(&mut self, out: &mut Actions) {
        self.held_until = None;
        for heard in std::mem::take(&mut self.held) {
            self.echo.settle_anothers(&heard.line());
            self.deliver(heard.arrived, out);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.held_until
    }

    fn handle_timeout(&mut self, own: &mut Own, now: Instant, out: &mut Actions) {
        if self.held_until.is_some_and(|until| until <= now) {
            let order = Order::Unknown;
            self.release(&mut Proofs { own, order }, now, out);
        }
    }
}

/// The own lines, with the order of the lines that are read.
struct Proofs<'a> {
    own: &'a mut Own,
    order: Order,
}

impl Recognition {
    fn prove(&mut self, id: MessageId, proofs: &mut Proofs<'_>, out: &mut Actions) {
        if proofs.order != Order::Unknown {
            self.echo.numbered(id);
        }
        proofs.own.prove_by_words(id, out);
    }

    /// Another's line, or an own one that is not known by its id. Returns whether it was an own one.
    fn act_on(
        &mut self,
        verdict: Verdict,
        heard: Heard,
        proofs: &mut Proofs<'_>,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        match verdict {
            Verdict::Held => {
                self.held.push_back(heard);
                self.held_until = Some(now + HELD_FOR);
                let bytes: usize = self
                    .held
                    .iter()
                    .map(|held| held.arrived.chat.text.len())
                    .sum();
                if bytes > MOST_HELD_BYTES {
                    self.release(proofs, now, out);
                }
                false
            }
            Verdict::History => {
                self.held.clear();
                self.held_until = None;
                false
            }
            Verdict::Repeated(id) => {
                id.into_iter().for_each(|id| self.prove(id, proofs, out));
                id.is_some()
            }
            Verdict::New => {
                // What was held came before this.
                self.release(proofs, now, out);
                match self.is_several(&heard, now) {
                    true => self.settle_each(&heard.arrived, proofs, now, out),
                    false => self.settle(heard, proofs, now, out),
                }
            }
        }
    }

    /// Shows what was held: it is new after all.
    fn release(&mut self, proofs: &mut Proofs<'_>, now: Instant, out: &mut Actions) {
        self.held_until = None;
        for heard in std::mem::take(&mut self.held) {
            self.settle(heard, proofs, now, out);
        }
    }

    fn settle(
        &mut self,
        heard: Heard,
        proofs: &mut Proofs<'_>,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        let echo = match is_anothers(&heard.arrived.chat, proofs.own) {
            true => {
                self.echo.settle_anothers(&heard.line());
                None
            }
            false => self.echo.settle(&heard.line(), now),
        };
        match echo {
            Some(id) => {
                proofs.own.came_back(id, now);
                self.prove(id, proofs, out);
            }
            None => self.deliver(heard.arrived, out),
        }
        echo.is_some()
    }

    fn deliver(&self, mut arrived: Arrived, out: &mut Actions) {
        if let Some(written) = self.echo.written(&arrived.chat.text) {
            arrived.chat.text = written;
        }
        arrived.deliver(out);
    }

    /// Whether a server has put several lines into one frame, as those do that write what waits at once: one of them is ours.
    fn is_several(&self, heard: &Heard, now: Instant) -> bool {
        let own = |text| {
            self.echo.is_own(
                &Line {
                    text,
                    ..heard.line()
                },
                now,
            )
        };
        let text = heard.arrived.chat.text.trim();
        heard.arrived.bare && text.contains('\n') && !own(text) && text.lines().any(own)
    }

    fn settle_each(
        &mut self,
        arrived: &Arrived,
        proofs: &mut Proofs<'_>,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        let lines = arrived.chat.text.lines().filter(|line| !line.is_empty());
        let mut is_own = false;
        for text in lines {
            let mut line = arrived.clone();
            text.clone_into(&mut line.chat.text);
            is_own |= self.settle(Heard::of(line), proofs, now, out);
        }
        is_own
    }
}

/// What stands for a line.
fn mark_of(chat: &Chat) -> u64 {
    mark(chat.user.as_deref(), &chat.text)
}

fn line_of(chat: &Chat, bare: bool, mark: u64) -> Line<'_> {
    Line {
        text: &chat.text,
        sender: chat.user.as_deref(),
        id: chat.id.as_deref(),
        bare,
        resent: chat.resent,
        anothers: false,
        mine: chat.mine,
        mark,
    }
}

/// Whether its id says that it is another's: one of our form from a client like this one, or any where ours come back.
fn is_anothers(chat: &Chat, own: &Own) -> bool {
    let id = chat.id.as_deref();
    let ours = |id| MessageId::parse(id).is_some_and(|id| !id.may_be_a_servers());
    id.is_some_and(|id| own.echoes_ids || ours(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Incoming;

    fn words(len: usize) -> Heard {
        Heard::of(Arrived {
            chat: Chat {
                text: "x".repeat(len),
                ..Chat::default()
            },
            bare: true,
            rest: Incoming::default(),
        })
    }

    #[test]
    fn as_many_bytes_are_held_as_may_be_and_then_all_are_shown() {
        let (mut own, mut out) = (Own::default(), Actions::default());
        let mut recognition = Recognition::new(None);
        let mut hold = |len| {
            let (now, order) = (Instant::START, Order::Unknown);
            let mut proofs = Proofs {
                own: &mut own,
                order,
            };
            recognition.act_on(Verdict::Held, words(len), &mut proofs, now, &mut out);
            let shown = std::iter::from_fn(|| out.pop());
            (shown.count(), recognition.poll_timeout())
        };
        let until = Some(Instant::START + HELD_FOR);
        assert_eq!(hold(MOST_HELD_BYTES - 1), (0, until));
        assert_eq!(hold(1), (0, until));
        assert_eq!(hold(1), (3, None));
    }
}
