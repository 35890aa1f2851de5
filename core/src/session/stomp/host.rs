//! The `host` of CONNECT. The specification wants one, RabbitMQ takes it for its vhost, most clients leave it out, and some brokers
//! refuse a name that is not theirs: where none was set, it is left out, and named when that is refused.

/// Which `host` CONNECT names.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// As the app set it.
    set: Option<String>,
    /// The host of this attempt's URL, without its port.
    of_url: String,
    names_it: bool,
}

impl Host {
    pub(super) fn new(set: Option<String>) -> Self {
        Self {
            set,
            ..Self::default()
        }
    }

    pub(super) fn begin(&mut self, url: &str) {
        host_of(url).clone_into(&mut self.of_url);
    }

    pub(super) fn name(&self) -> Option<&str> {
        let of_url = self.names_it.then_some(self.of_url.as_str());
        self.set.as_deref().or(of_url)
    }

    /// CONNECT was refused with these words. Returns whether it is worth another try, once, with the host's name.
    pub(super) fn refused(&mut self, words: &str) -> bool {
        let of_host = words.to_ascii_lowercase().contains("host");
        let worth = of_host && self.set.is_none() && !self.names_it;
        self.names_it |= worth;
        worth
    }

    /// The server left without an answer to CONNECT.
    pub(super) fn unanswered(&mut self) {
        self.names_it = !self.names_it;
    }
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // An IPv6 address has colons of its own, and a bracket behind them.
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_urls_host_is_named_without_its_port() {
        for (url, host) in [
            ("ws://chat.example:15674/ws?a=b:1", "chat.example"),
            ("wss://chat.example", "chat.example"),
            ("ws://[::1]:80/", "[::1]"),
            ("ws://[::1]/", "[::1]"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }

    #[test]
    fn a_refused_host_is_worth_one_more_try_unless_it_was_set() {
        let mut host = Host::new(None);
        host.begin("ws://chat.example/ws");
        assert_eq!(host.name(), None);
        assert!(!host.refused("Access refused"));
        assert!(host.refused("a host header is required"));
        assert_eq!(host.name(), Some("chat.example"));
        assert!(!host.refused("unknown host"));
        assert!(!Host::new(Some("/".into())).refused("unknown host"));
    }
}
