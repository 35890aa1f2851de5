//! Time, which is stepped: each timer and each answer comes at its own moment.

use super::*;

impl Harness {
    /// Lets time pass; each timer and each answer comes at its own moment.
    pub fn advance(&mut self, duration: Duration) {
        let end = self.now + duration;
        for _ in 0..MAX_STEPS {
            let timer = self.timer;
            let answer = self.on_the_way.front().map(|(at, ..)| *at);
            let Some(next) = timer
                .into_iter()
                .chain(answer)
                .min()
                .filter(|at| *at <= end)
            else {
                self.now = end;
                return;
            };
            self.now = self.now.max(next);
            if answer.is_some_and(|at| at <= self.now) {
                self.deliver_next();
            } else {
                self.fire_timer();
            }
        }
        panic!("the machine asks for timer after timer: a hot loop");
    }

    /// Lets the time pass in which the last messages of a burst wait for others.
    pub fn end_burst(&mut self) {
        self.advance(Duration::from_millis(8));
    }

    pub fn advance_secs(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Lets the time of the next timer come.
    pub fn advance_to_timer(&mut self) {
        let next = self.timer.expect("a timer is set");
        self.advance(next - self.now);
    }

    /// The machine is asleep: no timer fires, nothing arrives. At the end the overdue timer runs *before* the data that
    /// already waits in the socket.
    pub fn sleep(&mut self, duration: Duration) {
        self.now = self.now + duration;
        if self.timer.is_some_and(|at| at <= self.now) {
            self.fire_timer();
        }
        while self
            .on_the_way
            .front()
            .is_some_and(|(at, ..)| *at <= self.now)
        {
            self.deliver_next();
        }
    }

    fn fire_timer(&mut self) {
        self.timer = None;
        self.timer_fired();
    }

    fn deliver_next(&mut self) {
        let Some((_, socket, message)) = self.on_the_way.pop_front() else {
            return;
        };
        let open = self
            .find(socket)
            .is_some_and(|socket| socket.state == SocketState::Open);
        if open {
            self.message(socket, message);
        }
    }

    /// Does what the machine asks for; needed only after a call to the machine itself.
    pub fn drain(&mut self) {
        self.run();
    }
}
