//! Starting the server, and stopping it politely.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::hub::Hub;
use crate::link::Links;
use crate::listener::{Acceptor, Peer, bind};
use crate::log::Log;
use crate::options::Options;
use crate::origin::OriginPolicy;
use crate::routes::router;
use crate::stats::Stats;
use crate::tls::self_signed;

/// How long clients get to answer the close frame at the end, together.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long HTTP requests under way get after that.
const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// Why the server did not start. The text says what to do.
#[derive(Debug)]
pub enum StartError {
    /// Another program has the address.
    AddressTaken {
        /// The address as it was asked for.
        listen: String,
    },
    /// The address cannot be listened on for another reason.
    CannotListen {
        /// The address as it was asked for.
        listen: String,
        /// What the system said.
        error: io::Error,
    },
    /// An option is wrong.
    BadOption(String),
    /// The log's file cannot be read or written.
    Log {
        /// The file as it was asked for.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The certificate could not be made.
    Certificate(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddressTaken { listen } => write!(
                f,
                "cannot listen on {listen}: another program uses this port; stop it, or pick another port with --listen 127.0.0.1:0"
            ),
            Self::CannotListen { listen, error } => {
                write!(
                    f,
                    "cannot listen on {listen}: {error}; name a host and port of this machine with --listen"
                )
            }
            Self::BadOption(advice) => f.write_str(advice),
            Self::Log { path, error } => {
                let path = path.display();
                write!(
                    f,
                    "cannot keep the log in {path}: {error}; name a file that can be written with --log"
                )
            }
            Self::Certificate(error) => {
                write!(
                    f,
                    "cannot make a certificate: {error}; check the host in --listen, or leave --tls out"
                )
            }
        }
    }
}

impl std::error::Error for StartError {}

/// A server that is running. Dropping it stops accepting; [`ServerHandle::shutdown`] also says goodbye.
#[derive(Debug)]
pub struct ServerHandle {
    /// Where it listens, with the real port.
    pub address: SocketAddr,
    /// `ws` or `wss`.
    pub scheme: &'static str,
    /// The self-signed certificate in DER, with TLS.
    pub certificate: Option<Vec<u8>>,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    http: JoinHandle<()>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("clients", &self.clients())
            .finish_non_exhaustive()
    }
}

/// Starts the server in the current tokio runtime. When this returns, it takes connections.
///
/// # Errors
///
/// The caller's: a bad option. The system's: the address is taken or not ours; a retry helps once it is free.
pub async fn start(options: Options) -> Result<ServerHandle, StartError> {
    let origins = OriginPolicy::new(&options.listen, &options.allow_origins)
        .map_err(StartError::BadOption)?;
    let slots = slots(options.max_clients)?;
    let (tcp, address) = bind(&options.listen)
        .await
        .map_err(|error| listen_error(&options.listen, error))?;
    // Only with the address is the file ours: a server that has the address already appends to it.
    let log = open_log(options.log.as_deref())?;
    let (tls, certificate) = certified(&options)?.unzip();
    let (stop, stopped) = watch::channel(false);
    let links = Arc::new(Links::default());
    let acceptor = Acceptor {
        tcp,
        tls,
        links: links.clone(),
        max_clients: options.max_clients,
        stop: stopped.clone(),
    };
    let app = Arc::new(App {
        origins,
        hub: Hub::new(options.max_queue, log),
        links,
        stats: Stats::new(options.faults),
        slots,
        is_refusing: AtomicBool::new(false),
        stop: stopped,
        options,
    });
    let http = tokio::spawn(serve(acceptor, app.clone()));
    let scheme = if certificate.is_some() { "wss" } else { "ws" };
    Ok(ServerHandle {
        address,
        scheme,
        certificate,
        app,
        stop,
        http,
    })
}

/// What takes TLS connections, and its certificate in DER, where TLS is wanted.
fn certified(options: &Options) -> Result<Option<(TlsAcceptor, Vec<u8>)>, StartError> {
    if !options.tls {
        return Ok(None);
    }
    let made = self_signed(host(&options.listen)).map_err(StartError::Certificate)?;
    Ok(Some((made.acceptor, made.certificate.to_vec())))
}

fn open_log(path: Option<&Path>) -> Result<Log, StartError> {
    let Some(path) = path else {
        return Ok(Log::new());
    };
    Log::open(path).map_err(|error| StartError::Log {
        path: path.to_owned(),
        error,
    })
}

async fn serve(acceptor: Acceptor, app: Arc<App>) {
    let mut stop = app.stop.clone();
    let service = router(app).into_make_service_with_connect_info::<Peer>();
    let stopped = async move {
        // An error means that `ServerHandle` was dropped, which stops us as well.
        let _ = stop.changed().await;
    };
    if let Err(error) = axum::serve(acceptor.spawn(), service)
        .with_graceful_shutdown(stopped)
        .await
    {
        tracing::error!(%error, "the server failed");
    }
}

fn slots(max_clients: usize) -> Result<Arc<Semaphore>, StartError> {
    const MOST: usize = 1_000_000;
    match max_clients {
        1..=MOST => Ok(Arc::new(Semaphore::new(max_clients))),
        _ => Err(StartError::BadOption(format!(
            "--max-clients must be between 1 and {MOST}"
        ))),
    }
}

/// The host in `host:port`, without the brackets of IPv6.
fn host(listen: &str) -> &str {
    let host = listen.rsplit_once(':').map_or(listen, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

fn listen_error(listen: &str, error: io::Error) -> StartError {
    let listen = listen.to_owned();
    match error.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressTaken { listen },
        _ => StartError::CannotListen { listen, error },
    }
}

impl ServerHandle {
    /// The URL of an endpoint, such as `ws://127.0.0.1:4181/channel` for `/channel`.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// How many WebSocket clients are connected.
    pub fn clients(&self) -> usize {
        self.app.clients()
    }

    /// Stops: no new connections, close 1001 for every client, and whoever does not answer is cut off after 3 seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        self.app.hub.shut();
        self.app.links.cut_silent();
        let everybody = u32::try_from(self.app.options.max_clients).unwrap_or(u32::MAX);
        let _ = timeout(FAREWELL, self.app.slots.acquire_many(everybody)).await;
        self.app.links.cut_all(None, false);
        if timeout(LAST_REQUESTS, &mut self.http).await.is_err() {
            self.http.abort();
        }
    }
}
