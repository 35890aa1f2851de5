//! Pure: one line of a chat, as the timeline holds it.

use std::time::Duration;

use crate::connection::Delivery;
use crate::session::{Body, MessageId, Reason};

/// Who a message is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Author {
    /// The person at this page.
    Me,
    /// Somebody else.
    #[default]
    Other,
    /// The server.
    System,
}

impl Author {
    /// The name in lower case, as the page's `data-author` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Other => "other",
            Self::System => "system",
        }
    }
}

/// One line of a chat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatMessage {
    /// Its place in the timeline; grows by one with each message. It changes where a line that comes late is put before it.
    pub key: u64,
    /// Who it is from.
    pub author: Author,
    /// The sender's name, where it is known. Text from the network: never markup.
    pub sender: Option<String>,
    /// What it says.
    pub body: Body,
    /// Why it could not be read, where it is a frame that no protocol understands; `body` is then the frame. Or a hint about the
    /// settings, without a body; see [`Reason::is_hint`].
    pub unreadable: Option<Reason>,
    /// Whether the server tells an error with it, mostly about what was sent last.
    pub error: bool,
    /// Messages may be missing right before it: the link was down, and the server did not replay what was sent meanwhile.
    pub gap_before: bool,
    /// When it was sent, or arrived, since 1970-01-01T00:00Z.
    pub at: Duration,
    /// The id of an own message.
    pub id: Option<MessageId>,
    /// What became of an own message.
    pub delivery: Option<Delivery>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_has_the_name_that_rows_are_marked_with() {
        let names = [Author::Me, Author::Other, Author::System].map(Author::name);
        assert_eq!(names, ["me", "other", "system"]);
    }

    #[test]
    fn a_message_that_is_held_is_no_larger_than_it_must_be() {
        // An allocator that grants eight spends up to sixteen bytes more for each message that asks for more.
        assert_eq!(align_of::<ChatMessage>(), 8);
        assert!(
            size_of::<ChatMessage>()
                <= if cfg!(target_pointer_width = "32") {
                    120
                } else {
                    192
                }
        );
    }
}
