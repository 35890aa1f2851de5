//! One TCP connection with a remote control: it can be silenced, or cut without a goodbye, from outside.
//!
//! The control sits below TLS and below the WebSocket, so a cut is a cut for both: no close frame, no TLS notice.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::lock;

/// How long and how much to read on after our end of a connection, see [`linger`].
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 256 * 1024 * 1024;
/// How often a silent link looks whether the other side is gone.
const HANG_UP_CHECK: Duration = Duration::from_millis(100);

/// What a link does with its traffic. Only ever goes down the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Mode {
    Live = 0,
    /// Connected, but nothing is read or written any more.
    Silent = 1,
    /// Ends at once, with TCP's ordinary end (FIN).
    Cut = 2,
    /// Ends at once, with TCP's reset (RST).
    Reset = 3,
}

/// The remote control of one [`Link`].
#[derive(Debug)]
pub(crate) struct LinkControl {
    id: u64,
    mode: AtomicU8,
    /// Whether it became a WebSocket, or is about to.
    is_claimed: AtomicBool,
    opened: Instant,
    wakers: Mutex<[Option<Waker>; 2]>,
}

impl LinkControl {
    fn mode(&self) -> Mode {
        match self.mode.load(Ordering::Acquire) {
            0 => Mode::Live,
            1 => Mode::Silent,
            2 => Mode::Cut,
            _ => Mode::Reset,
        }
    }

    fn lower(&self, mode: Mode) {
        self.mode.fetch_max(mode as u8, Ordering::AcqRel);
        for waker in lock(&self.wakers).iter_mut().filter_map(Option::take) {
            waker.wake();
        }
    }

    /// Keeps the connection, but neither reads nor writes any more.
    pub(crate) fn silence(&self) {
        self.lower(Mode::Silent);
    }

    /// Ends the connection at once, with a TCP reset or TCP's ordinary end.
    pub(crate) fn cut(&self, reset: bool) {
        self.lower(if reset { Mode::Reset } else { Mode::Cut });
    }

    /// It is no WebSocket after all: it may not be idle for long.
    pub(crate) fn let_go(&self) {
        self.is_claimed.store(false, Ordering::Release);
    }

    /// Says that this is a WebSocket, so it may be idle for as long as it likes.
    pub(crate) fn claim(&self) {
        self.is_claimed.store(true, Ordering::Release);
    }

    /// Remembers who to wake when the mode changes; wakes at once if it just did.
    fn park(&self, side: usize, seen: Mode, context: &Context<'_>) {
        lock(&self.wakers)[side] = Some(context.waker().clone());
        if self.mode() != seen {
            context.waker().wake_by_ref();
        }
    }
}

/// A TCP connection that obeys its [`LinkControl`].
pub(crate) struct Link {
    /// Taken in `drop` only.
    tcp: Option<TcpStream>,
    control: Arc<LinkControl>,
    hang_up_check: Option<Pin<Box<Sleep>>>,
}

const READ: usize = 0;
const WRITE: usize = 1;

impl Link {
    fn tcp(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.tcp.as_mut().map(Pin::new).ok_or_else(cut)
    }

    /// Ready when the other side has closed, found out without reading what it sent.
    fn poll_hung_up(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let tcp = self.tcp()?;
            if let Poll::Ready(readiness) = pin!(tcp.ready(Interest::READABLE)).poll(context)
                && readiness?.is_read_closed()
            {
                return Poll::Ready(Ok(()));
            }
            // Unread data keeps the socket readable, so its readiness cannot be awaited; look again after a while.
            let check = self
                .hang_up_check
                .get_or_insert_with(|| Box::pin(sleep(HANG_UP_CHECK)));
            ready!(check.as_mut().poll(context));
            self.hang_up_check = None;
        }
    }

    fn poll_write_with(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let mode = self.control.mode();
        let poll = match mode {
            Mode::Live => write(self.tcp()?, context),
            Mode::Silent => Poll::Pending,
            Mode::Cut | Mode::Reset => return Poll::Ready(Err(cut())),
        };
        if poll.is_pending() {
            self.control.park(WRITE, mode, context);
        }
        poll
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the connection was cut")
}

