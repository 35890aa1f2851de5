//! Ends that one message may have caused: who is suspected goes alone next time, and is given up after the second such end.

use std::time::Duration;

use super::{Connection, Delivery, Disconnect, Failure};
use crate::session::Reason;

/// A server that ends the connection so soon after a message may have done so over it.
pub(super) const MOMENT: Duration = Duration::from_secs(1);
/// Of more than these that were recent, an end that may have been over none of them makes no suspects.
const FEW: usize = 3;
/// After so many errors in a row, none of them on a stable connection, the next attempt ends in another.
const MAX_ERRORS: u32 = 3;

/// Which of the messages that were on their way an end may be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blame {
    /// Those that were sent a moment before.
    Recent,
    /// One of them, surely.
    All,
}

impl Blame {
    /// `None`: links drop, and servers go away.
    fn of(why: &Disconnect) -> Option<Self> {
        match why {
            // "Message too big" (RFC 6455, 7.4.1) is said of a message, however long ago it went out.
            Disconnect::Closed(close) if close.code == 1009 => Some(Self::All),
            Disconnect::Closed(close) => match close.code {
                // Going away, restarting, overloaded: all clients hear it.
                1001 | 1012 | 1013 => None,
                // A handler that fails over a message closes with a handshake; a link that breaks does not.
                _ => close.was_clean.then_some(Self::Recent),
            },
            why => is_error(why).then_some(Self::All),
        }
    }
}

/// Whether the server itself reported an error, in the protocol's way.
fn is_error(why: &Disconnect) -> bool {
    matches!(
        why,
        Disconnect::Session(Reason::Server(_) | Reason::ErrorReported)
    )
}

impl Connection {
    /// The link has ended: counts this against those it can be blamed on, and gives up who was blamed twice.
    pub(super) fn blame(&mut self, why: &Disconnect) {
        if let Some(blame) = Blame::of(why) {
            self.suspect(blame);
        }
    }

    #[inline(never)]
    fn suspect(&mut self, blame: Blame) {
        let awake = self.awake.now();
        match blame {
            Blame::Recent => self.outbox.suspect(FEW, |left| awake - left < MOMENT),
            Blame::All => self.outbox.suspect(usize::MAX, |_| true),
        }
        for (id, len) in self.outbox.take_blamed() {
            let failure = Failure::EndsLinks { len };
            self.tell_delivery(id, Delivery::Failed(failure));
        }
    }

    /// Whether this end is the last of a row of errors that no retry mends.
    pub(super) fn is_hopeless(&mut self, why: &Disconnect) -> bool {
        if is_error(why) {
            self.errors += 1;
        }
        self.errors >= MAX_ERRORS
    }
}
