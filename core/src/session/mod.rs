//! Pure: one protocol's handshake, heartbeat and acknowledgements over an open socket. The trait [`Session`].
//!
//! A session outlives its sockets: what must be remembered from one to the next (a recovery id, the subscriptions) is its
//! own, and [`Session::begin`] starts it anew on the next attempt. It never reads a clock and never touches a socket; it is
//! told what happened and says what to do through [`Actions`].

pub mod channel;
pub mod detect;
pub mod json;
pub mod message;
pub mod options;
pub mod protocol;
pub mod reason;
pub mod text;

mod dialect;
mod echo;
mod end_causes;
mod heartbeat;
mod lazy;
pub mod make;
#[cfg(not(all(feature = "socketio", feature = "stomp", feature = "sockjs")))]
mod missing;
mod own_ids;
pub mod pinged;
mod plain_texts;
mod raw;
mod returns;
#[cfg(feature = "socketio")]
pub mod socketio;
#[cfg(feature = "sockjs")]
pub mod sockjs;
#[cfg(feature = "stomp")]
pub mod stomp;
mod template_values;
mod templates;

use std::collections::VecDeque;
use std::fmt;

pub use channel::{Channel, ChannelState};
use make::Protocols;
use options::SessionOptions;

pub use heartbeat::{Heartbeat, HeartbeatSetting, Liveness};
pub use json::AsIs;
pub use message::{Body, Incoming, Kind, MessageId, Outgoing, RequestId};
pub use protocol::{Protocol, Spoken, UnknownProtocol};
pub use reason::{FetchError, LoadError, Reason};

use crate::address::address_of;
use crate::json::Value;
use crate::shape::Preview;
use crate::time::Instant;
use crate::wire::Message;

/// How a connection ended, [WHATWG `CloseEvent`](https://websockets.spec.whatwg.org/#closeevent).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseEvent {
    /// The close code, [RFC 6455 section 7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4); 1005 where there was
    /// none, 1006 where the connection broke.
    pub code: u16,
    /// The reason, often empty.
    pub reason: String,
    /// Whether the closing handshake was completed.
    pub was_clean: bool,
}

impl CloseEvent {
    /// What a browser tells of a connection that broke: 1006, no reason, not clean.
    #[must_use]
    pub const fn abnormal() -> Self {
        Self {
            code: 1006,
            reason: String::new(),
            was_clean: false,
        }
    }
}

/// Where the next attempt goes, and what it says of us there.
///
/// The credentials here are one attempt's; they win over those of the
/// [`SessionOptions`]. They are left out of `Debug`, and so of every log.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// An absolute `ws://` or `wss://` URL.
    pub url: String,
    /// The subprotocols to offer, in order of preference.
    pub subprotocols: Vec<String>,
    /// Socket.IO's auth payload, an object.
    pub auth: Option<crate::json::Value>,
    /// STOMP's login.
    pub login: Option<String>,
    /// STOMP's passcode.
    pub passcode: Option<String>,
    /// Further headers of STOMP's CONNECT: a token that expires, a CSRF token. They win over those of the options.
    pub headers: Vec<(String, String)>,
}

impl Target {
    /// This URL, without subprotocols and credentials.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..Self::default()
        }
    }
}

impl Target {
    /// The same, with these subprotocols where it has none.
    pub(crate) fn offering(&self, subprotocols: &[String]) -> Self {
        let mut target = self.clone();
        if target.subprotocols.is_empty() {
            target.subprotocols = subprotocols.to_vec();
        }
        target
    }
}

impl fmt::Debug for Target {
    /// The URL without its query, which may hold a token, and no credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("url", &address_of(&self.url))
            .field("subprotocols", &self.subprotocols)
            .finish_non_exhaustive()
    }
}

