//! Which web pages may talk to the server. A page says where it is from in the `Origin` header; programs send none.
//!
//! Without this check any page on the web could join the chat of whoever has it open. A host *name* in the `Host` header
//! proves nothing: a hostile page can make its own name resolve to 127.0.0.1. So only an IP address there counts as ours.

use std::net::IpAddr;

/// The origins that may connect.
#[derive(Debug, Default)]
pub(crate) struct OriginPolicy {
    any: bool,
    allowed: Vec<String>,
    own_host: String,
}

impl OriginPolicy {
    /// `listen` is the address as the user wrote it; `allowed` are origins, or `*`, or `null` (a page opened from a file).
    pub(crate) fn new(listen: &str, allowed: &[String]) -> Result<Self, String> {
        let own_host = split_port(listen).0.to_ascii_lowercase();
        let mut policy = Self {
            own_host,
            ..Self::default()
        };
        for origin in allowed {
            match origin.as_str() {
                "*" => policy.any = true,
                "null" => policy.allowed.push("null".into()),
                _ => policy
                    .allowed
                    .push(normalise(origin).ok_or_else(|| bad_origin(origin))?),
            }
        }
        Ok(policy)
    }

    /// Whether a page from `origin`, which asked for `host` (its `Host` header), may connect.
    pub(crate) fn allows(&self, origin: &str, host: Option<&str>) -> bool {
        if self.any {
            return true;
        }
        let Some(origin) = normalise(origin) else {
            return origin == "null" && self.allowed.iter().any(|allowed| allowed == "null");
        };
        if self.allowed.contains(&origin) {
            return true;
        }
        let Some((scheme, authority)) = origin.split_once("://") else {
            return false;
        };
        let page_host = split_port(authority).0;
        matches!(scheme, "http" | "https")
            && (is_loopback(page_host)
                || page_host == self.own_host
                || is_same_address(page_host, host))
    }
}

fn bad_origin(origin: &str) -> String {
    format!(
        "{origin:?} is not an origin; write it as scheme://host or scheme://host:port, without a path"
    )
}

/// Lower case, no trailing slash, no default port; `None` where it is no origin at all.
fn normalise(origin: &str) -> Option<String> {
    let origin = origin.trim().to_ascii_lowercase();
    let (scheme, authority) = origin
        .strip_suffix('/')
        .unwrap_or(&origin)
        .split_once("://")?;
    let has_junk = authority.contains(['/', '?', '#', '@', ' ']);
    if scheme.is_empty() || split_port(authority).0.is_empty() || has_junk {
        return None;
    }
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let authority = authority.strip_suffix(default_port).unwrap_or(authority);
    Some(format!("{scheme}://{authority}"))
}

/// Splits `host:port`; an IPv6 address loses its brackets.
fn split_port(authority: &str) -> (&str, &str) {
    if let Some((host, rest)) = authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        return (host, rest.strip_prefix(':').unwrap_or_default());
    }
    authority.rsplit_once(':').unwrap_or((authority, ""))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn is_same_address(page_host: &str, host: Option<&str>) -> bool {
    let asked = host.and_then(|host| split_port(host).0.parse::<IpAddr>().ok());
    asked.is_some() && page_host.parse::<IpAddr>().ok() == asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(allowed: &[&str]) -> OriginPolicy {
        let allowed: Vec<String> = allowed.iter().map(|origin| (*origin).to_owned()).collect();
        OriginPolicy::new("127.0.0.1:4181", &allowed).unwrap()
    }

    #[test]
    fn loopback_pages_are_allowed_on_any_port() {
        for origin in [
            "http://localhost:4180",
            "https://127.0.0.1",
            "http://[::1]:9",
            "http://app.localhost",
        ] {
            assert!(
                policy(&[]).allows(origin, Some("127.0.0.1:4181")),
                "{origin}"
            );
        }
    }

    #[test]
    fn strangers_and_look_alikes_are_not_allowed() {
        let strangers = [
            "http://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example/http://localhost",
            "http://localhost@evil.example",
            "ftp://localhost",
            "null",
            "",
        ];
        for origin in strangers {
            assert!(
                !policy(&[]).allows(origin, Some("127.0.0.1:4181")),
                "{origin}"
            );
        }
    }

    #[test]
    fn a_name_that_was_made_to_resolve_to_us_is_not_our_own_host() {
        assert!(!policy(&[]).allows("http://evil.example:4181", Some("evil.example:4181")));
    }

    #[test]
    fn the_address_the_page_came_from_is_our_own_host() {
        assert!(policy(&[]).allows("http://192.168.1.5:4180", Some("192.168.1.5:4181")));
        assert!(!policy(&[]).allows("http://192.168.1.6:4180", Some("192.168.1.5:4181")));
        let named = OriginPolicy::new("devbox:4181", &[]).unwrap();
        assert!(named.allows("http://devbox:4180", Some("devbox:4181")));
    }

    #[test]
    fn further_origins_are_allowed_as_they_were_named() {
        let policy = policy(&["https://Chat.example.org:443/", "null"]);
        assert!(policy.allows("https://chat.example.org", None));
        assert!(!policy.allows("http://chat.example.org", None));
        assert!(policy.allows("null", None));
    }

    #[test]
    fn a_star_allows_all() {
        assert!(policy(&["*"]).allows("http://evil.example", None));
    }

    #[test]
    fn what_is_no_origin_is_refused_at_the_start() {
        for origin in ["chat.example.org", "http://", "http://host/path"] {
            assert!(
                OriginPolicy::new("127.0.0.1:0", &[origin.to_owned()]).is_err(),
                "{origin}"
            );
        }
    }
}
