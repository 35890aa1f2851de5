//! The Leptos edge of a connection: a handle with signals and ordered listeners.

mod countdown;
mod handle;
mod options;
mod use_socket;

pub use handle::SocketHandle;
pub use options::SocketOptions;
pub use use_socket::{provide_socket, shared_socket, use_socket};
