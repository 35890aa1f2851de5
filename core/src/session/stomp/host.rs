//! The `host` of CONNECT. The specification wants one, RabbitMQ takes it for its vhost, most clients leave it out, and some brokers
//! refuse a name that is not theirs: where none was set, it is left out, and named when that is refused, or met with silence. Silence may
//! be the network's: what was named only for it, and is refused, is left out again.

/// Which `host` CONNECT names.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// As the app set it.
    set: Option<String>,
    /// The host of this attempt's URL, without its port.
    of_url: String,
    names_it: bool,
    /// The server has refused CONNECT without a host, and with the URL's.
    refused: [bool; 2],
    /// It has taken CONNECT as it was.
    taken: bool,
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

    /// CONNECT was refused with these words. Returns whether it is worth another try, the other way, which was not refused yet.
    pub(super) fn refused(&mut self, words: &str) -> bool {
        let of_host = words.to_ascii_lowercase().contains("host");
        if !of_host || self.set.is_some() {
            return false;
        }
        self.refused[usize::from(self.names_it)] = true;
        let worth = self.try_other();
        if !worth {
            // Whoever connects again begins anew.
            (self.names_it, self.refused) = (false, [false; 2]);
        }
        worth
    }

    /// The server left without an answer to CONNECT, or the network did.
    pub(super) fn unanswered(&mut self) {
        if !self.taken {
            self.try_other();
        }
    }

    /// CONNECTED has come: whatever ends links from now on, it is not the host.
    pub(super) fn taken(&mut self) {
        self.taken = true;
    }

    fn try_other(&mut self) -> bool {
        let other = !self.names_it;
        let worth = !self.refused[usize::from(other)];
        self.names_it ^= worth;
        worth
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

    #[test]
    fn a_name_that_only_silence_asked_for_is_left_out_again_when_it_is_refused() {
        let mut host = Host::new(None);
        host.begin("ws://chat.example/ws");
        host.unanswered();
        assert_eq!(host.name(), Some("chat.example"));
        assert!(host.refused("virtual host 'chat.example' access denied"));
        assert_eq!(host.name(), None);
        host.unanswered();
        assert_eq!(host.name(), None, "it was refused");
        assert!(!host.refused("the host header is missing"), "both were");
        assert!(host.refused("the host header is missing"), "anew");
    }

    #[test]
    fn silence_says_nothing_of_the_host_once_it_was_taken() {
        for names in [false, true] {
            let mut host = Host::new(None);
            host.begin("ws://chat.example/ws");
            if names {
                host.unanswered();
            }
            host.taken();
            host.unanswered();
            assert_eq!(host.name().is_some(), names);
        }
    }
}
