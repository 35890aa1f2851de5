//! Whether a server's promise to acknowledge each message is believed.

use std::time::Duration;

use crate::time::Instant;

/// A server that is heard this long after a message went out could have acknowledged it.
const OWED_AFTER: Duration = Duration::from_secs(10);
/// After so many links in a row on which nothing was acknowledged, the promise is not believed.
const BROKEN_PROMISES: u8 = 2;

/// What an address promises of acknowledgements, and how it keeps it.
#[derive(Debug, Default)]
pub(super) struct Acks {
    promised: bool,
    broken: u8,
    /// When the first message went out on this link.
    sent: Option<Instant>,
    /// The server was heard long after that, and nothing had been proved.
    owed: bool,
}

impl Acks {
    /// A new link.
    pub(super) fn begin(&mut self) {
        self.broken = self.broken.saturating_add(u8::from(self.owed));
        self.owed = false;
        self.sent = None;
    }

    /// The server's first words on this link do, or don't, promise it.
    pub(super) fn announced(&mut self, promised: bool) {
        self.promised = promised;
    }

    /// Whether each message that carries an id will be acknowledged, and second copies dropped.
    pub(super) fn are_believed(&self) -> bool {
        self.promised && self.broken < BROKEN_PROMISES
    }

    /// A message with an id went out.
    pub(super) fn sent(&mut self, now: Instant) {
        self.sent.get_or_insert(now);
    }

    /// The server was heard, and has, or has not, proved a message of ours at this address.
    pub(super) fn heard(&mut self, proves: bool, now: Instant) {
        if proves {
            (self.owed, self.broken) = (false, 0);
        } else {
            self.owed |= self.promised && self.sent.is_some_and(|sent| now - sent >= OWED_AFTER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(acks: &mut Acks, proves: bool) {
        acks.begin();
        acks.announced(true);
        acks.sent(Instant::START);
        acks.heard(proves, Instant::START + OWED_AFTER);
    }

    #[test]
    fn a_promise_that_is_kept_on_no_link_is_not_believed() {
        let mut acks = Acks::default();
        link(&mut acks, false);
        link(&mut acks, false);
        assert!(acks.are_believed());
        acks.begin();
        assert!(!acks.are_believed());
    }

    #[test]
    fn a_promise_that_was_kept_once_is_believed() {
        let mut acks = Acks::default();
        link(&mut acks, false);
        link(&mut acks, true);
        link(&mut acks, false);
        acks.begin();
        assert!(acks.are_believed());
        acks.announced(false);
        assert!(!acks.are_believed());
    }

    #[test]
    fn nothing_is_owed_soon_after_a_message() {
        let mut acks = Acks::default();
        for _ in 0..9 {
            acks.begin();
            acks.announced(true);
            acks.sent(Instant::START);
            acks.heard(false, Instant::START + Duration::from_secs(9));
        }
        assert!(acks.are_believed());
    }
}