/// What a session wants done. The connection does it in this order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Open the socket. The answer is [`Session::handle_open`].
    Open(Target),
    /// Get this `http(s)` URL first. The answer is [`Session::handle_fetched`].
    Fetch(String),
    /// Get the code of the protocols that are loaded when they are needed. The answer is [`Session::handle_loaded`].
    Load,
    /// Send this over the socket.
    Transmit(Message),
    /// The handshake is done: the connection is open for the app.
    Ready,
    /// Hand this to the app.
    Deliver(Incoming),
    /// The state of a channel that the app has joined, by its name.
    Channel(String, ChannelState),
    /// The server has answered this message, with this. Told before it is [`Action::Delivered`].
    Reply(MessageId, Incoming),
    /// The server has proved that it has this message.
    Delivered(MessageId),
    /// A message with the words of this one has come back, and no id or acknowledgement says whose it is.
    Echoed(MessageId),
    /// This message cannot be sent, or the server refused it; why.
    Failed(MessageId, Reason),
    /// Messages may be missing here. Where a link follows another one, the connection tells it by itself, unless
    /// [`Session::recovered`]; this is for a further place.
    Gap,
    /// The heartbeat was answered.
    Answered,
    /// A frame that could not be read, with a reason and the frame.
    Unreadable(Reason, Message),
    /// Tell the person what may be wrong with the settings. Nothing else happens.
    Hint(Reason),
    /// The protocol itself has ended the connection, with this code and reason: judge it as if the socket had closed so.
    Closed(CloseEvent),
    /// Give this socket up and try again; why.
    Reconnect(Reason),
    /// Give up: trying again does not help. With the server's own words where it has any.
    Stop(Reason),
}

/// The list a session writes its wishes to.
#[derive(Debug, Default)]
pub struct Actions(VecDeque<Action>);

impl Actions {
    /// Adds a wish.
    pub fn push(&mut self, action: Action) {
        self.0.push_back(action);
    }

    /// Takes the oldest wish.
    pub fn pop(&mut self) -> Option<Action> {
        self.0.pop_front()
    }
}

/// One protocol, from the first byte after the WebSocket's own handshake.
///
/// All methods but a few have a default that suits a protocol which needs nothing of the kind. An app brings its own with
/// `SocketOptions::custom_session` of leptos-chat; the connection around it (deadlines, retries,
/// the queue, delivery states) stays the same.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use leptos_chat_core::connection::{Config, Connection, Endpoint};
/// use leptos_chat_core::session::{
///     Action, Actions, Body, Incoming, MessageId, Outgoing, Reason, Session, Spoken, Target,
/// };
/// use leptos_chat_core::time::Instant;
/// use leptos_chat_core::wire::Message;
///
/// /// Lines of text. We say `NAME ada` and hear `HELLO`; we say `SAY 1 hi` and hear `OK 1`, or `NO 1 too loud`. What
/// /// others say comes as `SAID bob hi`.
/// #[derive(Default)]
/// struct Lines {
///     name: String,
///     last: u64,
///     unanswered: BTreeMap<u64, MessageId>,
/// }
///
/// impl Session for Lines {
///     fn protocol(&self) -> Spoken {
///         Spoken::Custom("lines".into())
///     }
///
///     fn begin(&mut self, target: &Target, out: &mut Actions) {
///         self.unanswered.clear();
///         out.push(Action::Open(target.clone()));
///     }
///
///     fn handle_open(&mut self, _subprotocol: &str, _now: Instant, out: &mut Actions) {
///         out.push(Action::Transmit(format!("NAME {}", self.name).into()));
///     }
///
///     fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
///         let line = message.as_text().unwrap_or_default();
///         let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
///         let (second, words) = rest.split_once(' ').unwrap_or((rest, ""));
///         let mut answered = || self.unanswered.remove(&second.parse().ok()?);
///         let action = match first {
///             "HELLO" => Some(Action::Ready),
///             "OK" => answered().map(Action::Delivered),
///             "NO" => answered().map(|id| Action::Failed(id, Reason::Server(words.into()))),
///             "SAID" => Some(Action::Deliver(Incoming {
///                 body: Body::Text(words.into()),
///                 sender: Some(second.into()),
///                 ..Incoming::default()
///             })),
///             _ => Some(Action::Unreadable(Reason::App("no such word".into()), message.clone())),
///         };
///         action.into_iter().for_each(|action| out.push(action));
///     }
///
///     fn send(&mut self, id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
///         let Some(words) = outgoing.body.as_text().filter(|text| !text.contains('\n')) else {
///             let reason = Reason::App("only single lines can be sent".into());
///             return out.push(Action::Failed(id, reason));
///         };
///         self.last += 1;
///         self.unanswered.insert(self.last, id);
///         out.push(Action::Transmit(format!("SAY {} {words}", self.last).into()));
///     }
///
///     fn proves(&self) -> bool {
///         true
///     }
/// }
///
/// let endpoint = Endpoint::Fixed(Target::new("ws://127.0.0.1:4181/lines"));
/// let lines = Lines { name: "ada".into(), ..Lines::default() };
/// let connection = Connection::new(endpoint, Config::default(), Box::new(lines), 7);
/// assert_eq!(connection.protocol().to_string(), "lines");
/// ```
pub trait Session: Send {
    /// What it speaks, as the status shows it.
    fn protocol(&self) -> Spoken;

