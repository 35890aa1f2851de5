//! What a URL, a subprotocol and a first frame give away.

use crate::address::address_of;
use crate::json::Value;

use crate::session::{Protocol, Target};
use crate::wire::Message;
use crate::wire::json::{self, Part};

pub(super) fn is_socketio(protocol: Protocol) -> bool {
    #[cfg(feature = "socketio")]
    return protocol == Protocol::SocketIo;
    #[cfg(not(feature = "socketio"))]
    {
        let _ = protocol;
        false
    }
}

/// Whether a session's URL on SockJS is the framed one, whose first frame is `o`.
pub(super) fn is_framed(target: &Target) -> bool {
    #[cfg(feature = "sockjs")]
    return crate::session::sockjs::is_framed(&target.url);
    #[cfg(not(feature = "sockjs"))]
    {
        let _ = target;
        false
    }
}

/// The protocols that listen at a path of their own, the last one first: the likeliest. SockJS's base has a path, and its
/// server may leave the wrong path without any answer.
pub(super) fn other_protocols(url: &str) -> Vec<Protocol> {
    let mut protocols = vec![
        #[cfg(feature = "socketio")]
        Protocol::SocketIo,
        #[cfg(feature = "sockjs")]
        Protocol::SockJs,
    ];
    let (_, path) = split(url);
    if path.trim_matches('/').is_empty() {
        protocols.reverse();
    }
    protocols
}

/// A URL's host and path.
pub(super) fn split(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let place = address_of(rest);
    place.split_at(place.find('/').unwrap_or(place.len()))
}

/// What a URL gives away.
pub(super) fn protocol_of_url(url: &str) -> Option<Protocol> {
    let (host, path) = split(url);
    let mut parts = path.split('/');
    #[cfg(feature = "socketio")]
    if crate::session::socketio::is_socketio(url) {
        return Some(Protocol::SocketIo);
    }
    #[cfg(feature = "sockjs")]
    if crate::session::sockjs::is_framed(url) {
        return Some(Protocol::SockJs);
    }
    // RabbitMQ's Web STOMP listens at 15674.
    #[cfg(feature = "stomp")]
    if parts.any(|part| part == "stomp") || host.ends_with(":15674") {
        return Some(Protocol::Stomp);
    }
    let _ = (host, &mut parts);
    None
}

/// What a subprotocol gives away.
pub(super) fn protocol_of_subprotocol(name: &str) -> Option<Protocol> {
    #[cfg(feature = "stomp")]
    if name.ends_with(".stomp") {
        return Some(Protocol::Stomp);
    }
    let _ = name;
    None
}

/// What a first frame gives away. It may hold several texts, one to a line.
pub(super) fn protocol_of(message: &Message) -> Protocol {
    let parts = message.as_text().and_then(|text| json::split(text).ok());
    match parts.as_deref() {
        Some(
            [
                Part::Json(Value::Object(_) | Value::Array(_) | Value::String(_)),
                ..,
            ],
        ) => Protocol::Json,
        _ => Protocol::Text,
    }
}
