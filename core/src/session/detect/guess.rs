//! A server that refuses its URL may listen at another path: what is tried there, and what of it counts.

use super::AutoSession;
use super::clues::{is_framed, is_socketio};
use crate::session::{Action, Actions, CloseEvent, Reason, Session};
use crate::wire::Message;

impl AutoSession {
    /// The server refused the URL: perhaps it listens at another path.
    /// Returns whether anything is left to try.
    pub(super) fn try_other_path(&mut self, out: &mut Actions) -> bool {
        self.drop_guess();
        let Some(protocol) = self.other_protocols.pop() else {
            return false;
        };
        let target = self.target.clone();
        self.guess = Some(protocol);
        match self.socketio.take_if(|_| is_socketio(protocol)) {
            Some(session) => self.chosen = Some(session),
            None => {
                self.choose(protocol);
            }
        }
        self.chosen_does(out, |session, out| session.begin(&target, out));
        true
    }

    /// What was guessed is no more; Socket.IO's session is kept, since it knows how often it was refused.
    pub(super) fn drop_guess(&mut self) {
        let chosen = self.chosen.take();
        self.prove_by = None;
        if self.guess.take().is_some_and(is_socketio) {
            self.socketio = chosen;
        }
    }

    /// The server at a guessed path has not shown what it was taken for.
    pub(super) fn give_up_guess(&mut self, out: &mut Actions) {
        self.drop_guess();
        if self.opened || !self.try_other_path(out) {
            out.push(Action::Closed(CloseEvent::abnormal()));
        }
    }

    /// Passes on what the chosen session wants. While it is a guess it ends nothing.
    pub(super) fn pass(&mut self, mut wishes: Actions, out: &mut Actions) {
        while let Some(action) = wishes.pop() {
            self.push(action, out);
        }
    }

    pub(super) fn push(&mut self, action: Action, out: &mut Actions) {
        if let Action::Open(target) = &action {
            self.framed = is_framed(target);
        }
        match action {
            // The server's own `/info`, or its polling transport, has told this.
            Action::Stop(reason @ (Reason::PollingOnly | Reason::WebSocketOff))
                if self.guess.is_some() =>
            {
                self.drop_guess();
                out.push(Action::Reconnect(reason));
            }
            Action::Stop(_) if self.guess.is_some() => self.give_up_guess(out),
            action => out.push(action),
        }
    }

    /// Runs the chosen session.
    pub(super) fn chosen_does(
        &mut self,
        out: &mut Actions,
        act: impl FnOnce(&mut dyn Session, &mut Actions),
    ) {
        let mut wishes = Actions::default();
        if let Some(session) = &mut self.chosen {
            act(session.as_mut(), &mut wishes);
        }
        self.pass(wishes, out);
    }

    /// The first frame at a guessed path: whether the guess is right.
    pub(super) fn proves_guess(&self, message: &Message) -> bool {
        let text = message.as_text().unwrap_or_default();
        match self.guess {
            Some(protocol) if is_socketio(protocol) => text.starts_with("0{"),
            // At the raw endpoint `/info` has shown it.
            _ => self.prove_by.is_none() || text == "o",
        }
    }
}
