//! What can be seen: states, sockets, what was told and shown.

use super::*;

impl Harness {
    pub fn state(&self) -> &State {
        self.connection.state()
    }

    /// What the connection speaks, as the status shows it.
    pub fn protocol(&self) -> String {
        self.connection.protocol().to_string()
    }

    pub fn name(&self) -> &'static str {
        self.state().name()
    }

    /// The sockets that are neither closed nor abandoned.
    pub fn live(&self) -> Vec<SocketId> {
        let live = |socket: &&Socket| {
            !matches!(socket.state, SocketState::Closed | SocketState::Abandoned)
        };
        self.sockets
            .iter()
            .filter(live)
            .map(|socket| socket.id)
            .collect()
    }

    pub fn socket_state(&self, socket: SocketId) -> SocketState {
        self.sockets
            .iter()
            .rev()
            .find(|other| other.id == socket)
            .expect("a known socket")
            .state
    }

    /// How long until the next attempt.
    pub fn delay(&self) -> Duration {
        match self.state() {
            State::Waiting { until } => *until - self.now,
            other => panic!("{other:?} is not waiting"),
        }
    }

    /// The texts that went over the newest socket.
    pub fn sent(&self) -> Vec<String> {
        let sent = &self.sockets.last().expect("a socket was opened").sent;
        sent.iter()
            .map(|message| message.as_text().expect("a text").to_owned())
            .collect()
    }

    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The names of the states that were told, in order.
    pub fn states(&self) -> Vec<&'static str> {
        let states = self.events.iter().filter_map(|event| match event {
            Event::State(state) => Some(state.name()),
            _ => None,
        });
        states.collect()
    }

    /// What was told of one message, in order.
    pub fn fate(&self, id: MessageId) -> Vec<Delivery> {
        let fate = self.events.iter().filter_map(|event| match event {
            Event::Delivery {
                id: other,
                delivery,
            } if *other == id => Some(delivery.clone()),
            _ => None,
        });
        fate.collect()
    }

    /// What the driver knows of one message by now.
    pub fn driven_fate(&self, id: MessageId) -> Option<Poll<Delivery>> {
        self.driver.fate(id)
    }

    pub fn shown(&self) -> Vec<&Incoming> {
        let shown = self.events.iter().filter_map(|event| match event {
            Event::Message(incoming) => Some(incoming),
            _ => None,
        });
        shown.collect()
    }

    /// The texts that were shown, in order.
    pub fn texts(&self) -> Vec<&str> {
        self.shown()
            .into_iter()
            .filter_map(|incoming| incoming.body.as_text())
            .collect()
    }
}
