//! An app that goes to another address of the same server, and what must stay behind.

use leptos_chat_core::connection::{Delivery, Endpoint, Reshape};
use leptos_chat_core::session::MessageId;

use crate::client::{Pace, Seen, options};
use crate::simulation::Simulation;

const HOSTS: [&str; 2] = ["chat.example", "other.example"];

impl Simulation {
    /// The URL of a client's address: they take turns.
    pub fn url_of(&self, address: u32) -> String {
        let url = self.server.url(self.setup.auto);
        url.replace(HOSTS[0], HOSTS[address as usize % HOSTS.len()])
    }

    /// A URL that is a signal has changed. Where an app's provider names it, there is none.
    pub fn app_moves(&mut self, c: usize) {
        if self.clients[c].endpoint == Endpoint::Provided {
            return;
        }
        // What is due at this moment goes to the address that is left.
        self.fire_timer(c);
        // What the session has held back of a channel is told as it is left.
        self.set_channel(c, None);
        let client = &mut self.clients[c];
        client.address += 1;
        client.seen = Seen::default();
        client.pace = Pace::default();
        client.greetings.clear();
        (client.proved, client.excused) = (false, true);
        // What has ended for good at one address is tried at another, unless the app has closed it.
        client.ended &= client.shut;
        let address = client.address;
        let options = options(&self.setup, client.c);
        let to = Reshape {
            heartbeat: client.config.heartbeat,
            session: options.clone(),
        };
        let session = options.session(self.setup.seed ^ u64::from(client.c) ^ u64::from(address));
        self.stats.moved += 1;
        let url = self.url_of(address);
        self.move_to(c, &url, &to, session);
        self.judge_left_behind(c);
    }

    /// Rule 12: the messages of the address that was left have their end.
    fn judge_left_behind(&mut self, c: usize) {
        let messages: Vec<MessageId> = self.clients[c].messages.iter().flatten().copied().collect();
        for id in messages {
            let Some(book) = self.book.get(&id) else {
                continue;
            };
            let waits = match book.state {
                Some(Delivery::Queued) | None => true,
                Some(Delivery::Sent) => !book.settled,
                _ => false,
            };
            if waits {
                let what = format!("client {c} went away, and {id} is {:?}", book.state);
                return self.fail("12", what);
            }
        }
        if self.clients[c].connection().queued() != (0, 0) {
            self.fail("12", format!("client {c} took along what waited"));
        }
    }

    /// Rule 12: nothing connects to an address that was left.
    pub fn judge_address(&mut self, c: usize, url: &str) {
        let host = HOSTS[self.clients[c].address as usize % HOSTS.len()];
        if !url.contains(host) {
            self.fail("12", format!("client {c} connects to {url}"));
        }
    }
}
