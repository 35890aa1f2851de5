//! One WebSocket client, from its handshake to its end.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::SinkExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};
use tungstenite::Error as WsError;

use crate::app::App;
use crate::endpoint::{Endpoint, Reaction};
use crate::faults::plan::Fault;
use crate::hub::{Goodbye, Membership};
use crate::listener::Peer;

/// How long a client has to answer our close frame.
const CLOSE_GRACE: Duration = Duration::from_secs(2);
/// How long a single write may take before the client counts as too slow.
const WRITE_DEADLINE: Duration = Duration::from_secs(30);
/// After how many pings without any sign of life a client is dropped.
const SILENT_PINGS: u32 = 3;

/// A connected client.
pub(crate) struct Session {
    pub(crate) socket: WebSocket,
    pub(crate) app: Arc<App>,
    pub(crate) endpoint: Endpoint,
    pub(crate) peer: Peer,
    pub(crate) fault: Option<Fault>,
    /// Its place among the clients, free again when the session ends.
    pub(crate) slot: OwnedSemaphorePermit,
}

/// Why a session ends.
pub(crate) enum End {
    /// We close, with these words.
    Close(Goodbye),
    /// The connection is over, nothing is left to do.
    Gone,
}

type Outcome = Result<(), End>;

impl Session {
    /// Talks to the client until one side has had enough.
    pub(crate) async fn run(mut self) {
        match self.talk().await {
            Err(End::Close(goodbye)) => self.close(goodbye).await,
            Ok(()) | Err(End::Gone) => {}
        }
        tracing::debug!(endpoint = ?self.endpoint, "a client is gone");
        // The socket goes first: whoever sees the slot free may count on the connection having ended.
        let Self { socket, slot, .. } = self;
        drop(socket);
        drop(slot);
    }

    async fn talk(&mut self) -> Outcome {
        if self.fault_is_due(0) {
            self.strike().await?;
        }
        let mut member = self.app.hub.join(self.endpoint);
        let mut received = 0;
        let mut last_heard = Instant::now();
        let mut pings = self.app.options.ping_every.map(ping_clock);
        loop {
            tokio::select! {
                goodbye = &mut member.goodbye => return Err(dismissed(goodbye.ok())),
                incoming = self.socket.recv() => {
                    last_heard = Instant::now();
                    let Some(message) = self.unwrap_incoming(incoming).await? else { continue };
                    let counts = self.handle(message, &mut member).await?;
                    received += u64::from(counts);
                    if counts && self.fault_is_due(received) {
                        self.write_queued(&mut member).await?;
                        self.strike().await?;
                    }
                }
                Some(message) = member.queue.pop() => {
                    self.write(message, &mut member).await?;
                    self.write_queued(&mut member).await?;
                }
                period = tick(&mut pings) => {
                    if last_heard.elapsed() > period * SILENT_PINGS {
                        self.peer.link.cut(false);
                        return Err(End::Gone);
                    }
                    self.write(Message::Ping(Default::default()), &mut member).await?;
                }
            }
        }
    }

    /// A text or binary message, or nothing to do, or the end.
    async fn unwrap_incoming(
        &mut self,
        incoming: Option<Result<Message, axum::Error>>,
    ) -> Result<Option<Message>, End> {
        match incoming {
            Some(Ok(Message::Close(_))) if matches!(self.fault, Some(Fault::StallClose)) => {
                Err(self.go_silent().await)
            }
            // Pings and the closing handshake are answered below us, by tungstenite, on the next read.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_))) => Ok(None),
            Some(Ok(message)) => Ok(Some(message)),
            Some(Err(error)) => Err(self.blame(error)),
            None => Err(End::Gone),
        }
    }

    /// Tells the client what it did wrong, where there is something to tell.
    fn blame(&self, error: axum::Error) -> End {
        let error = error.into_inner();
        tracing::debug!(%error, "a client's connection failed");
        End::Close(match error.downcast_ref::<WsError>() {
            Some(WsError::Capacity(_)) => Goodbye::new(
                1009,
                format!(
                    "a message may have {} bytes at most",
                    self.app.options.max_message
                ),
            ),
            Some(WsError::Utf8(_)) => Goodbye::new(1007, "a text message was not UTF-8"),
            Some(WsError::Protocol(
                tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
            )) => return End::Gone,
            Some(WsError::Protocol(_)) => Goodbye::new(1002, "that was not the WebSocket protocol"),
            _ => return End::Gone,
        })
    }

