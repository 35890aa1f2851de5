//! What waits to be written to one client: a queue bounded in bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::ws::Message;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What a queued message costs beside its content, so that a flood of empty ones is bounded as well.
const OVERHEAD: usize = 64;

/// Makes a queue for at most `limit` bytes. One message always fits, whatever its size.
pub(crate) fn queue(limit: usize) -> (Sender, Receiver) {
    let (sender, messages) = unbounded_channel();
    let queued = Arc::new(AtomicUsize::new(0));
    (
        Sender {
            sender,
            queued: queued.clone(),
            limit,
        },
        Receiver { messages, queued },
    )
}

/// The end that puts messages in; it never waits. Only one thread at a time may push (the hub's lock sees to it).
pub(crate) struct Sender {
    sender: UnboundedSender<Message>,
    queued: Arc<AtomicUsize>,
    limit: usize,
}

/// The queue holds as much as it may.
#[derive(Debug, PartialEq)]
pub(crate) struct Full;

impl Sender {
    /// Adds a message, or says that the client is too far behind.
    pub(crate) fn push(&self, message: Message) -> Result<(), Full> {
        let cost = cost(&message);
        let queued = self.queued.load(Ordering::Acquire);
        if queued > 0 && queued + cost > self.limit {
            return Err(Full);
        }
        self.queued.fetch_add(cost, Ordering::AcqRel);
        // It fails when the session is over; then nobody is there to miss the message.
        let _ = self.sender.send(message);
        Ok(())
    }
}

/// The end that a session drains.
pub(crate) struct Receiver {
    messages: UnboundedReceiver<Message>,
    queued: Arc<AtomicUsize>,
}

impl Receiver {
    /// Waits for the next message; `None` when the hub has let go of this client. Safe to cancel.
    pub(crate) async fn pop(&mut self) -> Option<Message> {
        let message = self.messages.recv().await?;
        Some(self.account(message))
    }

    /// The next message, if one is there.
    pub(crate) fn try_pop(&mut self) -> Option<Message> {
        let message = self.messages.try_recv().ok()?;
        Some(self.account(message))
    }

    fn account(&self, message: Message) -> Message {
        self.queued.fetch_sub(cost(&message), Ordering::AcqRel);
        message
    }
}

fn cost(message: &Message) -> usize {
    let content = match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    };
    content + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_refuses_what_does_not_fit_and_takes_it_after_a_pop() {
        let (sender, mut receiver) = queue(2 * OVERHEAD + 2);
        assert_eq!(sender.push(Message::text("a")), Ok(()));
        assert_eq!(sender.push(Message::text("b")), Ok(()));
        assert_eq!(sender.push(Message::text("")), Err(Full));
        assert_eq!(receiver.try_pop(), Some(Message::text("a")));
        assert_eq!(sender.push(Message::text("c")), Ok(()));
    }

    #[test]
    fn one_message_always_fits() {
        let (sender, _receiver) = queue(1);
        assert_eq!(sender.push(Message::text("longer than the limit")), Ok(()));
        assert_eq!(sender.push(Message::text("")), Err(Full));
    }
}
