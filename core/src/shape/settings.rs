//! What an app or a person sets of the shape of messages, and what would go out with it.

use super::path::Path;
use super::template::Template;

/// The shape of messages. By default nothing is set.
///
/// ```
/// use leptos_chat_core::shape::{Shape, Template};
///
/// let shape = Shape {
///     send: Some(Template::message(r#"{"message":"{text}"}"#)?),
///     ..Shape::default()
/// };
/// assert_ne!(shape, Shape::default());
/// # Ok::<(), leptos_chat_core::shape::TemplateError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Sent at each opening, in this order, before anything that waits.
    pub hello: Vec<Template>,
    /// A piece of the answer to `hello`: what waits goes out after it, or 5 s later.
    pub ready: Option<String>,
    /// An outgoing message.
    pub send: Option<Template>,
    /// Where the words are in what comes in. What has none there is no line.
    pub text: Option<Path>,
    /// Where the sender's name is.
    pub from: Option<Path>,
    /// Where the id is.
    pub id: Option<Path>,
    /// The heartbeat.
    pub ping: Option<Template>,
    /// What answers the server's own heartbeat.
    pub pong: Option<Template>,
}

/// What would go out for a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The frame, with `•••` for the secret.
    pub text: String,
    /// Nobody has said or shown that the server wants this shape.
    pub guessed: bool,
}
