//! The session of a protocol that this build leaves out: it stops at once and says so.

use super::{Action, Actions, MessageId, Outgoing, Protocol, Reason, Session, Spoken, Target};
use crate::time::Instant;
use crate::wire::Message;

pub(super) struct MissingSession(pub(super) Protocol);

impl MissingSession {
    fn reason(&self) -> Reason {
        Reason::NotInThisBuild(self.0)
    }
}

impl Session for MissingSession {
    fn protocol(&self) -> Spoken {
        self.0.into()
    }

    fn begin(&mut self, _target: &Target, out: &mut Actions) {
        out.push(Action::Stop(self.reason()));
    }

    fn handle_message(&mut self, _message: Message, _now: Instant, out: &mut Actions) {
        out.push(Action::Stop(self.reason()));
    }

    fn send(&mut self, id: MessageId, _outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        out.push(Action::Failed(id, self.reason()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_at_once_and_names_what_is_left_out() {
        let (mut out, id, now) = (Actions::default(), MessageId(1), Instant::START);
        let mut missing = MissingSession(Protocol::Stomp);
        assert_eq!(missing.protocol(), Protocol::Stomp.into());
        missing.begin(&Target::default(), &mut out);
        missing.handle_message("hi".into(), now, &mut out);
        missing.send(id, "hi".into(), now, &mut out);
        let reason = Reason::NotInThisBuild(Protocol::Stomp);
        for expected in [
            Action::Stop(reason.clone()),
            Action::Stop(reason.clone()),
            Action::Failed(id, reason),
        ] {
            assert_eq!(out.pop(), Some(expected));
        }
    }
}
