//! What becomes of one message, as a future.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use send_wrapper::SendWrapper;

use super::subscription::Subscription;
use super::wake::{SharedWaker, WakeOnDrop};
use crate::browser::Driver;
use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::session::MessageId;

/// Waits for the last that is told of a message.
pub(super) struct Fate {
    driver: Option<SendWrapper<Driver>>,
    id: MessageId,
    waker: SharedWaker,
    listening: Option<Subscription>,
}

impl Fate {
    pub(super) fn new(driver: Option<SendWrapper<Driver>>, id: MessageId) -> Self {
        Self {
            driver,
            id,
            waker: SharedWaker::default(),
            listening: None,
        }
    }

    fn listen(&mut self) {
        let (id, wake) = (self.id, WakeOnDrop(self.waker.clone()));
        let listener = move |event: &Event| match event {
            Event::Delivery { id: other, .. } | Event::Settled { id: other } if *other == id => {
                wake.0.wake();
            }
            _ => {}
        };
        self.listening = Some(Subscription::new(self.driver.clone(), listener));
    }
}

impl Future for Fate {
    type Output = Option<Delivery>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let fate = self.driver.as_ref().map(|driver| driver.fate(self.id));
        match fate.flatten() {
            None => Poll::Ready(None),
            Some(Poll::Ready(delivery)) => Poll::Ready(Some(delivery)),
            Some(Poll::Pending) => {
                self.waker.register(cx);
                if self.listening.is_none() {
                    self.listen();
                }
                Poll::Pending
            }
        }
    }
}
