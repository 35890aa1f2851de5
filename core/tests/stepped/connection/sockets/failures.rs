//! Rule 13: no panics, whatever a server, a person or the browser does.

use super::*;

#[test]
fn a_bad_url_ends_with_a_reason_and_opens_no_socket() {
    for (url, error) in [
        ("", UrlError::Empty),
        ("ftp://x", UrlError::Scheme(Some("ftp".into()))),
        ("ws://x:70000", UrlError::Port("70000".into())),
    ] {
        let mut harness = Harness::to(fixed(url), Config::default(), Box::new(RawSession));
        harness.open();
        let reason = ClosedReason::BadUrl(error);
        assert_eq!(*harness.state(), State::Closed { reason }, "{url}");
        assert!(harness.sockets.is_empty());
    }
}

#[test]
fn what_the_browser_forbids_ends_it_and_is_told() {
    let mut harness = Harness::raw();
    harness.open();
    harness.failed(harness.socket(), SocketError::Security("insecure".into()));
    let reason = ClosedReason::Forbidden("insecure".into());
    assert_eq!(*harness.state(), State::Closed { reason });
    assert_eq!(harness.connection.poll_timeout(), None);
}

#[test]
fn a_url_that_the_browser_refuses_ends_it() {
    let mut harness = Harness::raw();
    harness.open();
    harness.failed(harness.socket(), SocketError::Syntax("no".into()));
    let reason = ClosedReason::BadUrl(UrlError::Invalid);
    assert_eq!(*harness.state(), State::Closed { reason });
}

#[test]
fn another_failure_of_the_browser_is_retried() {
    let mut harness = Harness::raw();
    harness.open();
    harness.failed(
        harness.socket(),
        SocketError::Other("too many sockets".into()),
    );
    assert_eq!(harness.name(), "waiting");
    harness.advance_to_timer();
    assert_eq!(harness.sockets.len(), 2);
}

#[test]
fn absurd_settings_do_not_panic() {
    let most = std::time::Duration::MAX;
    let mut harness = Harness::raw_with(Config {
        connect_timeout: most,
        min_reconnect_delay: most,
        max_reconnect_delay: most,
        stable_after: most,
        ..Config::default()
    });
    harness.open();
    harness.refuse();
    assert_eq!(harness.name(), "waiting");
    harness.input(Input::RetryNow);
    harness.accept();
    harness.input(Input::Timeout);
    assert_eq!(harness.name(), "open");
}
