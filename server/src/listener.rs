//! Accepts TCP connections, bare or with TLS, and hands them to axum as controllable links.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{interval, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::link::{Link, LinkControl, Links};

/// A client that has not finished its TLS handshake by then is dropped.
const TLS_DEADLINE: Duration = Duration::from_secs(10);
/// A connection that is no WebSocket by then is dropped.
const UNCLAIMED_DEADLINE: Duration = Duration::from_secs(60);
/// Connections beside the clients': health checks, handshakes under way, pages.
const SPARE_CONNECTIONS: usize = 128;
/// How long to wait after `accept` failed, which mostly means that the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A byte stream, whatever it is made of.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The connection that a request came over.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) link: Arc<LinkControl>,
    /// Its place among the connections, free again when the last clone is gone.
    _place: Arc<OwnedSemaphorePermit>,
}

impl Connected<IncomingStream<'_, Incoming>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Incoming>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Connections that are ready for HTTP.
pub(crate) struct Incoming {
    ready: mpsc::Receiver<(Box<dyn Stream>, Peer)>,
}

impl Listener for Incoming {
    type Io = Box<dyn Stream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The acceptor has stopped, so nothing comes any more.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "a peer has no local address",
        ))
    }
}

/// Takes connections off the TCP listener until told to stop.
pub(crate) struct Acceptor {
    pub(crate) tcp: TcpListener,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) links: Arc<Links>,
    pub(crate) max_clients: usize,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Acceptor {
    /// Starts the accepting task.
    pub(crate) fn spawn(self) -> Incoming {
        let (sender, ready) = mpsc::channel(16);
        tokio::spawn(self.run(sender));
        Incoming { ready }
    }

    async fn run(mut self, ready: mpsc::Sender<(Box<dyn Stream>, Peer)>) {
        let places = Arc::new(Semaphore::new(
            self.max_clients.saturating_add(SPARE_CONNECTIONS),
        ));
        let mut sweep = interval(UNCLAIMED_DEADLINE / 4);
        let mut stop = self.stop.clone();
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = sweep.tick() => { self.links.cut_unclaimed(UNCLAIMED_DEADLINE); }
                (tcp, place) = self.next(&places) => self.admit(tcp, place, ready.clone()),
            }
        }
    }

    /// The next connection, once there is a place for it. Safe to cancel.
    async fn next(&mut self, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
        let place = places
            .clone()
            .acquire_owned()
            .await
            .expect("this semaphore is never closed");
        loop {
            match self.tcp.accept().await {
                Ok((tcp, _)) => return (tcp, place),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn admit(
        &self,
        tcp: TcpStream,
        place: OwnedSemaphorePermit,
        ready: mpsc::Sender<(Box<dyn Stream>, Peer)>,
    ) {
        // Small messages should not wait for company; if it fails they wait, no more.
        let _ = tcp.set_nodelay(true);
        let (link, control) = self.links.add(tcp);
        let peer = Peer {
            link: control,
            _place: Arc::new(place),
        };
        let tls = self.tls.clone();
        tokio::spawn(async move {
            if let Some(stream) = secure(link, tls).await {
                // It fails when the server is stopping; then the connection is dropped, as it should be.
                let _ = ready.send((stream, peer)).await;
            }
        });
    }
}

/// The TLS handshake, where there is one.
async fn secure(link: Link, tls: Option<TlsAcceptor>) -> Option<Box<dyn Stream>> {
    let Some(tls) = tls else {
        return Some(Box::new(link));
    };
    match timeout(TLS_DEADLINE, tls.accept(link)).await {
        Ok(Ok(stream)) => Some(Box::new(stream)),
        Ok(Err(error)) => {
            tracing::info!(%error, "a TLS handshake failed; a browser has to accept the certificate once, see the hint above");
            None
        }
        Err(_) => None,
    }
}

/// Opens the TCP listener, on the first address of `listen` that works.
pub(crate) async fn bind(listen: &str) -> io::Result<(TcpListener, SocketAddr)> {
    let tcp = TcpListener::bind(listen).await?;
    let address = tcp.local_addr()?;
    Ok((tcp, address))
}
