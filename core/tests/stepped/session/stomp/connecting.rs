//! CONNECT: who we are, to which host, in which version.

use super::*;

#[test]
fn connect_says_who_we_are_and_escapes_it() {
    let options = SessionOptions {
        credentials: Credentials {
            login: Some("ada".into()),
            passcode: Some(r"a:b\c".into()),
            ..Credentials::default()
        },
        stomp: StompOptions {
            vhost: Some("/chat".into()),
            ..StompOptions::default()
        },
        ..options(Protocol::Stomp)
    };
    let mut harness = harness(URL, options);
    assert_eq!(
        harness.sockets[0].target.subprotocols,
        ["v12.stomp", "v11.stomp", "v10.stomp"]
    );
    harness.opened(harness.socket(), "v12.stomp");
    let connect = harness.last_sent();
    assert_eq!(
        lines(&connect),
        [
            "CONNECT",
            "accept-version:1.0,1.1,1.2",
            "host:/chat",
            "login:ada",
            r"passcode:a\cb\\c",
            "heart-beat:20000,20000",
            "",
        ]
    );
    assert_eq!(harness.name(), "handshaking");
}

#[test]
fn a_server_of_1_0_gets_the_passcode_as_it_is() {
    let passcode = Some(r"a:b\c".into());
    let mut harness = harness(
        URL,
        SessionOptions {
            credentials: Credentials {
                passcode,
                ..Credentials::default()
            },
            ..options(Protocol::Stomp)
        },
    );
    harness.opened(harness.socket(), "v10.stomp");
    assert!(harness.last_sent().contains("passcode:a:b\\c\n"));
}

#[test]
fn secrets_stay_out_of_debug() {
    let passcode = Some("hunter2".into());
    let options = SessionOptions {
        credentials: Credentials {
            passcode,
            ..Credentials::default()
        },
        ..options(Protocol::Stomp)
    };
    assert!(!format!("{options:?}").contains("hunter2"));
}

#[test]
fn headers_of_the_apps_own_go_with_connect_subscribe_and_send() {
    let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let headers = StompHeaders {
        connect: pair("Authorization", "Bearer hunter2"),
        subscribe: pair("selector", "a = 1"),
        send: pair("persistent", "true"),
    };
    let session = SessionOptions {
        stomp: StompOptions {
            headers,
            ..StompOptions::default()
        },
        ..options(Protocol::Stomp)
    };
    assert!(!format!("{session:?} {:?}", session.stomp.headers).contains("hunter2"));
    let mut harness = joined_with(session, CONNECTED);
    harness.say("hi");
    let sent = harness.sent();
    assert!(sent[0].contains("\nAuthorization:Bearer hunter2\n"));
    assert!(sent[1].contains("\nselector:a = 1\n"));
    assert!(sent[2].contains("\npersistent:true\n"));
}

#[test]
fn no_host_is_named_unless_the_server_asks_for_one() {
    let mut harness = harness(URL, options(Protocol::Stomp));
    harness.accept();
    assert!(!harness.last_sent().contains("\nhost:"));
    harness.hear("ERROR\nmessage:the host header is missing\n\n\0");
    harness.advance_to_timer();
    harness.accept();
    assert!(harness.last_sent().contains("\nhost:chat.example\n"));
    harness.hear("ERROR\nmessage:unknown host\n\n\0");
    assert_eq!(harness.over(), "unknown host");
}

#[test]
fn a_server_that_leaves_after_connect_hears_the_other_host_next() {
    let mut harness = harness(URL, options(Protocol::Stomp));
    for names in [false, true, false] {
        harness.accept();
        assert_eq!(harness.last_sent().contains("\nhost:"), names);
        harness.breaks();
        harness.advance_to_timer();
    }
}

#[test]
fn a_network_that_breaks_before_connected_does_not_cost_the_connection() {
    let denied = "ERROR\nmessage:Virtual host 'chat.example' access denied\n\n\0";
    // At the first link, and after one that was good.
    let mut first = harness(URL, options(Protocol::Stomp));
    first.accept();
    first.breaks();
    first.advance_to_timer();
    first.accept();
    first.hear(denied);
    first.advance_to_timer();
    first.accept();
    assert!(!first.last_sent().contains("\nhost:"));
    first.hear("CONNECTED\nversion:1.2\n\n\0");
    first.hear(SUBSCRIBED);
    assert_eq!(first.name(), "open");
    for _ in 0..3 {
        first.breaks();
        first.advance_to_timer();
        first.accept();
        assert!(!first.last_sent().contains("\nhost:"));
    }
}

#[test]
fn another_kind_of_server_is_not_taken_for_one() {
    for greeting in ["welcome\n", r#"{"text":"hi"}"#] {
        let mut harness = harness(URL, options(Protocol::Stomp));
        harness.accept();
        harness.hear(greeting);
        assert_eq!(harness.over(), "this is not a STOMP server");
    }
    let mut harness = harness(URL, options(Protocol::Stomp));
    harness.accept();
    harness.hear("CONNECTED\nversion:2.0\n\n\0");
    assert!(harness.over().contains("2.0"), "{}", harness.over());
}

#[test]
fn older_versions_are_spoken_where_the_server_picks_them() {
    let listen = vec!["/a:b".into()];
    for (version, written) in [
        ("1.1", "destination:/a\\cb\n"),
        ("1.0", "destination:/a:b\n"),
    ] {
        let session = SessionOptions {
            listen: listen.clone(),
            ..options(Protocol::Stomp)
        };
        let mut harness = harness(URL, session);
        harness.opened(
            harness.socket(),
            &format!("v{}.stomp", version.replace('.', "")),
        );
        harness.hear(format!("CONNECTED\nversion:{version}\n\n\0"));
        harness.hear(SUBSCRIBED);
        assert_eq!(harness.name(), "open");
        assert!(harness.sent()[1].contains(written), "{}", harness.sent()[1]);
        let subscription = if version == "1.0" {
            ""
        } else {
            "subscription:0\n"
        };
        harness.hear(format!(
            "MESSAGE\n{subscription}destination:/a\nmessage-id:1\n\nhi\0"
        ));
        assert_eq!(harness.texts(), ["hi"]);
    }
}

#[test]
fn a_server_may_pick_an_older_version_than_its_subprotocol() {
    let mut harness = joined_with(options(Protocol::Stomp), "CONNECTED\n\n\0");
    harness.hear("MESSAGE\ndestination:C:\\dir\nmessage-id:1\n\nhi\0");
    assert_eq!(
        harness.shown()[0].channel.as_deref(),
        Some("C:\\dir"),
        "1.0 has no escapes"
    );
}

#[test]
fn a_link_that_ends_after_connected_says_nothing_of_the_host() {
    let mut harness = joined();
    let connect = harness.sent()[0].clone();
    harness.breaks();
    harness.advance_to_timer();
    harness.opened(harness.socket(), "v12.stomp");
    assert_eq!(harness.last_sent(), connect);
}
