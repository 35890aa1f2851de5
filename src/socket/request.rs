//! One request and its reply, as a future.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use leptos_chat_core::connection::{Delivery, Event, Failure};
use leptos_chat_core::session::{Incoming, MessageId};
use send_wrapper::SendWrapper;

use super::error::NotSent;
use super::subscription::Subscription;
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
    shared: Arc<Mutex<Shared>>,
    _listening: Subscription,
    _timer: SendWrapper<Timeout>,
}

/// What the listener and the timer leave for the future.
#[derive(Default)]
struct Shared {
    reply: Option<Result<Incoming, RequestError>>,
    waker: Option<Waker>,
}

impl Reply {
    /// Listens from now on: before the request is sent.
    pub(super) fn to(driver: SendWrapper<Driver>, id: MessageId, deadline: Duration) -> Self {
        let shared = Arc::<Mutex<Shared>>::default();
        let end = End(shared.clone());
        let listener = move |event: &Event| match event {
            Event::Reply { id: other, reply } if *other == id => end.with(Some(Ok(reply.clone()))),
            Event::Delivery {
                id: other,
                delivery: Delivery::Failed(_),
            } if *other == id => end.with(None),
            _ => {}
        };
        let late = shared.clone();
        let timer = Timeout::new(timer_millis(deadline), move || {
            End(late).with(Some(Err(RequestError::TimedOut)));
        });
        Self {
            _listening: Subscription::new(Some(driver.clone()), listener),
            _timer: SendWrapper::new(timer),
            driver,
            id,
            shared,
        }
    }
}

impl Future for Reply {
    type Output = Result<Incoming, RequestError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = lock(&self.shared);
        if let Some(reply) = shared.reply.clone() {
            return Poll::Ready(reply);
        }
        // Also where the connection has ended, and nothing more is told.
        if let Some(Poll::Ready(Delivery::Failed(why))) = self.driver.fate(self.id) {
            return Poll::Ready(Err(match why {
                Failure::Expired => RequestError::TimedOut,
                why => RequestError::Failed(why),
            }));
        }
        shared.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Wakes the future with what there is, and once more when the connection lets go of its listeners.
struct End(Arc<Mutex<Shared>>);

impl End {
    fn with(&self, reply: Option<Result<Incoming, RequestError>>) {
        let mut shared = lock(&self.0);
        if shared.reply.is_none() {
            shared.reply = reply;
        }
        let waker = shared.waker.take();
        drop(shared);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.with(None);
    }
}
