//! One request and its reply, as a future.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use leptos_chat_core::connection::{Delivery, Event, Failure};
use leptos_chat_core::session::{Incoming, MessageId};
use send_wrapper::SendWrapper;

use super::error::NotSent;
use super::subscription::Subscription;
use super::wake::{SharedWaker, WakeOnDrop};
use crate::browser::{Driver, timer_millis};
use crate::lock::lock;

/// Why a request has no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// It was not accepted; ask again later.
    NotSent(NotSent),
    /// It did not arrive, or nobody knows: see why.
    Failed(Failure),
    /// There was no reply in time. The server may have acted on it.
    TimedOut,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(why) => why.fmt(f),
            Self::Failed(why) => why.fmt(f),
            Self::TimedOut => f.write_str("there was no reply in time"),
        }
    }
}

impl Error for RequestError {}

/// Waits for the reply to a request.
pub(super) struct Reply {
    driver: SendWrapper<Driver>,
    id: MessageId,
    outcome: Outcome,
    _listening: Subscription,
    _timer: SendWrapper<Timeout>,
}

/// What the listener and the timer leave for the future.
#[derive(Clone, Default)]
struct Outcome {
    reply: Arc<Mutex<Option<Result<Incoming, RequestError>>>>,
    waker: SharedWaker,
}

impl Outcome {
    /// What is told first counts.
    fn tell(&self, reply: Result<Incoming, RequestError>) {
        lock(&self.reply).get_or_insert(reply);
        self.waker.wake();
    }
}

impl Reply {
    /// Listens from now on: before the request is sent.
    pub(super) fn to(driver: SendWrapper<Driver>, id: MessageId, deadline: Duration) -> Self {
        let outcome = Outcome::default();
        let (late, telling) = (outcome.clone(), outcome.clone());
        let wake = WakeOnDrop(outcome.waker.clone());
        let listener = move |event: &Event| match event {
            Event::Reply { id: other, reply } if *other == id => telling.tell(Ok(reply.clone())),
            Event::Delivery {
                id: other,
                delivery: Delivery::Failed(_),
            } if *other == id => wake.0.wake(),
            _ => {}
        };
        let timer = Timeout::new(timer_millis(deadline), move || {
            late.tell(Err(RequestError::TimedOut));
        });
        Self {
            _listening: Subscription::new(Some(driver.clone()), listener),
            _timer: SendWrapper::new(timer),
            driver,
            id,
            outcome,
        }
    }
}

impl Future for Reply {
    type Output = Result<Incoming, RequestError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(reply) = lock(&self.outcome.reply).clone() {
            return Poll::Ready(reply);
        }
        // Also where the connection has ended, and nothing more is told.
        if let Some(Poll::Ready(Delivery::Failed(why))) = self.driver.fate(self.id) {
            return Poll::Ready(Err(match why {
                Failure::Expired => RequestError::TimedOut,
                why => RequestError::Failed(why),
            }));
        }
        self.outcome.waker.register(cx);
        Poll::Pending
    }
}
