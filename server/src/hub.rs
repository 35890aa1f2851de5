//! Who is connected, and the way from one client to the others.
//!
//! One lock covers the clients of all rooms. A broadcast puts the message in every receiver's queue while it holds the lock, so all
//! receivers of a room see the same order. It never waits: who cannot keep up is sent away. The channel's log has a lock of
//! its own, which is taken first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::ws::{CloseFrame, Message};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::endpoint::Endpoint;
use crate::lock;
use crate::log::{Log, Taken};
use crate::queue::{Full, Receiver, Sender, queue};

/// The last words to a client: the content of a close frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Goodbye {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Goodbye {
    pub(crate) fn new(code: u16, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    pub(crate) fn going_away() -> Self {
        Self::new(1001, "the server is shutting down")
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(
            1013,
            "too slow: too many messages are waiting for this client",
        )
    }

    /// The close frame; 1005 stands for one without a code.
    pub(crate) fn into_message(self) -> Message {
        Message::Close((self.code != 1005).then(|| CloseFrame {
            code: self.code,
            reason: self.reason.into(),
        }))
    }
}

/// All connected clients, by room.
pub(crate) struct Hub {
    /// Taken before the clients, so that lines reach everybody in the order of their numbers.
    log: Mutex<Log>,
    clients: Mutex<Clients>,
    max_queue: usize,
}

#[derive(Default)]
struct Clients {
    members: HashMap<u64, Member>,
    next_id: u64,
    is_shut: bool,
}

struct Member {
    room: Endpoint,
    /// Gone once the client has been told to leave.
    line: Option<(Sender, oneshot::Sender<Goodbye>)>,
}

impl Member {
    fn push(&mut self, message: Message) -> Result<(), Full> {
        match &self.line {
            Some((queue, _)) => queue.push(message),
            None => Ok(()),
        }
    }

    /// Whether it was still there to be told.
    fn dismiss(&mut self, goodbye: Goodbye) -> bool {
        self.line
            .take()
            .is_some_and(|(_, line)| line.send(goodbye).is_ok())
    }
}

impl Hub {
    /// `max_queue`: how many bytes may wait for one client.
    pub(crate) fn new(max_queue: usize, log: Log) -> Arc<Self> {
        Arc::new(Self {
            log: Mutex::new(log),
            clients: Mutex::default(),
            max_queue,
        })
    }

    /// Adds a client to its room; the room's greeting is the first thing in its queue.
    pub(crate) fn join(self: &Arc<Self>, room: Endpoint) -> Membership {
        let log = lock(&self.log);
        let (sender, queue) = queue(self.max_queue);
        let (line, goodbye) = oneshot::channel();
        let mut member = Member {
            room,
            line: Some((sender, line)),
        };
        let mut clients = lock(&self.clients);
        if clients.is_shut {
            member.dismiss(Goodbye::going_away());
        } else if let Some(greeting) = room.greeting(&log) {
            // Cannot be full: one message always fits.
            let _ = member.push(greeting);
        }
        let id = clients.next_id;
        clients.next_id += 1;
        clients.members.insert(id, member);
        Membership {
            id,
            hub: self.clone(),
            queue,
            goodbye,
        }
    }

    /// Sends to everybody in the room but `except`; says how many took it.
    pub(crate) fn broadcast(
        &self,
        room: Endpoint,
        message: &Message,
        except: Option<u64>,
    ) -> usize {
        let mut receivers = 0;
        for (id, member) in &mut lock(&self.clients).members {
            if member.room != room || Some(*id) == except || member.line.is_none() {
                continue;
            }
            match member.push(message.clone()) {
                Ok(()) => receivers += 1,
                Err(Full) => {
                    tracing::warn!(client = id, "a client is too slow; closing it with 1013");
                    member.dismiss(Goodbye::too_slow());
                }
            }
        }
        receivers
    }

    /// Takes a message of the channel into the log, and sends it to everybody there; of a second copy, only its sender hears.
    pub(crate) fn record(&self, message: Message, sender: u64) {
        let mut log = lock(&self.log);
        match log.take(message) {
            Taken::ToAll(message) => {
                self.broadcast(Endpoint::Channel, &message, None);
            }
            Taken::Known(ack) => self.tell(sender, ack),
        }
    }

    /// What a client of the channel missed. It is not queued: it may be more than a queue holds.
    pub(crate) fn missed(&self, asked: &Value) -> Vec<Message> {
        lock(&self.log).missed(asked)
    }

    fn tell(&self, client: u64, message: Message) {
        let mut clients = lock(&self.clients);
        let Some(member) = clients.members.get_mut(&client) else {
            return;
        };
        if member.push(message).is_err() {
            member.dismiss(Goodbye::too_slow());
        }
    }

    /// Sends everybody away; says how many.
    pub(crate) fn close_all(&self, goodbye: &Goodbye) -> usize {
        lock(&self.clients)
            .members
            .values_mut()
            .map(|member| usize::from(member.dismiss(goodbye.clone())))
            .sum()
    }

    /// Sends everybody away, and whoever comes later.
    pub(crate) fn shut(&self) {
        lock(&self.clients).is_shut = true;
        self.close_all(&Goodbye::going_away());
    }
}

/// A client's place in its room; it leaves when this is dropped.
pub(crate) struct Membership {
    pub(crate) id: u64,
    pub(crate) queue: Receiver,
    /// Tells the session to close.
    pub(crate) goodbye: oneshot::Receiver<Goodbye>,
    hub: Arc<Hub>,
}

impl Drop for Membership {
    fn drop(&mut self) {
        lock(&self.hub.clients).members.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reaches_its_room_and_not_its_sender() {
        let hub = Hub::new(1000, Log::new());
        let mut sender = hub.join(Endpoint::Relay);
        let mut other = hub.join(Endpoint::Relay);
        let mut stranger = hub.join(Endpoint::Channel);
        assert_eq!(
            hub.broadcast(Endpoint::Relay, &Message::text("hi"), Some(sender.id)),
            1
        );
        assert_eq!(other.queue.try_pop(), Some(Message::text("hi")));
        assert_eq!(sender.queue.try_pop(), None);
        assert!(stranger.queue.try_pop().is_some(), "its greeting");
        assert_eq!(stranger.queue.try_pop(), None);
    }

    #[test]
    fn who_cannot_keep_up_is_sent_away_and_the_others_stay() {
        let hub = Hub::new(100, Log::new());
        let mut slow = hub.join(Endpoint::Relay);
        let mut quick = hub.join(Endpoint::Relay);
        assert_eq!(hub.broadcast(Endpoint::Relay, &Message::text("1"), None), 2);
        assert!(quick.queue.try_pop().is_some());
        assert_eq!(hub.broadcast(Endpoint::Relay, &Message::text("2"), None), 1);
        assert_eq!(slow.goodbye.try_recv(), Ok(Goodbye::too_slow()));
        assert!(quick.goodbye.try_recv().is_err());
    }

    #[test]
    fn who_comes_after_the_end_is_sent_away_at_once() {
        let hub = Hub::new(100, Log::new());
        hub.shut();
        let mut late = hub.join(Endpoint::Echo);
        assert_eq!(late.goodbye.try_recv(), Ok(Goodbye::going_away()));
    }

    #[test]
    fn who_left_receives_nothing() {
        let hub = Hub::new(100, Log::new());
        drop(hub.join(Endpoint::Relay));
        assert_eq!(
            hub.broadcast(Endpoint::Relay, &Message::text("hi"), None),
            0
        );
    }
}
