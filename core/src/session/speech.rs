//! How the JSON and the text session speak first, and put a message where a template says how; what is shown of it beforehand.

use std::collections::VecDeque;
use std::time::Duration;

use super::options::SessionOptions;
use super::{Action, Actions, MessageId};
use crate::shape::{Filling, Heard, Preview, Shape, Template};
use crate::time::Instant;

/// What waits goes out this long after `hello` at the latest, whether its answer came or not.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// Stands for a secret where a person sees it.
const HIDDEN: &str = "•••";
/// Stands for the id of a message that has none yet.
const SOME_ID: &str = "…";

/// The templates of a session, with what fills them.
#[derive(Default)]
pub(super) struct Speech {
    pub(super) shape: Shape,
    user: String,
    secret: String,
    heard: Heard,
    /// What of `hello` is not said yet: it takes something that was not heard on this link.
    unsaid: VecDeque<Template>,
    /// The rest of the opening is waited for until then.
    ready_by: Option<Instant>,
}

impl Speech {
    pub(super) fn new(options: &SessionOptions) -> Self {
        let shape = options.shape.clone();
        let templates = [&shape.send, &shape.ping, &shape.pong]
            .into_iter()
            .flatten();
        Self {
            heard: Heard::new(templates.chain(&shape.hello)),
            user: options.user.clone().unwrap_or_default(),
            secret: options.credentials.secret.clone().unwrap_or_default(),
            shape,
            unsaid: VecDeque::new(),
            ready_by: None,
        }
    }

    pub(super) fn begin(&mut self) {
        self.ready_by = None;
        self.unsaid.clear();
        self.heard.begin();
    }

    /// Whether the opening still goes on: nothing that comes is a line then.
    pub(super) fn is_opening(&self) -> bool {
        self.ready_by.is_some()
    }

    /// Says hello. The connection is open for the app at once, or after the answer.
    pub(super) fn open(&mut self, now: Instant, out: &mut Actions) {
        self.unsaid = self.shape.hello.iter().cloned().collect();
        self.ready_by = Some(now + READY_WITHIN);
        self.say(out);
    }

    /// Says what of hello can be said by now.
    fn say(&mut self, out: &mut Actions) {
        while let Some(hello) = self.unsaid.front()
            && self.heard.is_ready_for(hello)
        {
            out.push(Action::Transmit(self.fill(hello, "", "").into()));
            self.unsaid.pop_front();
        }
        if self.unsaid.is_empty() && self.shape.ready.is_none() {
            self.ready(out);
        }
    }

    fn ready(&mut self, out: &mut Actions) {
        if self.ready_by.take().is_some() {
            out.push(Action::Ready);
        }
    }

    /// A text came: it may be the answer to `hello`.
    pub(super) fn handle_text(&mut self, text: &str, out: &mut Actions) {
        let awaited = self
            .shape
            .ready
            .as_deref()
            .filter(|_| self.unsaid.is_empty());
        if awaited.is_some_and(|piece| text.contains(piece)) {
            self.ready(out);
        }
    }

    /// Keeps what templates take from what was heard.
    pub(super) fn handle_value(&mut self, value: &crate::json::Value, out: &mut Actions) {
        self.heard.note(value);
        if !self.unsaid.is_empty() {
            self.say(out);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.ready_by
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.ready_by.is_some_and(|at| at <= now) {
            self.ready(out);
        }
    }

    fn fill(&self, template: &Template, text: &str, id: &str) -> String {
        template.fill(&self.filling(text, id, &self.secret))
    }

    fn filling<'a>(&'a self, text: &'a str, id: &'a str, secret: &'a str) -> Filling<'a> {
        Filling {
            text,
            user: &self.user,
            id,
            secret,
            heard: Some(&self.heard),
        }
    }

    /// The message as its template says, if there is one; and whether its id goes out with it.
    pub(super) fn message(&self, text: &str, id: MessageId) -> Option<(String, bool)> {
        let send = self.shape.send.as_ref()?;
        Some((self.fill(send, text, &id.to_string()), send.has_id()))
    }

    /// The heartbeat, as its template says.
    pub(super) fn ping(&self, id: MessageId) -> Option<String> {
        let ping = self.shape.ping.as_ref()?;
        Some(self.fill(ping, "", &id.to_string()))
    }

    /// What answers the server's own heartbeat.
    pub(super) fn pong(&self) -> Option<String> {
        let pong = self.shape.pong.as_ref()?;
        Some(self.fill(pong, "", ""))
    }

    /// What a person sees of a message before it goes out, where a template says how.
    pub(super) fn preview(&self, text: &str) -> Option<Preview> {
        let send = self.shape.send.as_ref()?;
        Some(Preview {
            text: send.fill(&self.filling(text, SOME_ID, HIDDEN)),
            guessed: false,
        })
    }
}

impl std::fmt::Debug for Speech {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Speech")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}