    /// Takes what messages look like, and what is said at each opening, from these options. What was learnt of the address stays, and
    /// a new attempt follows. A session without such options ignores it.
    fn reshape(&mut self, _options: &SessionOptions) {}

    /// The app, or a person, wants heartbeats like this: said before the first opening, and again when it changes. For protocols
    /// that agree on them while they connect; the others are asked by [`Session::liveness`].
    fn set_heartbeat(&mut self, _wanted: HeartbeatSetting) {}

    /// A new attempt starts. Forget what belonged to the old socket; then ask for [`Action::Open`] or [`Action::Fetch`].
    fn begin(&mut self, target: &Target, out: &mut Actions) {
        out.push(Action::Open(target.clone()));
    }

    /// The answer to [`Action::Fetch`]: the body of a 2xx answer, or the reason why there is none.
    fn handle_fetched(&mut self, answer: Result<String, FetchError>, out: &mut Actions) {
        let _ = (answer, out);
    }

    /// The answer to [`Action::Load`].
    fn handle_loaded(
        &mut self,
        loaded: Result<Protocols, LoadError>,
        now: Instant,
        out: &mut Actions,
    ) {
        let _ = (loaded, now, out);
    }

    /// The socket is open, with this subprotocol (empty for none).
    fn handle_open(&mut self, subprotocol: &str, now: Instant, out: &mut Actions) {
        let _ = (subprotocol, now);
        out.push(Action::Ready);
    }

    /// A message arrived.
    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions);

    /// The socket closed. What the session has to say comes before the connection's own judgement: [`Action::Stop`] or
    /// [`Action::Reconnect`] with a better reason than the close code has; or [`Action::Open`] or [`Action::Fetch`], to try
    /// another way within the same attempt, where the socket was refused.
    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        let _ = (close, out);
    }

    /// The time of [`Session::poll_timeout`] has come.
    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        let _ = (now, out);
    }

    /// When [`Session::handle_timeout`] wants to be called.
    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    /// Sends the app's message, or says [`Action::Failed`]. Called only while the connection is open.
    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions);

    /// What keeps the link alive, given what the app asked for. Asked again after each message.
    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let _ = wanted;
        Liveness::default()
    }

    /// Send a heartbeat; `id` is a fresh one, for protocols that mark it. Returns whether this server is known to answer.
    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        let _ = (id, now, out);
        false
    }

    /// Whether the next message has to wait until [`Session::handle_message`] or [`Session::handle_timeout`] has been called again.
    fn holds_back(&self) -> bool {
        false
    }

    /// What would go out for this text, with secrets hidden, and whether its shape is a guess. `None` where a protocol has
    /// nothing to tell, and while it is not known.
    fn preview(&self, text: &str) -> Option<Preview> {
        let _ = text;
        None
    }

    /// Whether this server proves each message it has, as far as is known by now.
    fn proves(&self) -> bool {
        false
    }

    /// Whether all who get a second copy of this own message can know it for one: it carries its id, and ids come through
    /// this server. Asked of each message whose fate is unknown when the link is gone.
    fn recognisable(&self, id: MessageId) -> bool {
        let _ = id;
        false
    }

    /// Whether this connection goes on where the last one ended, so that nothing was missed. Asked when it is ready.
    fn recovered(&self) -> bool {
        false
    }

    /// The app answers what the server has asked with [`Incoming::request`]. Returns whether it can still be answered.
    fn answer(&mut self, request: RequestId, answer: Vec<Value>, out: &mut Actions) -> bool {
        let _ = (request, answer, out);
        false
    }

    /// The app joins a channel: at once, where the connection is there, and again on each later link. Returns whether there are
    /// such channels here, and this is another one than the session's own.
    fn join(&mut self, channel: Channel, now: Instant, out: &mut Actions) -> bool {
        let _ = (channel, now, out);
        false
    }

    /// The app leaves a channel that it has joined. Returns whether it had.
    fn leave(&mut self, name: &str, out: &mut Actions) -> bool {
        let _ = (name, out);
        false
    }

    /// The app closes the connection: say goodbye, where the protocol has a word for it.
    fn goodbye(&mut self, out: &mut Actions) {
        let _ = out;
    }
}
