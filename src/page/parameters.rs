//! What the URL of the page asks for, and what the page starts with. Pure, but for the one function that reads the URL.

use leptos::prelude::window;
use leptos::web_sys::UrlSearchParams;
use leptos_chat::{Language, Protocol};

use super::address::{self, Origin};
use super::extras::Extras;
use super::field::Field;
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
            Ok(query) => Self::read(|name| {
                let values = query.get_all(name);
                values
                    .iter()
                    .filter_map(|value| value.as_string())
                    .collect()
            }),
            Err(_) => Self::default(),
        }
    }

    /// Whether nothing that is remembered counts beside them, but for the language.
    pub fn names_all(&self) -> bool {
        self.url.is_some() && self.user.is_some()
    }

    /// Reads them; `get` gives all values of a name. What is empty or makes no sense counts as absent.
    pub fn read(get: impl Fn(&str) -> Vec<String>) -> Self {
        let one = |name: &str| {
            let value = get(name).into_iter().next();
            value.filter(|value| !value.trim().is_empty())
        };
        Self {
            url: one("url"),
            protocol: one("protocol").and_then(|name| name.trim().parse().ok()),
            user: one("user"),
            lang: one("lang").and_then(|tag| tag.parse().ok()),
            extras: Extras::read(&get),
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
    /// It is connected to only when the person says so.
    pub asks_first: Option<Ask>,
    pub extras: Extras,
}

/// What a link wants that a person has to agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The server's host.
    pub host: String,
    /// The link says what is sent there.
    pub speaks: bool,
}

impl Start {
    /// What the page's URL says counts most, then what is remembered. A link to another server is not followed by itself,
    /// nor one that says what is sent: with the cookies of whoever clicks it, it would speak for them.
    pub fn decide(parameters: &Parameters, memories: &Memories, page: &Origin) -> Self {
        let extras = parameters.extras.clone();
        let user = parameters.user.clone().or_else(|| memories.user.clone());
        let user = user.unwrap_or_default();
        let Some(url) = parameters.url.clone() else {
            let protocol = parameters.protocol.or(memories.protocol);
            let url = memories.url.clone();
            return Self {
                url: url.unwrap_or_else(|| default_url(page)),
                protocol: protocol.unwrap_or_default(),
                user,
                extras: extras.or(&memories.extras),
                ..Self::default()
            };
        };
        let server = address::read(&url, page).ok();
        let near = server.as_ref().is_some_and(|server| {
            server.is_loopback() && page.is_loopback() || page.is_host_of(server)
        });
        let speaks = extras.any_of(|field| match field {
            Field::Hello | Field::Send => true,
            Field::Ping | Field::Pong => !page.is_loopback(),
            _ => false,
        });
        let asks = server.filter(|_| !near || speaks);
        Self {
            protocol: parameters.protocol.unwrap_or_default(),
            user,
            given: true,
            connects: near && !speaks,
            asks_first: asks.map(|server| Ask {
                host: server.host().to_owned(),
                speaks,
            }),
            // What is remembered, a login above all, is for the server that it was remembered with.
            extras,
            url,
        }
    }
}

fn default_url(page: &Origin) -> String {
    if page.is_loopback() {
        EMBEDDED.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(host: &str) -> Origin {
        Origin {
            secure: false,
            host: host.into(),
        }
    }

    fn read(pairs: &[(&str, &str)]) -> Parameters {
        Parameters::read(|name| {
            let pairs = pairs.iter().filter(|(known, _)| *known == name);
            pairs.map(|(_, value)| (*value).to_owned()).collect()
        })
    }

    fn start(url: &str, own_host: &str) -> Start {
        Start::decide(
            &read(&[("url", url)]),
            &Memories::default(),
            &page(own_host),
        )
    }

    #[test]
    fn nonsense_counts_as_absent() {
        let parameters = read(&[
            ("protocol", "smtp"),
            ("lang", "tlh"),
            ("user", " "),
            ("url", ""),
            ("preset", "nobody's"),
            ("heartbeat", "soon"),
        ]);
        assert_eq!(parameters, Parameters::default());
    }

    #[test]
    fn own_host_and_loopback_from_loopback_connect_at_once_and_others_ask() {
        assert!(start("ws://127.0.0.1:8080/x", "127.0.0.1:4180").connects);
        assert!(start("ws://[::1]:8080/x", "localhost").connects);
        assert!(start("wss://Chat.Example:444/x", "chat.example").connects);
        assert!(start("/room", "chat.example:8443").connects);
        assert!(start("localhost:3000", "127.0.0.1").connects);
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
                    .is_some_and(|ask| ask.host.ends_with("chat.example") && !ask.speaks),
                "{url}"
            );
        }
        let bad = start("ws://127.0.0.1@chat.example/x", "127.0.0.1");
        assert!(bad.given && !bad.connects && bad.asks_first.is_none());
    }

    #[test]
    fn a_page_from_elsewhere_asks_before_it_connects_to_this_machine() {
        let start = start("ws://127.0.0.1:8080/x", "example.org");
        assert!(!start.connects);
        assert_eq!(
            start.asks_first.map(|ask| ask.host).as_deref(),
            Some("127.0.0.1")
        );
    }

    #[test]
    fn a_link_that_says_what_is_sent_asks_first_wherever_it_leads() {
        let near = |name, value, host| {
            let parameters = read(&[("url", "/x"), (name, value)]);
            Start::decide(&parameters, &Memories::default(), &page(host))
        };
        for (name, value) in [("hello", "I am {user}"), ("send", "{text}")] {
            let start = near(name, value, "127.0.0.1");
            assert!(
                !start.connects && start.asks_first.is_some_and(|ask| ask.speaks),
                "{name}"
            );
        }
        assert!(near("text", "data.body", "chat.example").connects);
        assert!(near("ping", "ping", "127.0.0.1").connects);
        assert!(!near("ping", "I agree", "chat.example").connects);
    }

    #[test]
    fn what_is_remembered_is_not_looked_at_where_a_link_names_server_and_user() {
        let all = read(&[("url", "ws://localhost/"), ("user", "Ada")]);
        assert!(all.names_all());
        let memories = Memories {
            url: Some("ws://old".into()),
            protocol: Some(Protocol::Text),
            user: Some("Grace".into()),
            extras: Extras::read(|name| vec![format!("old {name}")]),
        };
        let page = page("localhost");
        let without = Start::decide(&all, &Memories::default(), &page);
        assert_eq!(Start::decide(&all, &memories, &page), without);
        for some in [("url", "ws://localhost/"), ("user", "Ada")] {
            assert!(!read(&[some]).names_all());
        }
    }

    #[test]
    fn a_link_brings_its_own_protocol_and_the_remembered_name() {
        let memories = Memories {
            url: Some("ws://old".into()),
            protocol: Some(Protocol::Text),
            user: Some("Grace".into()),
            extras: Extras::read(|name| vec![format!("old {name}")]),
        };
        let link = Start::decide(&read(&[("url", "ws://localhost/")]), &memories, &page("x"));
        assert_eq!(
            (link.protocol, link.user.as_str()),
            (Protocol::Auto, "Grace")
        );
        assert!(!link.extras.any());
        let plain = Start::decide(&read(&[("login", "ada")]), &memories, &page("x"));
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
        let url = |host| default_url(&page(host));
        assert_eq!(url("127.0.0.1:4180"), EMBEDDED);
        assert_eq!(url("[::1]"), EMBEDDED);
        assert_eq!(url("example.org"), "");
        assert_eq!(url(""), "");
    }
}
