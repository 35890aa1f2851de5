//! Pure: a server's address as people type it, made a URL.

use leptos_chat::{ServerUrl, UrlError};

/// Where the page itself comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Whether it came over `https:`.
    pub secure: bool,
    /// Its host with its port, as in `location.host`.
    pub host: String,
}

impl Origin {
    /// The page's host without its port, in lower case, and whether it is this machine itself.
    fn server(&self) -> Option<ServerUrl> {
        ServerUrl::parse(&format!("ws://{}", self.host)).ok()
    }

    /// Whether the page is served by this machine itself.
    pub fn is_loopback(&self) -> bool {
        self.server().is_some_and(|page| page.is_loopback())
    }

    /// Whether a server is on the page's own host.
    pub fn is_host_of(&self, server: &ServerUrl) -> bool {
        self.server()
            .is_some_and(|page| page.host() == server.host())
    }
}

/// Reads an address: a URL; `host:port` with or without a path; or a path on the page's own host.
///
/// # Errors
/// [`UrlError`], with what to do about it.
pub fn read(typed: &str, page: &Origin) -> Result<ServerUrl, UrlError> {
    let typed = typed.trim();
    match typed.contains("://") && !typed.starts_with('/') {
        true => ServerUrl::parse(typed),
        false => read_short(typed, page),
    }
}

/// What has no scheme, or leaves out more.
#[inline(never)]
fn read_short(typed: &str, page: &Origin) -> Result<ServerUrl, UrlError> {
    let scheme = |secure: bool| if secure { "wss" } else { "ws" };
    if let Some(rest) = typed.strip_prefix("//") {
        return ServerUrl::parse(&format!("{}://{rest}", scheme(page.secure)));
    }
    if typed.starts_with('/') {
        return ServerUrl::parse(&format!("{}://{}{typed}", scheme(page.secure), page.host));
    }
    if !is_bare(typed) {
        return ServerUrl::parse(typed);
    }
    let plain = ServerUrl::parse(&format!("ws://{typed}"))?;
    if plain.is_loopback() || !page.secure {
        return Ok(plain);
    }
    ServerUrl::parse(&format!("wss://{typed}"))
}

/// Whether it starts with a host and has no scheme: a name with a dot or a port, `localhost`, or a number in brackets.
fn is_bare(typed: &str) -> bool {
    let authority = typed.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains(['@', '\\']) {
        return false;
    }
    if authority.starts_with('[') {
        return true;
    }
    let (name, port) = match authority.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (authority, None),
    };
    let numeric =
        port.is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    !name.is_empty()
        && (numeric
            || port.is_none() && (name.contains('.') || name.eq_ignore_ascii_case("localhost")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Origin {
        let (scheme, host) = text.split_once("://").unwrap();
        Origin {
            secure: scheme == "https",
            host: host.into(),
        }
    }

    fn url(typed: &str, from: &str) -> String {
        match read(typed, &page(from)) {
            Ok(url) => url.as_str().to_owned(),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn a_host_without_a_scheme_is_ws_on_loopback_and_from_http_pages_else_wss() {
        let secure = "https://page.example";
        assert_eq!(url("localhost:3000", secure), "ws://localhost:3000");
        assert_eq!(
            url("127.0.0.1:3000/chat", secure),
            "ws://127.0.0.1:3000/chat"
        );
        assert_eq!(url("[::1]:3000", secure), "ws://[::1]:3000");
        assert_eq!(url("LocalHost", secure), "ws://LocalHost");
        assert_eq!(url("chat.example", secure), "wss://chat.example");
        assert_eq!(url("box:8080/x", secure), "wss://box:8080/x");
        let plain = "http://page.example";
        assert_eq!(
            url(" chat.example/room?a=b ", plain),
            "ws://chat.example/room?a=b"
        );
        assert_eq!(url("box:8080", plain), "ws://box:8080");
    }

    #[test]
    fn a_path_is_on_the_pages_own_host() {
        assert_eq!(
            url("/chat", "https://page.example:8443"),
            "wss://page.example:8443/chat"
        );
        assert_eq!(url("/", "http://127.0.0.1:4180"), "ws://127.0.0.1:4180/");
        assert_eq!(
            url("//other.example/x", "https://page.example"),
            "wss://other.example/x"
        );
    }

    #[test]
    fn urls_stay_what_they_are_and_http_is_understood() {
        let from = "https://page.example";
        assert_eq!(url("ws://h/", from), "ws://h/");
        assert_eq!(url("https://h/x", from), "wss://h/x");
        assert_eq!(url("http://h:3000", from), "ws://h:3000");
    }

    #[test]
    fn what_is_no_address_is_told() {
        let from = "http://page.example";
        for typed in [
            "nonsense",
            "javascript:alert(1)",
            "mailto:a@b.example",
            "a b",
        ] {
            assert_eq!(url(typed, from), "Scheme(None)", "{typed}");
        }
        assert_eq!(url("", from), "Empty");
        assert_eq!(url("ada:pw@chat.example", from), "Scheme(None)");
        assert_eq!(url("ftp://x", from), "Scheme(Some(\"ftp\"))");
        assert_eq!(url("chat.example:99999", from), "Port(\"99999\")");
        assert_eq!(url("chat.example /x", from), "Invalid");
    }

    #[test]
    fn the_pages_own_host_is_known_with_any_port() {
        let at = |text| ServerUrl::parse(text).unwrap();
        assert!(page("http://[::1]:4180").is_loopback());
        assert!(!page("http://localhost.example").is_loopback());
        assert!(page("https://Chat.Example:8443").is_host_of(&at("wss://chat.example/x")));
        assert!(!page("https://chat.example").is_host_of(&at("wss://chat.example.org")));
        assert!(!Origin::default().is_host_of(&at("wss://chat.example")));
    }
}
