//! What the app, the browser and the server do.

use super::*;

impl Harness {
    // ---- the app ----

    pub fn open(&mut self) {
        self.input(Input::Open);
    }

    pub fn close(&mut self) {
        Host::close(self, 1000, "").expect("1000 is allowed");
    }

    pub fn new_id(&mut self) -> MessageId {
        let now = self.now.since_start();
        self.connection.new_id(now)
    }

    pub fn send(&mut self, body: impl Into<Message>) -> Result<MessageId, SendError> {
        let id = self.new_id();
        Host::send(
            self,
            id,
            Outgoing::from(body.into()),
            &SendOptions::default(),
            |_| {},
        )
        .map(|()| id)
        .map_err(|(error, _)| error)
    }

    /// Sends what must be accepted.
    pub fn say(&mut self, body: impl Into<Message>) -> MessageId {
        self.send(body).expect("accepted")
    }

    // ---- the browser ----

    pub fn input(&mut self, input: Input) {
        self.feed(input);
    }

    /// Something happens to a socket.
    pub fn happens(&mut self, socket: SocketId, event: SocketEvent) {
        self.feed(Input::Socket { socket, event });
    }

    /// The newest socket's id, whatever became of it.
    pub fn socket(&self) -> SocketId {
        self.sockets.last().expect("a socket was opened").id
    }

    pub fn opened(&mut self, socket: SocketId, subprotocol: &str) {
        self.mark(socket, SocketState::Opening, SocketState::Open);
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Opened {
                subprotocol: subprotocol.to_owned(),
            },
        });
    }

    pub fn message(&mut self, socket: SocketId, message: impl Into<Message>) {
        let message = message.into();
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Message(message),
        });
    }

    pub fn closed(&mut self, socket: SocketId, code: u16, reason: &str, was_clean: bool) {
        for state in [
            SocketState::Opening,
            SocketState::Open,
            SocketState::Closing,
        ] {
            self.mark(socket, state, SocketState::Closed);
        }
        let close = CloseEvent {
            code,
            reason: reason.to_owned(),
            was_clean,
        };
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Closed(close),
        });
    }

    pub fn failed(&mut self, socket: SocketId, error: SocketError) {
        for state in [
            SocketState::Opening,
            SocketState::Open,
            SocketState::Closing,
        ] {
            self.mark(socket, state, SocketState::Closed);
        }
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Failed(error),
        });
    }

    fn mark(&mut self, socket: SocketId, from: SocketState, to: SocketState) {
        if let Some(socket) = self.find(socket)
            && socket.state == from
        {
            socket.state = to;
        }
    }

    pub(super) fn find(&mut self, socket: SocketId) -> Option<&mut Socket> {
        self.sockets
            .iter_mut()
            .rev()
            .find(|other| other.id == socket)
    }

    // ---- the server, over the newest socket ----

    pub fn accept(&mut self) {
        self.opened(self.socket(), "");
    }

    pub fn refuse(&mut self) {
        self.closed(self.socket(), 1006, "", false);
    }

    pub fn hear(&mut self, message: impl Into<Message>) {
        self.message(self.socket(), message);
    }

    pub fn server_closes(&mut self, code: u16, reason: &str) {
        self.closed(self.socket(), code, reason, true);
    }

    /// The connection breaks without a word.
    pub fn breaks(&mut self) {
        self.closed(self.socket(), 1006, "", false);
    }
}
