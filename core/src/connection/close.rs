//! How connections end: why a link was lost, why a connection is over, and the policy that tells the two apart.

use std::fmt;
use std::sync::Arc;

use super::url::UrlError;
use crate::session::{CloseEvent, Reason};

/// Why a link is down. Another attempt follows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disconnect {
    /// The server, or something on the way, closed an open connection.
    Closed(CloseEvent),
    /// No connection could be made.
    Refused,
    /// The socket did not open, or the protocol's handshake was not done, within `connect_timeout`.
    ConnectTimeout,
    /// Nothing arrived for as long as a living server would have needed.
    Silent,
    /// The session gave the link up, for this reason.
    Session(Reason),
    /// What the attempt needs (a token, the server's `/info`) could not be had.
    Unprepared(Reason),
    /// The browser says that there is no network.
    Offline,
    /// The device slept, or its network changed, and the old link cannot be asked whether it lives: it is made anew at once.
    Stale,
}

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(close) if close.reason.is_empty() => {
                write!(f, "the connection was closed (code {})", close.code)
            }
            Self::Closed(close) => {
                write!(
                    f,
                    "the connection was closed: {} (code {})",
                    close.reason, close.code
                )
            }
            Self::Refused => f.write_str("the server could not be reached"),
            Self::ConnectTimeout => f.write_str("the server did not answer in time"),
            Self::Silent => f.write_str("the server went silent"),
            Self::Session(reason) | Self::Unprepared(reason) => write!(f, "{reason}"),
            Self::Offline => f.write_str("this device is offline"),
            Self::Stale => f.write_str("this device slept, or its network changed"),
        }
    }
}

/// Why a connection is over, until `open()`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClosedReason {
    /// The app called `close()`.
    App,
    /// The server closed it in a way that is not worth a retry; see [`ClosePolicy`].
    Server(CloseEvent),
    /// The server refused a login, a namespace or a protocol, or the app's provider gave up.
    Rejected(Reason),
    /// The URL cannot be used.
    BadUrl(UrlError),
    /// The browser forbids it; mostly `ws://` on an `https://` page.
    Forbidden(String),
    /// All `max_attempts` attempts failed; this is why the last one did.
    OutOfAttempts(Box<Disconnect>),
}

impl fmt::Display for ClosedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App => f.write_str("closed"),
            Self::Server(close) if close.reason.is_empty() => {
                write!(f, "the server ended the connection (code {})", close.code)
            }
            Self::Server(close) => write!(
                f,
                "the server ended the connection: {} (code {})",
                close.reason, close.code
            ),
            Self::Rejected(reason) => write!(f, "{reason}"),
            Self::Forbidden(reason) => f.write_str(reason),
            Self::BadUrl(error) => write!(f, "{error}"),
            Self::OutOfAttempts(last) => write!(f, "gave up: {last}"),
        }
    }
}

/// What to do when a server closes the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Try again.
    Retry,
    /// Don't; say why.
    Stop,
}

/// The rule that says which close codes are worth a retry; an app may bring its own.
///
/// The default stops on what no retry can mend: 1002 (protocol error), 1003 (unsupported data), 1008 (policy violation),
/// 1010 (an extension is missing), 3000 (unauthorized) and 3003 (forbidden) of the
/// [IANA registry](https://www.iana.org/assignments/websocket/websocket.xhtml), and their widespread private forms 4401 and
/// 4403. Everything else is retried, a server's 1000 too: proxies close with it.
///
/// ```
/// use leptos_chat_core::connection::{ClosePolicy, Verdict};
///
/// let policy = ClosePolicy::new(|close| match close.code {
///     4000..=4099 => Verdict::Stop,
///     _ => ClosePolicy::default().judge(close),
/// });
/// # let _ = policy;
/// ```
#[derive(Clone)]
pub struct ClosePolicy(Arc<dyn Fn(&CloseEvent) -> Verdict + Send + Sync>);

impl ClosePolicy {
    /// A rule of the app's own.
    pub fn new(rule: impl Fn(&CloseEvent) -> Verdict + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// What the rule says of this end.
    #[must_use]
    pub fn judge(&self, close: &CloseEvent) -> Verdict {
        (self.0)(close)
    }
}

impl Default for ClosePolicy {
    fn default() -> Self {
        Self::new(|close| match close.code {
            1002 | 1003 | 1008 | 1010 | 3000 | 3003 | 4401 | 4403 => Verdict::Stop,
            _ => Verdict::Retry,
        })
    }
}

impl fmt::Debug for ClosePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClosePolicy")
    }
}

/// Why `close(code, reason)` was refused. The app's mistake; nothing was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// The code is neither 1000 nor in 3000 to 4999.
    Code(u16),
    /// The reason is longer than 123 bytes of UTF-8.
    Reason(usize),
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "close code {code} is not 1000 or 3000 to 4999"),
            Self::Reason(len) => write!(f, "a close reason of {len} bytes is over 123"),
        }
    }
}

impl std::error::Error for CloseError {}

/// Checks what the browser would throw at, [WHATWG
/// `close()`](https://websockets.spec.whatwg.org/#dom-websocket-close).
pub(super) fn check(code: u16, reason: &str) -> Result<(), CloseError> {
    if code != 1000 && !(3000..=4999).contains(&code) {
        return Err(CloseError::Code(code));
    }
    // A control frame holds 125 bytes, and two of them are the code (RFC 6455, 5.5).
    if reason.len() > 123 {
        return Err(CloseError::Reason(reason.len()));
    }
    Ok(())
}
