//! The states of a connection, and the browser's ready state that follows from them.

use std::fmt;

use super::close::ClosedReason;
use crate::time::Instant;

/// Where one logical connection stands.
///
/// ```text
///                open()                 socket opens            session is ready
///   Idle ─────────────────▶ Connecting ─────────────▶ Handshaking ─────────────▶ Open
///                            ▲   │ ▲                       │                      │
///              the time comes│   │ └────── open() ──┐      │                      │
///              or retry now  │   ▼ lost             │      ▼ lost                 ▼ lost
///                           Waiting ◀───────────────┼──────┴──────────────────────┘
///                              │                    │
///                              │ close()            │
///                              ▼                    │
///   close() while a socket is open ─▶ Closing ─▶ Closed ◀── not worth a retry
/// ```
///
/// A server that closes an open socket leads to `Closing` too; from there it goes on as from a lost link.
///
/// *Lost* is every end that is worth another attempt. `close()` leads to `Closed` from everywhere, and only `open()` leads
/// out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Never opened.
    Idle,
    /// An attempt is under way; the socket is not open yet.
    Connecting,
    /// The socket is open; the protocol's own handshake is under way.
    Handshaking,
    /// Messages flow.
    Open,
    /// The closing handshake is under way. Nothing more goes out over this socket.
    Closing {
        /// Who began it: that decides what follows, and whether `send` still takes messages.
        by: Closer,
    },
    /// The link is down; the next attempt is at `until`.
    Waiting {
        /// When the next attempt starts.
        until: Instant,
    },
    /// It is over until `open()`.
    Closed {
        /// Why.
        reason: ClosedReason,
    },
}

/// Who began to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closer {
    /// The app, with `close()`. `send` refuses, and `Closed` follows.
    App,
    /// The server. `send` queues; the next attempt follows, unless the close event says that none is worth it.
    Server,
}

impl State {
    /// Closing, since the app wants it so.
    pub(super) const CLOSING: Self = Self::Closing { by: Closer::App };

    /// The state's name in lower case, as the page's `data-state` has it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Handshaking => "handshaking",
            Self::Open => "open",
            Self::Closing { .. } => "closing",
            Self::Waiting { .. } => "waiting",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether messages flow.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// The browser's ready state.
    #[must_use]
    pub const fn ready_state(&self) -> ReadyState {
        match self {
            Self::Connecting => ReadyState::Connecting,
            Self::Handshaking | Self::Open => ReadyState::Open,
            Self::Closing { .. } => ReadyState::Closing,
            Self::Idle | Self::Waiting { .. } | Self::Closed { .. } => ReadyState::Closed,
        }
    }
}

/// The browser's word for the state of a socket, [WHATWG
/// `readyState`](https://websockets.spec.whatwg.org/#dom-websocket-readystate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// 0.
    Connecting,
    /// 1.
    Open,
    /// 2.
    Closing,
    /// 3.
    Closed,
}

impl ReadyState {
    /// The number the browser has for it, 0 to 3.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Connecting => 0,
            Self::Open => 1,
            Self::Closing => 2,
            Self::Closed => 3,
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        })
    }
}
