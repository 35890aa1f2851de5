//! What belongs to one attempt and its socket.

use std::collections::VecDeque;

use super::event::SocketId;
use crate::time::Instant;

/// How many heartbeats are remembered that nobody has answered. A server that ignored some settles by older ones from then on.
const MAX_UNANSWERED: usize = 8;

/// What belongs to one attempt and its socket. Made anew for each, so that nothing of the last one is left.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) socket: SocketId,
    /// Whether its socket was asked for and has not closed: one at a time, however often a provider answers.
    pub(super) socket_asked: bool,
    /// The session has begun anew: before, while a provider is asked, its timers are those of the last link.
    pub(super) session_began: bool,
    /// The code that the app closed the open socket with.
    pub(super) closing_code: Option<u16>,
    /// When the server was heard last.
    pub(super) heard: Option<Instant>,
    /// When the server was told something last.
    pub(super) spoke: Option<Instant>,
    /// Bytes in the socket's own buffer, as last told, and what was sent since.
    pub(super) buffered: usize,
    /// Bytes that the socket was handed, all in all.
    pub(super) handed_over: usize,
    /// Bytes sent after the heartbeat whose answer is awaited.
    pub(super) behind_heartbeat: usize,
    /// When the heartbeat that is not answered yet was sent.
    pub(super) heartbeat_sent: Option<Instant>,
    /// When each of the newest heartbeats was sent that are not answered yet. Answers come in their order.
    pub(super) unanswered: VecDeque<Instant>,
    /// This server is known to answer heartbeats.
    pub(super) answers: bool,
    pub(super) last_probe: Option<Instant>,
    /// The session's deadline that was found late, and when it counts instead.
    pub(super) session_grace: Option<(Instant, Instant)>,
}

impl Attempt {
    pub(super) fn new(socket: SocketId) -> Self {
        Self {
            socket,
            socket_asked: false,
            session_began: false,
            closing_code: None,
            heard: None,
            spoke: None,
            buffered: 0,
            handed_over: 0,
            behind_heartbeat: 0,
            heartbeat_sent: None,
            unanswered: VecDeque::new(),
            answers: false,
            last_probe: None,
            session_grace: None,
        }
    }

    /// Notes that a socket is asked for. Whether none was before.
    pub(super) fn needs_socket(&mut self) -> bool {
        !std::mem::replace(&mut self.socket_asked, true)
    }

    /// Notes that the socket is handed so many bytes.
    pub(super) fn hand_over(&mut self, bytes: usize, now: Instant) {
        self.spoke = Some(now);
        // The browser's own count is told with the next input only.
        self.buffered += bytes;
        self.handed_over += bytes;
        self.behind_heartbeat += bytes;
    }

    /// A heartbeat goes out; `answers`: this server is known to answer it.
    pub(super) fn beat(&mut self, answers: bool, now: Instant) {
        // From a server that has not answered, an older one says nothing of how long an answer takes.
        if !answers || self.heartbeat_sent.is_none() {
            self.heartbeat_sent = Some(now);
        }
        if self.unanswered.len() == MAX_UNANSWERED {
            self.unanswered.pop_front();
        }
        self.unanswered.push_back(now);
        self.answers = answers;
    }
}
