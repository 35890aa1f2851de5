//! How the JSON and the text session speak first, and put a message where a template says how; what is shown of it beforehand.

use std::time::Duration;

use super::options::SessionOptions;
use super::template_values::TemplateValues;
use super::{Action, Actions, MessageId};
use crate::search::contains;
use crate::shape::{Preview, Shape};
use crate::time::Instant;

/// What waits goes out this long after `hello` at the latest, whether its answer came or not.
const READY_WITHIN: Duration = Duration::from_secs(5);

/// The templates of a session, with what fills them.
#[derive(Debug, Default)]
pub(super) struct Templates {
    pub(super) shape: Shape,
    values: TemplateValues,
    /// How many of the last templates of `hello` are not said yet: they take something that was not heard on this link.
    unsaid: usize,
    /// The rest of the opening is waited for until then.
    ready_by: Option<Instant>,
}

impl Templates {
    pub(super) fn new(options: &SessionOptions) -> Self {
        let shape = options.shape.clone();
        let templates = [&shape.send, &shape.ping, &shape.pong]
            .into_iter()
            .flatten();
        Self {
            values: TemplateValues::new(
                options.user.as_deref(),
                options.credentials.secret.as_deref(),
                templates.chain(&shape.hello),
            ),
            shape,
            unsaid: 0,
            ready_by: None,
        }
    }

    pub(super) fn begin(&mut self) {
        self.ready_by = None;
        self.unsaid = 0;
        self.values.begin();
    }

    /// Whether the opening still goes on: nothing that comes is a line then.
    pub(super) fn is_opening(&self) -> bool {
        self.ready_by.is_some()
    }

    /// Says hello. The connection is open for the app at once, or after the answer.
    pub(super) fn open(&mut self, now: Instant, out: &mut Actions) {
        self.unsaid = self.shape.hello.len();
        self.ready_by = Some(now + READY_WITHIN);
        self.say(out);
    }

    /// Says what of hello can be said by now.
    fn say(&mut self, out: &mut Actions) {
        while let Some(hello) = self.shape.hello.get(self.shape.hello.len() - self.unsaid)
            && self.values.is_ready_for(hello)
        {
            out.push(Action::Transmit(self.values.fill(hello, "", "").into()));
            self.unsaid -= 1;
        }
        if self.unsaid == 0 && self.shape.ready.is_none() {
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
        let awaited = self.shape.ready.as_deref().filter(|_| self.unsaid == 0);
        if awaited.is_some_and(|piece| contains(text, piece)) {
            self.ready(out);
        }
    }

    /// Keeps what templates take from what was heard, and says what of hello waited for it.
    pub(super) fn handle_value(&mut self, value: &crate::json::Value, out: &mut Actions) {
        self.values.note(value);
        self.say(out);
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.ready_by
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.ready_by.is_some_and(|at| at <= now) {
            self.ready(out);
        }
    }

    /// The message as its template says, if there is one; and whether its id goes out with it.
    pub(super) fn message(&self, text: &str, id: MessageId) -> Option<(String, bool)> {
        let send = self.shape.send.as_ref()?;
        let filled = self.values.fill(send, text, &id.to_string());
        Some((filled, send.has_id()))
    }

    /// The heartbeat, as its template says.
    pub(super) fn ping(&self, id: MessageId) -> Option<String> {
        let ping = self.shape.ping.as_ref()?;
        Some(self.values.fill(ping, "", &id.to_string()))
    }

    /// What answers the server's own heartbeat.
    pub(super) fn pong(&self) -> Option<String> {
        let pong = self.shape.pong.as_ref()?;
        Some(self.values.fill(pong, "", ""))
    }

    /// What a person sees of a message before it goes out, where a template says how.
    pub(super) fn preview(&self, text: &str) -> Option<Preview> {
        let send = self.shape.send.as_ref()?;
        Some(Preview {
            text: self.values.preview(send, text),
            guessed: false,
        })
    }
}