impl AsyncRead for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mode = self.control.mode();
        let poll = match mode {
            Mode::Live => self.tcp()?.poll_read(context, buffer),
            Mode::Silent => self.poll_hung_up(context),
            Mode::Cut | Mode::Reset => return Poll::Ready(Err(cut())),
        };
        if poll.is_pending() {
            self.control.park(READ, mode, context);
        }
        poll
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_with(context, |tcp, context| tcp.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_with(context, |tcp, context| {
            tcp.poll_write_vectored(context, slices)
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TCP has no buffer of its own to flush.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.control.mode() {
            Mode::Live => self.tcp()?.poll_shutdown(context),
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(tcp) = self.tcp.take() else { return };
        match self.control.mode() {
            Mode::Live => linger(tcp),
            Mode::Silent | Mode::Cut => {}
            Mode::Reset => {
                if let Err(error) = tcp.set_zero_linger() {
                    tracing::debug!(%error, "no reset here; the connection ends the ordinary way");
                }
            }
        }
    }
}

/// Reads on for a moment after the last write. A socket that is closed with unread data resets the connection, and then
/// the other side may never see the close frame that explains why.
fn linger(mut tcp: TcpStream) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    runtime.spawn(timeout(LINGER, async move {
        if tcp.shutdown().await.is_ok() {
            let _ = tokio::io::copy(&mut tcp.take(LINGER_BYTES), &mut tokio::io::sink()).await;
        }
    }));
}

/// All links that are alive.
#[derive(Debug, Default)]
pub(crate) struct Links {
    links: Mutex<HashMap<u64, Weak<LinkControl>>>,
}

impl Links {
    /// Wraps a new connection.
    pub(crate) fn add(&self, tcp: TcpStream) -> (Link, Arc<LinkControl>) {
        let mut links = lock(&self.links);
        links.retain(|_, link| link.strong_count() > 0);
        let id = links.keys().max().map_or(0, |last| last + 1);
        let control = Arc::new(LinkControl {
            id,
            mode: AtomicU8::new(Mode::Live as u8),
            is_claimed: AtomicBool::new(false),
            opened: Instant::now(),
            wakers: Mutex::default(),
        });
        links.insert(id, Arc::downgrade(&control));
        (
            Link {
                tcp: Some(tcp),
                control: control.clone(),
                hang_up_check: None,
            },
            control,
        )
    }

    /// Cuts every link but `except`; says how many.
    pub(crate) fn cut_all(&self, except: Option<&LinkControl>, reset: bool) -> usize {
        let spared = except.map(|link| link.id);
        self.cut_where(reset, |link| Some(link.id) != spared)
    }

    /// Cuts the links that would never notice a polite end.
    pub(crate) fn cut_silent(&self) -> usize {
        self.cut_where(false, |link| link.mode() == Mode::Silent)
    }

    /// Cuts plain HTTP connections older than `age`: they hold a place that a client may need.
    pub(crate) fn cut_unclaimed(&self, age: Duration) -> usize {
        self.cut_where(false, |link| {
            !link.is_claimed.load(Ordering::Acquire) && link.opened.elapsed() > age
        })
    }

    fn cut_where(&self, reset: bool, condition: impl Fn(&LinkControl) -> bool) -> usize {
        let links: Vec<_> = lock(&self.links)
            .values()
            .filter_map(Weak::upgrade)
            .collect();
        let is_meant = |link: &&Arc<LinkControl>| link.mode() < Mode::Cut && condition(link);
        links
            .iter()
            .filter(is_meant)
            .map(|link| link.cut(reset))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_connection_that_became_no_websocket_after_all_is_cut_when_it_is_idle() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
        let _client = client.unwrap();
        let links = Links::default();
        let (_link, control) = links.add(server.unwrap().0);
        control.claim();
        assert_eq!(links.cut_unclaimed(Duration::ZERO), 0);
        control.let_go();
        assert_eq!(links.cut_unclaimed(Duration::ZERO), 1);
    }
}
