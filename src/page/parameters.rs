//! What the URL of the page asks for, and what the page starts with. Pure, but for the one function that reads the URL.

use leptos::prelude::window;
use leptos::web_sys::UrlSearchParams;
use leptos_chat::ServerUrl;
use leptos_chat::{Language, Protocol};

use super::extras::Extras;
use super::memory::Memories;

/// The embedded server, which `cargo xtask serve` starts beside the page.
const EMBEDDED: &str = "ws://127.0.0.1:4181/channel";

/// The parameters of the page's URL. None of them carries a password.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    pub url: Option<String>,
    pub protocol: Option<Protocol>,
    pub user: Option<String>,
    pub lang: Option<Language>,
    pub extras: Extras,
}

impl Parameters {
    /// Those of this page.
    pub fn of_page() -> Self {
        let query = window().location().search().unwrap_or_default();
        match UrlSearchParams::new_with_str(&query) {
            Ok(query) => Self::read(|name| match name {
                // These may stand several times.
                "listen" => Some(query.get_all(name).join(",").into()),
                "hello" => Some(query.get_all(name).join("\n").into()),
                _ => query.get(name),
            }),
            Err(_) => Self::default(),
        }
    }

    /// Reads them; what is empty or makes no sense counts as absent.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        Self {
            url: get("url"),
            protocol: get("protocol").and_then(|name| name.trim().parse().ok()),
            user: get("user"),
            lang: get("lang").and_then(|tag| tag.parse().ok()),
            extras: Extras::read(get),
        }
    }
}

/// What the page starts with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    pub url: String,
    pub protocol: Protocol,
    pub user: String,
    /// The page's URL names a server.
    pub given: bool,
    /// It is connected to at once.
    pub connects: bool,
    /// It is connected to only when the person says so: this is its host.
    pub asks_first: Option<String>,
    pub extras: Extras,
}

impl Start {
    /// What the page's URL says counts most, then what is remembered. A link to a foreign server is not followed by itself, nor is one
    /// that brings what is said there: with cookies it would speak for whoever clicks it.
    pub fn decide(parameters: &Parameters, memories: &Memories, own_host: &str) -> Self {
        let user = parameters
            .user
            .clone()
            .or_else(|| memories.user.clone())
            .unwrap_or_default();
        let Some(url) = parameters.url.clone() else {
            return Self {
                url: memories
                    .url
                    .clone()
                    .unwrap_or_else(|| default_url(own_host)),
                protocol: parameters
                    .protocol
                    .or(memories.protocol)
                    .unwrap_or_default(),
                user,
                extras: parameters.extras.clone().or(&memories.extras),
                ..Self::default()
            };
        };
        let parsed = ServerUrl::parse(&url).ok();
        let speaks = parameters.extras.speaks();
        let trusted =
            |url: &ServerUrl| !speaks && (url.is_loopback() || url.host() == bare(own_host));
        Self {
            protocol: parameters.protocol.unwrap_or_default(),
            user,
            given: true,
            connects: parsed.as_ref().is_some_and(trusted),
            asks_first: parsed
                .filter(|url| !trusted(url))
                .map(|url| url.host().to_owned()),
            // What is remembered, a login above all, is for the server that it was remembered with.
            extras: parameters.extras.clone(),
            url,
        }
    }
}

/// The browser writes the host of an IPv6 address in brackets.
fn bare(host: &str) -> String {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .to_ascii_lowercase()
}

fn default_url(own_host: &str) -> String {
    let local = ServerUrl::parse(&format!("ws://{own_host}")).is_ok_and(|url| url.is_loopback());
    if local {
        EMBEDDED.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::super::extras::Field;
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Parameters {
        Parameters::read(|name| {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).to_owned())
        })
    }

    fn start(url: &str, own_host: &str) -> Start {
        Start::decide(&read(&[("url", url)]), &Memories::default(), own_host)
    }

    #[test]
    fn nonsense_counts_as_absent() {
        let parameters = read(&[
            ("protocol", "smtp"),
            ("lang", "tlh"),
            ("user", " "),
            ("url", ""),
            ("heartbeat", "soon"),
        ]);
        assert_eq!(parameters, Parameters::default());
    }

    #[test]
    fn own_host_and_loopback_connect_at_once_and_others_ask() {
        assert!(start("ws://127.0.0.1:8080/x", "example.org").connects);
        assert!(start("ws://[::1]:8080/x", "example.org").connects);
        assert!(start("wss://Chat.Example:444/x", "chat.example").connects);
        for url in [
            "ws://127.0.0.1.chat.example/",
            "ws://chat.example/?127.0.0.1",
            "ws://chat.example\\@localhost/",
        ] {
            let start = start(url, "127.0.0.1");
            assert!(!start.connects, "{url}");
            assert!(
                start
                    .asks_first
                    .is_some_and(|host| host.ends_with("chat.example")),
                "{url}"
            );
        }
        let bad = start("ws://127.0.0.1@chat.example/x", "127.0.0.1");
        assert!(bad.given && !bad.connects && bad.asks_first.is_none());
    }

    #[test]
    fn a_link_that_brings_what_is_said_asks_first() {
        for (name, value) in [("hello", "{user}"), ("send", r#"{"message":"{text}"}"#)] {
            let link = read(&[("url", "ws://127.0.0.1:8080/x"), (name, value)]);
            let start = Start::decide(&link, &Memories::default(), "127.0.0.1");
            assert!(start.given && !start.connects);
            assert_eq!(start.asks_first.as_deref(), Some("127.0.0.1"));
        }
    }

    #[test]
    fn a_link_brings_its_own_protocol_and_the_remembered_name() {
        let memories = Memories {
            url: Some("ws://old".into()),
            protocol: Some(Protocol::Text),
            user: Some("Grace".into()),
            lang: None,
            extras: Extras::read(|name| Some(format!("old {name}"))),
        };
        let link = Start::decide(&read(&[("url", "ws://localhost/")]), &memories, "x");
        assert_eq!(
            (link.protocol, link.user.as_str()),
            (Protocol::Auto, "Grace")
        );
        assert!(!link.extras.any());
        let plain = Start::decide(&read(&[("login", "ada")]), &memories, "x");
        assert_eq!(plain.extras.get(Field::Login), Some("ada"));
        assert_eq!(
            plain.extras.get(Field::Destination),
            Some("old destination")
        );
        assert_eq!(
            (plain.protocol, plain.url.as_str(), plain.connects),
            (Protocol::Text, "ws://old", false)
        );
    }

    #[test]
    fn a_page_from_this_machine_knows_the_embedded_server() {
        assert_eq!(default_url("127.0.0.1"), EMBEDDED);
        assert_eq!(default_url("[::1]"), EMBEDDED);
        assert_eq!(default_url("example.org"), "");
        assert_eq!(default_url(""), "");
    }
}
