//! Heartbeats: whether an app wants them, at what pace, and what a session asks the connection to keep an eye on.

use std::time::Duration;

/// What the connection has to keep an eye on, as a session asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liveness {
    /// Send a heartbeat this often.
    pub send_every: Option<Duration>,
    /// A heartbeat that the server answers is answered within this time, or the link is dead.
    pub answer_within: Option<Duration>,
    /// Something arrives at least this often, or the link is dead.
    pub silence_limit: Option<Duration>,
    /// The message that was sent last comes back within this time, or the link is dead: a server that tells its senders their own
    /// lines has shown it. Whatever else is heard meanwhile shows life as well.
    pub returns_within: Option<Duration>,
}

impl Liveness {
    /// Heartbeats at this pace, the next one at once where something is to be asked.
    pub(super) fn asking(pace: Option<Heartbeat>, at_once: bool) -> Self {
        let send_every = |heartbeat: Heartbeat| match at_once {
            true => Duration::ZERO,
            false => heartbeat.send_every,
        };
        Self {
            send_every: pace.map(send_every),
            answer_within: pace.map(|heartbeat| heartbeat.expect_within),
            ..Self::default()
        }
    }
}

/// Heartbeats that an app asks for are no closer together: zero would be a storm of them.
const SHORTEST_PACE: Duration = Duration::from_secs(1);

/// The heartbeat that an app asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// How often one is sent. Default 20 s; a second at the least.
    pub send_every: Duration,
    /// How long an answer may take, from a server that does answer. Default 10 s.
    pub expect_within: Duration,
}

impl Heartbeat {
    /// One this often. An answer may take as long, but at least 1 s and at most 10 s.
    #[must_use]
    pub fn every(send_every: Duration) -> Self {
        Self {
            send_every,
            expect_within: send_every.clamp(Duration::from_secs(1), Duration::from_secs(10)),
        }
    }
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            send_every: Duration::from_secs(20),
            expect_within: Duration::from_secs(10),
        }
    }
}

/// Whether heartbeats are sent: what an app or a person set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeartbeatSetting {
    /// Where the protocol negotiates them, or the server has shown that it speaks them. A JSON or text server hears nothing
    /// that nobody wrote, until then.
    #[default]
    Auto,
    /// At this pace, asked for by an app or a person.
    Every(Heartbeat),
    /// None, where the protocol does not demand one.
    Off,
}

impl HeartbeatSetting {
    /// The pace, the default one where nothing was set; `None` where they are off.
    #[must_use]
    pub fn pace(self) -> Option<Heartbeat> {
        match self {
            Self::Auto => Some(Heartbeat::default()),
            Self::Every(heartbeat) => Some(Heartbeat {
                send_every: heartbeat.send_every.max(SHORTEST_PACE),
                ..heartbeat
            }),
            Self::Off => None,
        }
    }
}

impl From<Heartbeat> for HeartbeatSetting {
    fn from(heartbeat: Heartbeat) -> Self {
        Self::Every(heartbeat)
    }
}

impl From<Option<Heartbeat>> for HeartbeatSetting {
    /// `None` turns them off.
    fn from(heartbeat: Option<Heartbeat>) -> Self {
        heartbeat.map_or(Self::Off, Self::Every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heartbeat_turns_them_off_and_one_sets_their_pace() {
        let every = Heartbeat::every(Duration::from_secs(7));
        assert_eq!(HeartbeatSetting::from(None), HeartbeatSetting::Off);
        assert_eq!(HeartbeatSetting::from(Some(every)).pace(), Some(every));
    }
}
