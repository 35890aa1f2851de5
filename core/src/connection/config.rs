//! What an app can set about a connection, each with its default.

use std::time::Duration;

use super::close::ClosePolicy;
use crate::session::{HeartbeatSetting, Target};

/// Where each attempt gets its URL and its credentials from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// The same for every attempt.
    Fixed(Target),
    /// The driver asks the app before each attempt ([`Output::Resolve`](super::Output::Resolve)).
    Provided,
}

/// Whether a message that was sent, and not proved before the link died, is sent again without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resend {
    /// Never: it is marked, and the person decides.
    Never,
    /// Where own messages come back with their ids, so that everybody who gets a second copy can know it. Elsewhere it is
    /// marked.
    #[default]
    Recognised,
    /// Always: at a server that knows second copies itself.
    Always,
}

/// The settings of a [`Connection`](super::Connection): deadlines, delays and bounds.
#[derive(Clone, Debug)]
pub struct Config {
    /// How long an attempt may take until the protocol's handshake is done. Default 10 s.
    pub connect_timeout: Duration,
    /// The least delay before another attempt. Default 500 ms.
    pub min_reconnect_delay: Duration,
    /// The longest delay before another attempt. Default 20 s.
    pub max_reconnect_delay: Duration,
    /// How long a connection must have been open before its next loss starts again from the least delay. Default 5 s.
    pub stable_after: Duration,
    /// After how many failed attempts in a row to give up. Default never.
    pub max_attempts: Option<u32>,
    /// Whether heartbeats are sent. Default [`HeartbeatSetting::Auto`]: every 20 s, answered within 10 s, where the server
    /// speaks them.
    pub heartbeat: HeartbeatSetting,
    /// Something arrives at least this often, or the link is dead: for a server that is known to speak. Default `None`, where
    /// only the protocol says so.
    pub silence_limit: Option<Duration>,
    /// How soon after the opening the first heartbeat is sent, if it is due no sooner; zero sends it at once. Default 1 s.
    pub first_heartbeat: Duration,
    /// How long the answer to a probe may take, after the page came back. Default 3 s.
    pub probe_within: Duration,
    /// How long the closing handshake may take. Default 2 s.
    pub close_timeout: Duration,
    /// How many messages may wait for the link. Default 1,000.
    pub max_queued: usize,
    /// How many bytes may wait for the link. Default 4 MiB.
    pub max_queued_bytes: usize,
    /// The longest message that is sent. Default 1 MiB.
    pub max_outgoing: usize,
    /// The longest message that is read; a longer one is reported and dropped. Default 16 MiB.
    pub max_incoming: usize,
    /// How many bytes the socket's own buffer may hold before messages wait here. Default 1 MiB.
    pub high_water: usize,
    /// Whether messages whose fate is unknown are sent again by themselves. Default [`Resend::Recognised`].
    pub resend: Resend,
    /// Which ends are worth a retry.
    pub close_policy: ClosePolicy,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            min_reconnect_delay: Duration::from_millis(500),
            max_reconnect_delay: Duration::from_secs(20),
            stable_after: Duration::from_secs(5),
            max_attempts: None,
            heartbeat: HeartbeatSetting::Auto,
            silence_limit: None,
            first_heartbeat: Duration::from_secs(1),
            probe_within: Duration::from_secs(3),
            close_timeout: Duration::from_secs(2),
            max_queued: 1_000,
            max_queued_bytes: 4 << 20,
            max_outgoing: 1 << 20,
            max_incoming: 16 << 20,
            high_water: 1 << 20,
            resend: Resend::Recognised,
            close_policy: ClosePolicy::default(),
        }
    }
}
