//! What no event tells of a socket: that it begins to close, that its buffer drains, that it was closed while the page slept.

use super::{Driver, Host, take};
use crate::connection::{Input, ReadyState, SocketEvent, SocketId};
use crate::session::CloseEvent;

/// What can be seen of a socket without an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketView {
    /// Which.
    pub socket: SocketId,
    /// Its `readyState`.
    pub ready_state: ReadyState,
    /// Its `bufferedAmount`, in bytes.
    pub buffered: usize,
}

impl Driver {
    /// What no event tells: that a socket begins to close, and how much waits in its buffer.
    fn unseen(&self, view: SocketView) -> Option<Input> {
        let SocketView {
            socket,
            ready_state,
            buffered,
        } = view;
        let event = match ready_state {
            // The browser tells of it by no event, and drops what is sent from then on without a word.
            ReadyState::Closing | ReadyState::Closed => SocketEvent::Closing,
            _ if self.connection.buffered() != buffered => SocketEvent::Buffered(buffered),
            _ => return None,
        };
        Some(Input::Socket { socket, event })
    }
}

/// No event tells that a socket begins to close, or that its buffer drains. A look before each input is enough. What is seen goes
/// before the messages that wait, since what answers them is sent now. Returns whether there was anything.
pub(super) fn look(host: &mut (impl Host + ?Sized)) -> bool {
    let Some(view) = host.socket() else {
        return false;
    };
    let Some(seen) = host.driver(|driver| driver.unseen(view)) else {
        return false;
    };
    if host.driver(|driver| std::mem::replace(&mut driver.running, true)) {
        host.driver(|driver| driver.push(seen));
    } else {
        take(host, seen, None);
        host.driver(|driver| driver.running = false);
    }
    true
}

/// A page that comes back may find its socket closed, and no event tells of it.
pub(super) fn find_silent_end(host: &mut (impl Host + ?Sized)) {
    let view = host.socket();
    if let Some(view) = view.filter(|view| view.ready_state == ReadyState::Closed) {
        let input = Input::Socket {
            socket: view.socket,
            event: SocketEvent::Closed(CloseEvent::abnormal()),
        };
        host.driver(|driver| driver.push(input));
    }
}
