//! Each sentence stands in each language, is filled in, and is another one than its neighbours.

use crate::chat::advice::Advice;
use crate::chat::language::Language;
use crate::connection::{ClosedReason, Closer, Disconnect, Failure, SendError, State, UrlError};
use crate::session::{CloseEvent, FetchError, Protocol, Reason, Spoken};
use crate::time::Instant;

fn reasons() -> Vec<Reason> {
    vec![
        Reason::Fetch(FetchError::Unreachable),
        Reason::Fetch(FetchError::Status(503)),
        Reason::Fetch(FetchError::Unsupported),
        Reason::TooLarge {
            len: 2_000_000,
            limit: 65_536,
        },
        Reason::NotInThisBuild(Protocol::Stomp),
        Reason::ClosedOnLine,
        Reason::EndsWhenSilent { seconds: 61 },
        Reason::NotText,
        Reason::NoUrl,
        Reason::NoArguments,
        Reason::ProtocolUnknown,
        Reason::ServerClosed,
        Reason::Disconnected,
        Reason::SessionLost,
        Reason::Refused,
        Reason::ErrorReported,
        Reason::HeartbeatMissed,
        Reason::NobodyListens("chat".into()),
        Reason::NotSocketIo,
        Reason::SocketIo2,
        Reason::PollingOnly,
        Reason::NotSockJs,
        Reason::WebSocketOff,
        Reason::BinaryInSockJs,
        Reason::NotStomp,
        Reason::BrokerSendsTextOnly,
    ]
}

fn close(code: u16) -> CloseEvent {
    CloseEvent {
        code,
        reason: String::new(),
        was_clean: true,
    }
}

/// All of these are different, filled in, and in the language.
fn check(language: Language, sentences: &[String]) {
    for (place, sentence) in sentences.iter().enumerate() {
        assert!(
            !sentence.is_empty() && !sentence.contains("{}"),
            "{sentence}"
        );
        assert!(
            !sentences[..place].contains(sentence),
            "{sentence} stands twice"
        );
        let is_chinese = sentence
            .chars()
            .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        assert_eq!(is_chinese, language == Language::Chinese, "{sentence}");
    }
}

#[test]
fn each_reason_is_told_in_each_language() {
    for language in Language::ALL {
        let told: Vec<String> = reasons()
            .iter()
            .map(|reason| language.told(reason))
            .collect();
        check(*language, &told);
    }
}

#[test]
fn each_end_of_a_link_is_told_in_each_language() {
    let codes = [
        1000, 1001, 1002, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 3003, 4000,
    ];
    let closed = codes.map(|code| Disconnect::Closed(close(code)));
    let others = [
        Disconnect::Refused,
        Disconnect::ConnectTimeout,
        Disconnect::Silent,
        Disconnect::Session(Reason::NotStomp),
        Disconnect::Offline,
        Disconnect::Stale,
    ];
    for language in Language::ALL {
        let mut told: Vec<String> = closed
            .iter()
            .chain(&others)
            .map(|why| language.disconnect(why))
            .collect();
        told.push(language.lost(&Disconnect::Refused, Some("https://page.example")));
        check(*language, &told);
        let same = Disconnect::Unprepared(Reason::NotStomp);
        assert_eq!(language.disconnect(&same), language.told(&Reason::NotStomp));
    }
}

#[test]
fn codes_of_one_meaning_are_told_alike_and_codes_that_say_something_are_shown() {
    let told = |code| Language::English.disconnect(&Disconnect::Closed(close(code)));
    for (one, other) in [(1002, 1003), (1003, 1007), (3000, 4401), (3003, 4403)] {
        let other = told(other).replace(&other.to_string(), &one.to_string());
        assert_eq!(told(one), other);
    }
    let meant = |code: u16| told(code).replace(&code.to_string(), "");
    for code in [1002, 1008, 1009, 1011, 1012, 1013, 3000, 3003] {
        assert_ne!(meant(code), meant(4000), "{code}");
    }
    for code in [1000, 1001, 1005, 1006] {
        assert!(!told(code).contains(&code.to_string()), "{}", told(code));
    }
    for code in [1002, 1008, 1011, 4000] {
        assert!(told(code).contains(&code.to_string()), "{}", told(code));
    }
}

