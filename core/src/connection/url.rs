//! A server's URL, checked before the browser sees it, so that the message says what to do.

use std::fmt;

/// A URL that a WebSocket can be opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl {
    text: String,
    host: String,
}

/// Why a URL cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// There is nothing.
    Empty,
    /// It does not start with `ws://` or `wss://`; the scheme it has, if any.
    Scheme(Option<String>),
    /// There is no host after the scheme.
    NoHost,
    /// The port is not a number from 0 to 65535.
    Port(String),
    /// It holds a user name or a password.
    Credentials,
    /// It holds white space, or something else that the browser refuses.
    Invalid,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("enter the server's URL, such as ws://127.0.0.1:4181/channel")
            }
            Self::Scheme(Some(scheme)) => {
                write!(
                    f,
                    "a server's URL starts with ws:// or wss://, not with {scheme}://"
                )
            }
            Self::Scheme(None) => f.write_str("a server's URL starts with ws:// or wss://"),
            Self::NoHost => f.write_str("the URL names no host"),
            Self::Port(port) => write!(f, "{port} is no port: ports are 0 to 65535"),
            Self::Credentials => {
                f.write_str("a URL is no place for a user name or password; take it out")
            }
            Self::Invalid => f.write_str("this is not a valid URL"),
        }
    }
}

impl std::error::Error for UrlError {}

impl ServerUrl {
    /// Checks a URL. `http` and `https` become `ws` and `wss`; white space around it and a fragment are dropped.
    ///
    /// # Errors
    /// [`UrlError`], with what to do about it. Trying again does not help.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let (scheme, rest) = schemed(text).ok_or(UrlError::Scheme(None))?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "ws" | "http" => "ws",
            "wss" | "https" => "wss",
            _ => return Err(UrlError::Scheme(Some(scheme.chars().take(20).collect()))),
        };
        // A fragment is the page's own business: no server gets it, and a `WebSocket` may throw at one.
        let rest = rest.split('#').next().unwrap_or_default();
        // The browser takes a backslash for a slash here (WHATWG URL, "authority state"): what it hides must not pass.
        let authority = rest.split(['/', '?', '\\']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(UrlError::Credentials);
        }
        let host = host_of(authority)?;
        if rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(UrlError::Invalid);
        }
        Ok(Self {
            text: format!("{scheme}://{rest}"),
            host,
        })
    }

    /// The whole URL, with the scheme `ws` or `wss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host in lower case, without the port and without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the host is this machine itself, which needs no network.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        // These names are loopback by themselves (RFC 6761, 6.3).
        let named = self.host == "localhost" || self.host.ends_with(".localhost");
        named || is_loopback_address(&self.host)
    }
}

/// The scheme, and what stands behind its `://`. A colon alone is looked for: what finds longer texts weighs 8 kB, and a socket
/// needs it nowhere else.
#[must_use]
pub fn schemed(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// 127.0.0.0/8, and `::1` in any spelling.
fn is_loopback_address(host: &str) -> bool {
    let dots = host.bytes().filter(|byte| *byte == b'.').count();
    let is_number = host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_four = host.starts_with("127.") && dots == 3 && is_number;
    is_four || host.contains(':') && host.trim_start_matches(['0', ':']) == "1"
}

fn host_of(authority: &str) -> Result<String, UrlError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or(UrlError::Invalid)?;
            (host, after.strip_prefix(':').unwrap_or_default())
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    if host.is_empty() {
        return Err(UrlError::NoHost);
    }
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return Err(UrlError::Port(port.chars().take(20).collect()));
    }
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_urls_get_a_reason_of_their_own() {
        let cases = [
            ("", UrlError::Empty),
            ("  ", UrlError::Empty),
            ("nonsense", UrlError::Scheme(None)),
            ("wss://", UrlError::NoHost),
            ("ws://:80/x", UrlError::NoHost),
            ("ftp://x", UrlError::Scheme(Some("ftp".into()))),
            (
                "javascript://x",
                UrlError::Scheme(Some("javascript".into())),
            ),
            ("ws://127.0.0.1:99999", UrlError::Port("99999".into())),
            ("ws://a:b@host/", UrlError::Credentials),
            ("ws://a b/", UrlError::Invalid),
            ("ws://[::1/", UrlError::Invalid),
        ];
        for (text, error) in cases {
            assert_eq!(ServerUrl::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn good_urls_are_kept_and_http_is_understood() {
        let cases = [
            ("ws://127.0.0.1:1", "ws://127.0.0.1:1"),
            (
                " WSS://Example.org/Chat?a=b@c#d ",
                "wss://Example.org/Chat?a=b@c",
            ),
            ("http://localhost:3000", "ws://localhost:3000"),
            ("https://x/y", "wss://x/y"),
        ];
        for (text, url) in cases {
            assert_eq!(ServerUrl::parse(text).unwrap().as_str(), url);
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_number() {
        let loopback = |text| ServerUrl::parse(text).unwrap().is_loopback();
        assert!(loopback("ws://LOCALHOST/"));
        assert!(loopback("ws://127.8.9.1:80"));
        assert!(loopback("ws://[::1]:80/"));
        assert!(loopback("ws://chat.localhost"));
        assert!(!loopback("ws://localhost.example.org"));
        assert!(loopback("ws://[0:0:0:0:0:0:0:1]/"));
        assert!(!loopback("ws://[::2]/"));
        assert!(!loopback("ws://[1::1]/"));
        assert!(!loopback("ws://127.example.org"));
        assert!(!loopback("ws://10.0.0.1"));
    }
}
