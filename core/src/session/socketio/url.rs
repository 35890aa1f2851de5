//! Where a Socket.IO server listens, given what a person types; and what its polling answer gives away.

use crate::session::Reason;
use crate::wire::Message;
use crate::wire::engineio::Packet;

/// A URL for the websocket transport, and the namespace that the typed URL names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) namespace: String,
}

impl Endpoint {
    /// A path with `socket.io` in it, or with Engine.IO's query behind it, is the endpoint's own, wherever it is mounted. Any
    /// other is, as Socket.IO's clients have it, a namespace of the server at `/socket.io/`.
    pub(super) fn of(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("ws", url));
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let path = path.trim_end_matches('/');
        let mounted = is_endpoint(path, query);
        let (path, namespace) = if mounted {
            (path, "/")
        } else {
            ("/socket.io", path)
        };
        let mut url = format!("{scheme}://{host}{path}/?EIO=4&transport=websocket");
        let others = query.split('&').filter(|pair| {
            !pair.is_empty() && !pair.starts_with("EIO=") && !pair.starts_with("transport=")
        });
        for pair in others {
            url.push('&');
            url.push_str(pair);
        }
        Self {
            url,
            namespace: if namespace.is_empty() { "/" } else { namespace }.to_owned(),
        }
    }
}

/// Whether a URL of this path and query is a Socket.IO server's endpoint.
fn is_endpoint(path: &str, query: &str) -> bool {
    path.split('/').any(|part| part == "socket.io")
        || query.split('&').any(|pair| pair.starts_with("EIO="))
}

/// Whether this URL can only be a Socket.IO server's.
pub(in crate::session) fn is_socketio(url: &str) -> bool {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let path = place
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'));
    is_endpoint(path.map_or("", |(_, path)| path), query)
}

/// The same endpoint over HTTP, to learn why it refuses a WebSocket.
pub(super) fn polling(url: &str) -> String {
    // This makes `https` of `wss`, too.
    url.replacen("ws", "http", 1)
        .replacen("transport=websocket", "transport=polling", 1)
}

/// What a polling answer says about a server that refused the WebSocket; `None` where it says nothing.
pub(super) fn explain(body: &str) -> Option<Reason> {
    // Engine.IO 3 writes `<length>:<packet>`.
    let old = body.split_once(':').is_some_and(|(length, rest)| {
        !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with("0{")
    });
    if old {
        return Some(Reason::SocketIo2);
    }
    let first = body.split('\u{1e}').next().unwrap_or_default();
    match Packet::decode(&Message::Text(first.into())) {
        Ok(Packet::Open(handshake))
            if !handshake.upgrades.iter().any(|name| name == "websocket") =>
        {
            Some(Reason::PollingOnly)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_namespace_unless_it_is_the_endpoint() {
        let of = |url| {
            let endpoint = Endpoint::of(url);
            (endpoint.url, endpoint.namespace)
        };
        let plain = "ws://h:3000/socket.io/?EIO=4&transport=websocket";
        assert_eq!(of("ws://h:3000"), (plain.into(), "/".into()));
        assert_eq!(of("ws://h:3000/"), (plain.into(), "/".into()));
        assert_eq!(of("ws://h:3000/admin"), (plain.into(), "/admin".into()));
        assert_eq!(of(plain), (plain.into(), "/".into()));
        assert_eq!(
            of("wss://h/chat/socket.io?EIO=3&token=a").0,
            "wss://h/chat/socket.io/?EIO=4&transport=websocket&token=a"
        );
        let moved = "ws://h/my-path/?EIO=4&transport=websocket";
        assert_eq!(of(moved), (moved.into(), "/".into()));
    }

    #[test]
    fn a_servers_endpoint_is_known_from_its_url() {
        for url in [
            "ws://h/socket.io",
            "wss://h/a/socket.io/?x",
            "ws://h/b?EIO=4",
            "ws://h?a=1&EIO=4",
        ] {
            assert!(is_socketio(url), "{url}");
        }
        for url in [
            "ws://socket.io",
            "ws://socket.io/chat",
            "ws://h/socket.iox",
            "ws://h/?x=EIO=4",
        ] {
            assert!(!is_socketio(url), "{url}");
        }
    }

    #[test]
    fn polling_answers_are_explained() {
        assert_eq!(
            polling("wss://h/socket.io/?EIO=4&transport=websocket"),
            "https://h/socket.io/?EIO=4&transport=polling"
        );
        let open = r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#;
        assert_eq!(explain(open), Some(Reason::PollingOnly));
        assert_eq!(explain(&open.replace("[]", r#"["websocket"]"#)), None);
        assert_eq!(explain(&format!("96:{open}2:40")), Some(Reason::SocketIo2));
        assert_eq!(explain("<html>"), None);
    }

    #[test]
    fn only_a_length_before_the_packet_is_of_engine_io_3() {
        for body in [":0{}", "ab:0{}", "96:40", "96:"] {
            assert_eq!(explain(body), None, "{body}");
        }
        assert_eq!(explain("2:0{}"), Some(Reason::SocketIo2));
    }
}
