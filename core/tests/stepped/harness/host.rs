//! The driver's host: it does every output at once, and fails the test where a browser would not do it.

use super::*;

impl Host for Harness {
    fn driver<T>(&mut self, act: impl FnOnce(&mut Driver) -> T) -> T {
        act(&mut self.driver)
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn socket(&self) -> Option<SocketView> {
        let open = |socket: &&Socket| socket.state == SocketState::Open;
        self.sockets.last().filter(open).map(|socket| SocketView {
            socket: socket.id,
            ready_state: ReadyState::Open,
            buffered: socket.buffered,
        })
    }

    fn is_prompt(&self) -> bool {
        true
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Resolve { socket, refused } => {
                self.resolves.push(socket);
                self.refusals.push(refused.map(|why| why.to_string()));
            }
            Output::Fetch { socket, url } => self.fetches.push((socket, url)),
            Output::Load { socket } => self.loads.push(socket),
            Output::OpenSocket { socket, target } => self.open_socket(socket, target),
            Output::Send { socket, message } => self.transmit(socket, message),
            Output::CloseSocket {
                socket,
                code,
                reason,
            } => self.close_socket(socket, code, reason),
            Output::AbandonSocket { socket } => {
                if let Some(socket) = self.find(socket) {
                    socket.state = SocketState::Abandoned;
                }
            }
            Output::Event(event) => self.events.push(event),
        }
    }

    fn set_timer(&mut self, at: Option<Instant>) {
        self.timer = at;
    }

    fn release(&mut self) {
        self.timer = None;
        self.released = true;
    }
}

impl Harness {
    fn close_socket(&mut self, socket: SocketId, code: u16, reason: String) {
        let socket = self.find(socket).expect("only known sockets are closed");
        assert_eq!(
            socket.state,
            SocketState::Open,
            "a socket is closed that is not open"
        );
        socket.state = SocketState::Closing;
        socket.closed_with = Some((code, reason));
    }

    fn open_socket(&mut self, socket: SocketId, target: Target) {
        assert_eq!(self.live(), [], "a second live socket is opened");
        // One attempt may try several sockets under its id, one after the other, while none of them opened.
        let newest = self.sockets.last().map(|socket| socket.id);
        assert!(
            newest.is_none_or(|newest| newest <= socket),
            "an old id is used again"
        );
        self.sockets.push(Socket {
            id: socket,
            target,
            state: SocketState::Opening,
            sent: Vec::new(),
            closed_with: None,
            buffered: 0,
        });
    }

    fn transmit(&mut self, socket: SocketId, message: Message) {
        let answers = (self.script)(&message);
        let (at, clogged) = (self.now + self.latency, self.clogged);
        self.on_the_way
            .extend(answers.into_iter().map(|answer| (at, socket, answer)));
        let socket = self.find(socket).expect("messages go over known sockets");
        assert_eq!(
            socket.state,
            SocketState::Open,
            "a message is sent over a socket that is not open"
        );
        if clogged {
            socket.buffered += message.len();
        }
        socket.sent.push(message);
    }

    /// The socket's buffer has gone out.
    pub fn unclog(&mut self) {
        self.clogged = false;
        for socket in &mut self.sockets {
            socket.buffered = 0;
        }
    }
}
