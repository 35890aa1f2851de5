//! What the server can be told when it starts, and the defaults.

use std::path::PathBuf;
use std::time::Duration;

/// How to run the server. Start from the default and change what matters.
#[derive(Clone, Debug)]
pub struct Options {
    /// Host and port to listen on. Port 0 picks a free one. Default `127.0.0.1:4181`.
    pub listen: String,
    /// Serve `wss://` with a self-signed certificate that is made on the spot. Default off.
    pub tls: bool,
    /// Offer the fault parameters and `/control`. Default off.
    pub faults: bool,
    /// Origins allowed beside loopback and the server's own host, such as `https://chat.example.org`; `*` allows any.
    pub allow_origins: Vec<String>,
    /// The largest message taken from a client, in bytes; a larger one closes it with 1009. Default 16 MiB.
    pub max_message: usize,
    /// How much may wait for one client, in bytes; a client further behind is closed with 1013. Default 32 MiB.
    /// One message always fits, whatever its size.
    pub max_queue: usize,
    /// How many clients may be connected at once; the next one is answered 503. Default 1000.
    pub max_clients: usize,
    /// Keep the channel's log in this file, so that it outlives the server. Default `None`: it ends with the server.
    pub log: Option<PathBuf>,
    /// How often to send a WebSocket ping; a client silent for three periods is dropped. `None`: never. Default 30 s.
    pub ping_every: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:4181".into(),
            tls: false,
            faults: false,
            allow_origins: Vec::new(),
            max_message: 16 * 1024 * 1024,
            max_queue: 32 * 1024 * 1024,
            max_clients: 1000,
            log: None,
            ping_every: Some(Duration::from_secs(30)),
        }
    }
}
