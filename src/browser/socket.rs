//! One `WebSocket` and its handlers: made, obeyed and let go of in one place. JavaScript values end here.

use gloo_events::EventListener;
use js_sys::{Array, ArrayBuffer, Uint8Array};
#[cfg(feature = "split")]
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, DomException, Event, MessageEvent, WebSocket};

use leptos_chat_core::connection::{Input, ReadyState, SocketError, SocketEvent, SocketId};
use leptos_chat_core::driver::SocketView;
use leptos_chat_core::session::{CloseEvent, Target};
use leptos_chat_core::wire::Message;

/// A socket with its handlers. Dropping it takes the handlers off first, so that nothing it says later is heard, and then
/// closes it.
pub(super) struct Socket {
    id: SocketId,
    socket: WebSocket,
    listeners: Vec<EventListener>,
}

impl Socket {
    /// Opens a socket. `tell` hears everything it does.
    pub(super) fn open(
        id: SocketId,
        target: &Target,
        tell: impl Fn(Input) + Clone + 'static,
    ) -> Result<Self, SocketError> {
        let socket = match early(target) {
            Some(socket) => socket,
            None => new(target).map_err(|error| socket_error(&error))?,
        };
        // At once: Blobs would be read asynchronously, and out of order.
        socket.set_binary_type(BinaryType::Arraybuffer);
        let mut this = Self {
            id,
            socket,
            listeners: Vec::new(),
        };
        this.listen(tell);
        Ok(this)
    }

    fn listen(&mut self, tell: impl Fn(Input) + Clone + 'static) {
        let target = self.socket.clone();
        self.on("open", tell.clone(), move |_| {
            let subprotocol = target.protocol();
            Some(SocketEvent::Opened { subprotocol })
        });
        self.on("message", tell.clone(), move |event| {
            let data = event.dyn_ref::<MessageEvent>()?.data();
            read(&data).map(SocketEvent::Message)
        });
        // `error` carries no reason, and `close` always follows.
        self.on("close", tell, move |event| {
            let event = event.dyn_ref::<web_sys::CloseEvent>()?;
            Some(SocketEvent::Closed(CloseEvent {
                code: event.code(),
                reason: event.reason(),
                was_clean: event.was_clean(),
            }))
        });
    }

    fn on(
        &mut self,
        name: &'static str,
        tell: impl Fn(Input) + 'static,
        read: impl Fn(&Event) -> Option<SocketEvent> + 'static,
    ) {
        let socket = self.id;
        let listener = EventListener::new(&self.socket, name, move |event| {
            if let Some(event) = read(event) {
                tell(Input::Socket { socket, event });
            }
        });
        self.listeners.push(listener);
    }

    pub(super) fn id(&self) -> SocketId {
        self.id
    }

    /// Sends. Throws only while the socket is connecting, when the connection sends nothing.
    pub(super) fn send(&self, message: &Message) {
        let sent = match message {
            Message::Text(text) => self.socket.send_with_str(text),
            Message::Binary(bytes) => self.socket.send_with_u8_array(bytes),
        };
        if let Err(error) = sent {
            log::error!("the browser would not send: {}", describe(&error));
        }
    }

    /// Starts the closing handshake. The connection has checked the code and the reason.
    pub(super) fn close(&self, code: u16, reason: &str) {
        if let Err(error) = self.socket.close_with_code_and_reason(code, reason) {
            log::error!("the browser would not close: {}", describe(&error));
        }
    }

    /// What no event tells of it.
    pub(super) fn view(&self) -> SocketView {
        SocketView {
            socket: self.id,
            ready_state: match self.socket.ready_state() {
                WebSocket::CONNECTING => ReadyState::Connecting,
                WebSocket::OPEN => ReadyState::Open,
                WebSocket::CLOSING => ReadyState::Closing,
                _ => ReadyState::Closed,
            },
            // After the end it stays as it was: it counts what never left (WHATWG, `bufferedAmount`).
            buffered: self.socket.buffered_amount() as usize,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listeners.clear();
        // Closing a closed socket does nothing; without a code nothing is thrown.
        let _ = self.socket.close();
    }
}

fn new(target: &Target) -> Result<WebSocket, JsValue> {
    let protocols: Array = target.subprotocols.iter().map(JsValue::from).collect();
    WebSocket::new_with_str_sequence(&target.url, &protocols)
}

/// The socket that the page's script has begun to open while the program came, if it leads there. There is at most one.
#[cfg(feature = "split")]
fn early(target: &Target) -> Option<WebSocket> {
    let window = JsValue::from(web_sys::window()?);
    let take = Reflect::get(&window, &"takeEarlySocket".into()).ok()?;
    let take: Function = take.dyn_into().ok()?;
    // The script asks for no subprotocol.
    let same = target.subprotocols.is_empty();
    let url = same.then(|| JsValue::from_str(&target.url));
    let taken = take.call1(&JsValue::NULL, &url.unwrap_or_default()).ok()?;
    taken.dyn_into().ok()
}

/// Only the page has such a script.
#[cfg(not(feature = "split"))]
fn early(_target: &Target) -> Option<WebSocket> {
    None
}

/// The payload: a string or, since `binaryType` is set, an `ArrayBuffer`. Lone surrogates become U+FFFD on the way.
fn read(data: &JsValue) -> Option<Message> {
    if let Some(text) = data.as_string() {
        return Some(Message::Text(text));
    }
    let buffer = data.dyn_ref::<ArrayBuffer>()?;
    Some(Message::Binary(Uint8Array::new(buffer).to_vec()))
}

fn socket_error(error: &JsValue) -> SocketError {
    let text = describe(error);
    match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
        // Thrown over a subprotocol, too, that stands twice or is no token.
        Some("SyntaxError") => SocketError::Syntax(text),
        Some("SecurityError") => SocketError::Security(
            "a page on https:// may connect to wss:// only; use a wss:// server, or open this page over http://"
                .into(),
        ),
        _ => SocketError::Other(text),
    }
}

fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error
            .as_string()
            .unwrap_or_else(|| "an unknown error".into()),
    }
}
