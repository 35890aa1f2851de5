//! The base of a SockJS server, from a URL as people paste it.

use crate::address::address_of;

/// The base that a URL belongs to: people paste the raw endpoint, or a session's, as a browser's tools show it.
pub(super) fn base_of(url: &str) -> String {
    let (place, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let Some(place) = place.strip_suffix("/websocket") else {
        return url.to_owned();
    };
    [session_base(place).unwrap_or(place), query].concat()
}

/// `base` of `base/<000-999>/<session>`.
fn session_base(place: &str) -> Option<&str> {
    let (rest, session) = place.rsplit_once('/')?;
    let (base, server) = rest.rsplit_once('/')?;
    let digits = server.len() == 3 && server.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !session.is_empty() && !session.contains('.')).then_some(base)
}

/// Whether this URL is one of SockJS's own form, a session on the websocket transport.
pub(in crate::session) fn is_framed(url: &str) -> bool {
    let place = address_of(url);
    place
        .strip_suffix("/websocket")
        .is_some_and(|place| session_base(place).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_stands_behind_a_servers_number_of_three_digits() {
        for (url, base) in [
            ("ws://h/a/042/x/websocket", "ws://h/a"),
            ("ws://h/a/abc/x/websocket", "ws://h/a/abc/x"),
            ("ws://h/a/0042/x/websocket", "ws://h/a/0042/x"),
        ] {
            assert_eq!(base_of(url), base);
            assert_eq!(is_framed(url), base == "ws://h/a", "{url}");
        }
    }
}
