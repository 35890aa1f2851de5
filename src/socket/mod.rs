//! The Leptos edge of a connection: a handle with signals and ordered listeners.

mod channel;
mod countdown;
mod error;
mod fate;
mod handle;
mod options;
mod request;
mod server_check;
mod subscription;
mod url;
mod use_socket;
mod wake;

pub use channel::ChannelHandle;
pub use error::NotSent;
pub use handle::{SocketHandle, SocketSignals};
pub use options::SocketOptions;
pub use request::RequestError;
pub use subscription::Subscription;
pub use url::SocketUrl;
pub(crate) use use_socket::open;
pub use use_socket::{provide_socket, shared_socket, use_socket};
