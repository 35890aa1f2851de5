//! The Leptos edge of a connection: a handle with signals and ordered listeners.

mod countdown;
mod error;
mod handle;
mod options;
mod reach;
mod subscription;
mod use_socket;

pub use error::NotSent;
pub use handle::SocketHandle;
pub use options::SocketOptions;
pub use subscription::Subscription;
pub use use_socket::{provide_socket, shared_socket, use_socket};
