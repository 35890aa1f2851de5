//! What templates are filled with: who speaks, the secret, and what was heard.

use std::fmt;

use crate::json::Value;
use crate::shape::{Filling, Heard, Template};

/// Stands for the secret where a person sees it.
const HIDDEN: &str = "•••";
/// Stands for the id of a message that has none yet.
pub(super) const SOME_ID: &str = "…";

/// Fills the templates of one session.
#[derive(Default)]
pub(super) struct TemplateValues {
    user: String,
    secret: String,
    heard: Heard,
}

impl TemplateValues {
    /// Keeps of what is heard whatever these templates ask for.
    pub(super) fn new<'a>(
        user: Option<&str>,
        secret: Option<&str>,
        templates: impl IntoIterator<Item = &'a Template>,
    ) -> Self {
        Self {
            user: user.unwrap_or_default().to_owned(),
            secret: secret.unwrap_or_default().to_owned(),
            heard: Heard::new(templates),
        }
    }

    /// A new link: what was heard before is not fresh any more.
    pub(super) fn begin(&mut self) {
        self.heard.begin();
    }

    /// Something was heard.
    pub(super) fn note(&mut self, value: &Value) {
        self.heard.note(value);
    }

    /// Whether all that a template takes from what was heard has come on this link.
    pub(super) fn is_ready_for(&self, template: &Template) -> bool {
        self.heard.is_ready_for(template)
    }

    /// The name of who speaks, if there is one.
    #[cfg(any(feature = "socketio", feature = "stomp"))]
    pub(super) fn user(&self) -> Option<String> {
        Some(self.user.clone()).filter(|user| !user.is_empty())
    }

    /// What goes out.
    pub(super) fn fill(&self, template: &Template, text: &str, id: &str) -> String {
        template.fill(&self.filling(text, id, &self.secret))
    }

    /// The same as a person sees it beforehand: without the secret, and with no message's id.
    pub(super) fn preview(&self, template: &Template, text: &str) -> String {
        template.fill(&self.filling(text, SOME_ID, HIDDEN))
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
}

impl fmt::Debug for TemplateValues {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemplateValues")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
