//! The URLs under a SockJS base.

use std::fmt;

/// The URL of a framed websocket session: `ws(s)://..base../<server>/<session>/websocket`.
///
/// `base` is an absolute `http`, `https`, `ws` or `wss` URL; slashes at its end and a fragment are left out, a query is
/// kept at the end. `server` is 0 to 999, for load balancers. `session` must be hard to guess and new for each
/// connection: letters, digits, `_` and `-`.
///
/// # Errors
/// The app's fault, or that of who typed `base`; it says which part.
///
/// # Source
/// sockjs-protocol 0.3.3, "Session URLs".
pub fn websocket_url(base: &str, server: u16, session: &str) -> Result<String, UrlError> {
    if server > 999 {
        return Err(UrlError::Server(server));
    }
    // A dot is forbidden by the protocol; the rest would change the URL.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if session.is_empty() || !session.bytes().all(fits) {
        return Err(UrlError::Session);
    }
    Ok(Base::parse(base)?.url("ws", &format!("/{server:03}/{session}/websocket")))
}

/// The URL of the raw endpoint, `ws(s)://..base../websocket`: a plain WebSocket without frames. `base` as in
/// [`websocket_url`].
///
/// # Errors
/// `base` is no absolute URL of a known scheme.
///
/// # Source
/// sockjs-protocol 0.3.3, "Raw WebSocket url".
pub fn raw_url(base: &str) -> Result<String, UrlError> {
    Ok(Base::parse(base)?.url("ws", "/websocket"))
}

/// The URL of the info document, `http(s)://..base../info`. `base` as in [`websocket_url`].
///
/// # Errors
/// `base` is no absolute URL of a known scheme.
pub fn info_url(base: &str) -> Result<String, UrlError> {
    Ok(Base::parse(base)?.url("http", "/info"))
}

/// A base URL, cut into its parts.
struct Base<'a> {
    secure: bool,
    /// Host and path, without a slash at the end.
    place: &'a str,
    /// With its `?`, or empty.
    query: &'a str,
}

impl<'a> Base<'a> {
    fn parse(base: &'a str) -> Result<Self, UrlError> {
        // A browser's `WebSocket` refuses a fragment, and no server ever gets one.
        let base = base.trim().split('#').next().unwrap_or_default();
        let (scheme, rest) = base.split_once("://").ok_or(UrlError::Base)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return Err(UrlError::Base),
        };
        let (place, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let place = place.trim_end_matches('/');
        // `http:///echo` names no host.
        if place.is_empty() || place.starts_with('/') {
            return Err(UrlError::Base);
        }
        Ok(Self {
            secure,
            place,
            query,
        })
    }

    fn url(&self, scheme: &str, path: &str) -> String {
        let secure = if self.secure { "s" } else { "" };
        [scheme, secure, "://", self.place, path, self.query].concat()
    }
}

/// Why there is no URL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// The base is no absolute URL of a known scheme.
    Base,
    /// The server number is above 999.
    Server(u16),
    /// The session id is empty, or holds something else than letters, digits, `_` and `-`.
    Session,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base => f.write_str(
                "the sockjs url must start with http://, https://, ws:// or wss:// and name a host",
            ),
            Self::Server(number) => write!(
                f,
                "the sockjs server number must be at most 999, not {number}"
            ),
            Self::Session => f.write_str(
                "the sockjs session id must be letters, digits, underscores and hyphens",
            ),
        }
    }
}

impl std::error::Error for UrlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_of_all_schemes_and_shapes() {
        for (base, url) in [
            ("http://h/echo", "ws://h/echo/007/s_-9/websocket"),
            ("https://h:8443/a/b/", "wss://h:8443/a/b/007/s_-9/websocket"),
            ("ws://h", "ws://h/007/s_-9/websocket"),
            ("WSS://h///", "wss://h/007/s_-9/websocket"),
            (
                "http://h/echo/?token=a/b?c#top",
                "ws://h/echo/007/s_-9/websocket?token=a/b?c",
            ),
            (" http://[::1]:1/e?\n", "ws://[::1]:1/e/007/s_-9/websocket?"),
        ] {
            assert_eq!(websocket_url(base, 7, "s_-9").as_deref(), Ok(url));
        }
        assert_eq!(
            raw_url("https://h/echo/?q").as_deref(),
            Ok("wss://h/echo/websocket?q")
        );
        assert_eq!(
            info_url("wss://h/echo/").as_deref(),
            Ok("https://h/echo/info")
        );
        assert_eq!(
            info_url("ws://h/echo?q").as_deref(),
            Ok("http://h/echo/info?q")
        );
    }

    #[test]
    fn what_gives_no_url_says_why() {
        for base in [
            "",
            "/echo",
            "h/echo",
            "ftp://h/e",
            "http://",
            "http:///e",
            "http://?q",
            "http:/h",
            "://h",
        ] {
            assert_eq!(raw_url(base), Err(UrlError::Base), "{base}");
        }
        assert_eq!(
            websocket_url("ws://h", 1000, "s"),
            Err(UrlError::Server(1000))
        );
        for session in ["", "a.b", "a/b", "a?b", "a b", "\u{e9}"] {
            assert_eq!(
                websocket_url("ws://h", 0, session),
                Err(UrlError::Session),
                "{session}"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_told() {
        assert!(UrlError::Base.to_string().contains("wss://"));
        assert!(UrlError::Server(1000).to_string().contains("999, not 1000"));
        assert!(UrlError::Session.to_string().contains("letters"));
    }
}
