//! What the handle sends: messages, requests and answers, and what becomes of them.

use std::future::Future;
use std::time::Duration;

use super::SocketHandle;
use crate::socket::error::NotSent;
use crate::socket::fate::Fate;
use crate::socket::request::{Reply, RequestError};
use leptos_chat_core::connection::{Delivery, Pending, SendError, SendOptions};
use leptos_chat_core::json::Value;
use leptos_chat_core::session::{Incoming, MessageId, Outgoing, RequestId};

impl SocketHandle {
    /// Sends a message: now, or when the link is there.
    ///
    /// # Errors
    /// [`NotSent`] gives the message back and says why nothing was queued: closed, full, or too large.
    pub fn send(&self, message: impl Into<Outgoing>) -> Result<MessageId, NotSent> {
        self.send_with(message, SendOptions::default())
    }

    /// Sends a message with a time to live, now or never, or again under its id: as these options say.
    ///
    /// # Errors
    /// [`NotSent`] gives the message back and says why nothing was queued: closed, full, or too large; or
    /// [`SendError::WouldWait`] for a volatile one.
    pub fn send_with(
        &self,
        message: impl Into<Outgoing>,
        options: SendOptions,
    ) -> Result<MessageId, NotSent> {
        self.send_then(message.into(), options, |_| {})
    }

    /// The same, and calls `accepted` once it is known that the message is accepted and before anything is told of it.
    pub(crate) fn send_then(
        &self,
        mut message: Outgoing,
        options: SendOptions,
        accepted: impl FnOnce(MessageId),
    ) -> Result<MessageId, NotSent> {
        let Some(driver) = &self.driver else {
            return Err(NotSent::new(SendError::Closed, message));
        };
        let id = options.again.unwrap_or_else(|| driver.new_id());
        message.resent |= options.again.is_some();
        driver
            .send(id, message, &options, || accepted(id))
            .map(|()| id)
            .map_err(|(why, message)| NotSent::new(why, message))
    }

    /// Takes back a message that waits for the link. Returns whether it still did; its fate is then
    /// [`Failure::Cancelled`](crate::Failure::Cancelled).
    pub fn cancel(&self, id: MessageId) -> bool {
        self.driver.as_ref().is_some_and(|driver| driver.cancel(id))
    }

    /// Hears what has arrived and was not told yet.
    pub(crate) fn catch_up(&self) {
        if let Some(driver) = &self.driver {
            driver.catch_up();
        }
    }

    /// The messages on their way, in order: those whose proof is awaited, then those that wait for the link. They are copied.
    #[must_use]
    pub fn pending(&self) -> Vec<Pending> {
        let driver = self.driver.as_ref();
        driver.map(|driver| driver.pending()).unwrap_or_default()
    }

    /// Waits for the last that is told of a message: [`Delivery::Delivered`], [`Delivery::Failed`], or [`Delivery::Sent`]
    /// where the server shows that it has read it and proves no message by itself. `None`: there is no such message, or
    /// hundreds have met their fate since.
    ///
    /// It may be dropped at any time, and outlives the component: a connection that has ended awaits nothing.
    ///
    /// ```
    /// # use leptos_chat::{Delivery, SocketHandle};
    /// async fn save(socket: SocketHandle, draft: String) -> bool {
    ///     let Ok(id) = socket.send(draft) else { return false };
    ///     socket.delivery(id).await == Some(Delivery::Delivered)
    /// }
    /// ```
    pub fn delivery(
        &self,
        id: MessageId,
    ) -> impl Future<Output = Option<Delivery>> + Send + Sync + 'static {
        Fate::new(self.driver.clone(), id)
    }

    /// Asks the server, and waits for its reply until the deadline: Socket.IO's acknowledgement with its data, or the JSON that
    /// carries the request's id. `make` writes the request, which a JSON server gets with this id in it. It is sent at once; the
    /// future may be dropped at any time, and outlives the component.
    ///
    /// A request that still waits for the link at the deadline is not sent any more. A deadline is at most 24 days: a browser's
    /// timers count no further.
    ///
    /// # Errors
    /// [`RequestError`]: it was not accepted, it failed, or there was no reply in time.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use leptos_chat::json::Value;
    /// # use leptos_chat::{Outgoing, RequestError, SocketHandle};
    /// async fn seats(socket: SocketHandle) -> Result<Option<Value>, RequestError> {
    ///     let row = Value::from("A");
    ///     let ask = |_| Outgoing::event("seats", vec![row]);
    ///     let reply = socket.request(ask, Duration::from_secs(5)).await?;
    ///     Ok(reply.data.and_then(|arguments| arguments.item(0).cloned()))
    /// }
    ///
    /// async fn ask_json(socket: SocketHandle) -> bool {
    ///     let ask = |id| Outgoing::exactly(format!(r#"{{"op":"seats","id":"{id}"}}"#));
    ///     socket.request(ask, Duration::from_secs(5)).await.is_ok()
    /// }
    /// ```
    pub fn request(
        &self,
        make: impl FnOnce(MessageId) -> Outgoing,
        deadline: Duration,
    ) -> impl Future<Output = Result<Incoming, RequestError>> + 'static {
        let asked = self.ask(make, deadline);
        async move { asked.map_err(RequestError::NotSent)?.await }
    }

    fn ask(
        &self,
        make: impl FnOnce(MessageId) -> Outgoing,
        deadline: Duration,
    ) -> Result<Reply, NotSent> {
        let Some(driver) = &self.driver else {
            return Err(NotSent::new(SendError::Closed, make(MessageId(0))));
        };
        let id = driver.new_id();
        let reply = Reply::to(driver.clone(), id, deadline);
        let options = SendOptions::default().expires_after(deadline);
        let sent = driver.send(id, make(id), &options, || {});
        sent.map(|()| reply)
            .map_err(|(why, message)| NotSent::new(why, message))
    }

    /// Answers what the server has asked with [`Incoming::request`], with these arguments. Returns whether the answer went out:
    /// none goes over another link than the request.
    pub fn answer(&self, request: RequestId, arguments: Vec<Value>) -> bool {
        let driver = self.driver.as_ref();
        driver.is_some_and(|driver| driver.answer(request, arguments))
    }
}
