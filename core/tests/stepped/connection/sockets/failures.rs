//! Rule 13: no panics, whatever a server, a person or the browser does.

use super::*;

#[test]
fn a_bad_url_ends_with_a_reason_and_opens_no_socket() {
    for (url, error) in [
        ("", UrlError::Empty),
        ("ftp://x", UrlError::Scheme(Some("ftp".into()))),
        ("ws://x:70000", UrlError::Port("70000".into())),
    ] {
        let mut world = World::new(Config::new(url), RawSession);
        world.open();
        let reason = ClosedReason::BadUrl(error);
        assert_eq!(*world.state(), State::Closed { reason }, "{url}");
        assert!(world.sockets.is_empty());
    }
}

#[test]
fn what_the_browser_forbids_ends_it_and_is_told() {
    let mut world = World::raw();
    world.open();
    world.failed(world.socket(), SocketError::Security("insecure".into()));
    let reason = ClosedReason::Forbidden("insecure".into());
    assert_eq!(*world.state(), State::Closed { reason });
    assert_eq!(world.connection.poll_timeout(), None);
}

#[test]
fn a_url_that_the_browser_refuses_ends_it() {
    let mut world = World::raw();
    world.open();
    world.failed(world.socket(), SocketError::Syntax("no".into()));
    let reason = ClosedReason::BadUrl(UrlError::Invalid);
    assert_eq!(*world.state(), State::Closed { reason });
}

#[test]
fn another_failure_of_the_browser_is_retried() {
    let mut world = World::raw();
    world.open();
    world.failed(
        world.socket(),
        SocketError::Other("too many sockets".into()),
    );
    assert_eq!(world.name(), "waiting");
    world.advance_to_timer();
    assert_eq!(world.sockets.len(), 2);
}

#[test]
fn absurd_settings_do_not_panic() {
    let most = std::time::Duration::MAX;
    let mut world = World::raw_with(Config {
        connect_timeout: most,
        min_reconnect_delay: most,
        max_reconnect_delay: most,
        stable_after: most,
        ..Config::new(URL)
    });
    world.open();
    world.refuse();
    assert_eq!(world.name(), "waiting");
    world.input(Input::RetryNow);
    world.accept();
    world.input(Input::Timeout);
    assert_eq!(world.name(), "open");
}