#[test]
fn each_last_end_is_told_in_each_language() {
    let ends = [
        ClosedReason::Server(close(1008)),
        ClosedReason::Rejected(Reason::Refused),
        ClosedReason::Rejected(Reason::NotStomp),
        ClosedReason::Forbidden("ws:// on https://".into()),
        ClosedReason::OutOfAttempts(Box::new(Disconnect::Silent)),
        ClosedReason::BadUrl(UrlError::Empty),
        ClosedReason::BadUrl(UrlError::Scheme(None)),
        ClosedReason::BadUrl(UrlError::Scheme(Some("ftp".into()))),
        ClosedReason::BadUrl(UrlError::NoHost),
        ClosedReason::BadUrl(UrlError::Port("x".into())),
        ClosedReason::BadUrl(UrlError::Credentials),
        ClosedReason::BadUrl(UrlError::Invalid),
    ];
    for language in Language::ALL {
        let told = ends.iter().filter_map(|reason| language.closed(reason));
        let told: Vec<String> = told.collect();
        assert_eq!(told.len(), ends.len());
        check(*language, &told);
    }
}

#[test]
fn each_state_is_told_in_each_language() {
    let states = [
        State::Idle,
        State::Connecting,
        State::Open,
        State::Closing { by: Closer::App },
        State::Closed {
            reason: ClosedReason::App,
        },
    ];
    for language in Language::ALL {
        let told: Vec<String> = states
            .iter()
            .map(|state| language.status(state, None))
            .collect();
        check(*language, &told);
        let waiting = State::Waiting {
            until: Instant::START,
        };
        let why = language.status(&waiting, Some("WHY".into()));
        assert!(why.contains("WHY") && !told.contains(&why), "{why}");
    }
}

#[test]
fn each_fate_count_and_advice_is_told_in_each_language() {
    for language in Language::ALL {
        let mut told = vec![
            language.failure(&Failure::Unconfirmed),
            language.failure(&Failure::Interrupted),
            language.failure(&Failure::EndsLinks { len: 70_000 }),
            language.failure(&Failure::Refused(Reason::Refused)),
            language.send_error(SendError::Closed),
            language.send_error(SendError::Full),
            language.send_error(SendError::TooLarge { len: 9, limit: 5 }),
            language.seconds(7),
            language.not_heard(3),
            language.show_all(2_000),
            language.binary(2_000),
            language.error_said("boom"),
            language.message_from(Some("Ada")),
            language.message_from(None),
            language.advice(&Advice::NothingHeard),
            language.advice(&Advice::EndsWhenSilent { seconds: 61 }),
            language.spoken(&Spoken::Plain(Protocol::Auto)),
            language.spoken(&Spoken::Plain(Protocol::Text)),
        ];
        let reason = String::new();
        told.push(language.advice(&Advice::ClosedOnLine { reason }));
        assert!(!told[told.len() - 1].contains("“”"));
        let reason = "no `to`".to_owned();
        told.push(language.advice(&Advice::ClosedOnLine { reason }));
        for count in [1, 12_345] {
            told.push(language.new_messages(count));
            told.push(language.other_messages(count));
            told.push(language.not_sent(count, &Failure::Unconfirmed));
        }
        check(*language, &told);
        for (place, part) in [
            (9, "2.0 kB"),
            (10, "2,000"),
            (11, "boom"),
            (12, "Ada"),
            (15, "61"),
        ] {
            assert!(told[place].contains(part), "{}", told[place]);
        }
    }
}

#[test]
fn protocols_keep_their_names_and_are_told_inside_of_sockjs() {
    let told = |spoken: Spoken| Language::Chinese.spoken(&spoken);
    let plain = |protocol| told(Spoken::Plain(protocol));
    assert_eq!(plain(Protocol::Json), "JSON");
    assert_eq!(plain(Protocol::SocketIo), "Socket.IO");
    assert_eq!(plain(Protocol::Stomp), "STOMP");
    assert_eq!(plain(Protocol::SockJs), "SockJS");
    assert_eq!(told(Spoken::OverSockJs(Protocol::Stomp)), "SockJS, STOMP");
    assert_eq!(told(Spoken::Custom("mine\u{202e}".into())), "mine\u{fffd}");
}

#[test]
fn a_language_has_a_name_and_a_tag() {
    let names = Language::ALL
        .iter()
        .map(|language| (language.name(), language.tag()));
    assert_eq!(names.collect::<Vec<_>>(), [("en", "en"), ("zh", "zh-CN")]);
}