    /// Does what a message asks for. Returns whether faults count it: a question for what was missed is nobody's message.
    async fn handle(&mut self, message: Message, member: &mut Membership) -> Result<bool, End> {
        self.app.stats.count_received(&message);
        match self.endpoint.react(message) {
            Reaction::Record(message) => self.app.hub.record(message, member.id),
            Reaction::Missed(asked) => {
                self.write_queued(member).await?;
                self.write_all(self.app.hub.missed(&asked), member).await?;
                return Ok(false);
            }
            Reaction::ToOthers(message) => {
                self.app
                    .hub
                    .broadcast(self.endpoint, &message, Some(member.id));
            }
            // What was said before must come first.
            Reaction::ToSender(message) => {
                self.write_queued(member).await?;
                self.write(message, member).await?;
            }
            Reaction::Nothing => {}
        }
        Ok(true)
    }

    /// Writes one message and flushes; gives up when the client is to be sent away, or does not read.
    async fn write(&mut self, message: Message, member: &mut Membership) -> Outcome {
        self.write_all(vec![message], member).await
    }

    async fn write_all(&mut self, messages: Vec<Message>, member: &mut Membership) -> Outcome {
        for message in messages {
            self.feed(message, member).await?;
        }
        self.or_dismissed(member, async |socket| socket.flush().await)
            .await
    }

    /// Writes what waits in the queue, all of it before one flush.
    async fn write_queued(&mut self, member: &mut Membership) -> Outcome {
        let mut is_dirty = false;
        while let Some(message) = member.queue.try_pop() {
            self.feed(message, member).await?;
            is_dirty = true;
        }
        if is_dirty {
            self.or_dismissed(member, async |socket| socket.flush().await)
                .await?;
        }
        Ok(())
    }

    async fn feed(&mut self, message: Message, member: &mut Membership) -> Outcome {
        if matches!(message, Message::Text(_) | Message::Binary(_)) {
            self.app.stats.count_sent();
        }
        self.or_dismissed(member, async move |socket| socket.feed(message).await)
            .await
    }

    async fn or_dismissed(
        &mut self,
        member: &mut Membership,
        write: impl AsyncFnOnce(&mut WebSocket) -> Result<(), axum::Error>,
    ) -> Outcome {
        tokio::select! {
            biased;
            goodbye = &mut member.goodbye => Err(dismissed(goodbye.ok())),
            written = timeout(WRITE_DEADLINE, write(&mut self.socket)) => match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(End::Gone),
                Err(_) => Err(End::Close(Goodbye::too_slow())),
            },
        }
    }

    /// Our closing handshake. Who does not answer it in time is cut off.
    async fn close(&mut self, goodbye: Goodbye) {
        let handshake = async {
            if self.socket.send(goodbye.into_message()).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        if timeout(CLOSE_GRACE, handshake).await.is_err() {
            self.peer.link.cut(false);
        }
    }

    fn fault_is_due(&self, received: u64) -> bool {
        self.fault
            .as_ref()
            .is_some_and(|fault| fault.after() == Some(received))
    }

    /// Lets the fault happen; `Ok` if the session goes on after it.
    async fn strike(&mut self) -> Outcome {
        match self.fault.clone() {
            Some(Fault::Close { goodbye, .. }) => Err(End::Close(goodbye)),
            Some(Fault::Silent { .. }) => Err(self.go_silent().await),
            Some(Fault::Drop { reset, .. }) => {
                self.peer.link.cut(reset);
                Err(End::Gone)
            }
            Some(Fault::Garbage { .. }) => {
                for message in crate::faults::garbage::garbage() {
                    self.app.stats.count_sent();
                    self.socket.send(message).await.map_err(|_| End::Gone)?;
                }
                Ok(())
            }
            Some(Fault::Refuse { .. } | Fault::StallClose) | None => Ok(()),
        }
    }

    /// Keeps the connection and does nothing on it, until the other side has gone.
    async fn go_silent(&mut self) -> End {
        self.peer.link.silence();
        while let Some(Ok(_)) = self.socket.recv().await {}
        End::Gone
    }
}

fn dismissed(goodbye: Option<Goodbye>) -> End {
    End::Close(goodbye.unwrap_or_else(Goodbye::going_away))
}

fn ping_clock(period: Duration) -> Interval {
    let mut clock = interval_at(Instant::now() + period, period);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clock
}

/// The next time to ping; never, without a clock.
async fn tick(pings: &mut Option<Interval>) -> Duration {
    match pings {
        Some(clock) => {
            clock.tick().await;
            clock.period()
        }
        None => std::future::pending().await,
    }
}
