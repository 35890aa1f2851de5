//! Which names say what.

use super::*;

#[test]
fn names_are_known_in_compounds_and_cases() {
    let words = |name: &str| {
        let words = Words::of(name);
        let all = words
            .all()
            .map(|word| String::from_utf8_lossy(word).into_owned());
        all.collect::<Vec<_>>()
    };
    assert_eq!(words("userName"), ["user", "name"]);
    assert_eq!(words("MESSAGE_TEXT"), ["message", "text"]);
    assert_eq!(words("chat-message.v2"), ["chat", "message", "v2"]);
    assert_eq!(words("用户_名"), ["用户", "名"]);
    assert_eq!(words("__"), [""; 0]);
    assert_eq!(words(&"aB".repeat(99)).len(), 33);
    for name in [
        "text",
        "Message",
        "message_text",
        "chatMessage",
        "MSG",
        "msgText",
        "message_body",
    ] {
        assert!(text_rank(name).is_some(), "{name}");
    }
    for name in [
        "messageId",
        "message_type",
        "text_color",
        "context",
        "messages",
    ] {
        assert_eq!(text_rank(name), None, "{name}");
    }
    for name in [
        "user",
        "userName",
        "user_name",
        "sender_name",
        "from_user",
        "sent_by",
        "displayName",
        "senderNickname",
    ] {
        assert!(user_rank(name).is_some(), "{name}");
    }
    for name in ["room_name", "userCount", "filename"] {
        assert_eq!(user_rank(name), None, "{name}");
    }
    for name in ["id", "_id", "messageId", "message_id", "msgId", "uuid"] {
        assert!(id_rank(name).is_some(), "{name}");
    }
}

#[test]
fn an_events_name_says_what_it_is() {
    for (name, kind) in [
        ("message", EventKind::Chat),
        ("new_msg", EventKind::Chat),
        ("chatMessage", EventKind::Chat),
        ("user_joined", EventKind::Notice),
        ("welcome", EventKind::Notice),
        ("typing", EventKind::Silent),
        ("message_read", EventKind::Silent),
        ("presence_diff", EventKind::Silent),
        ("phx_reply", EventKind::Silent),
        ("PING", EventKind::Ping),
        ("exception", EventKind::Error),
        ("message_error", EventKind::Error),
        ("ack", EventKind::Silent),
        ("blub", EventKind::Unknown),
    ] {
        assert_eq!(event_kind(name), kind, "{name}");
    }
}

#[test]
fn a_member_that_names_a_thing_beside_the_words_holds_none() {
    for name in [
        "type",
        "nick",
        "uuid",
        "created_at",
        "room",
        "userId",
        "user",
        "orderId",
        "rooms",
        "client_list",
    ] {
        assert!(is_never_text(name), "{name}");
    }
    for name in ["text", "words", "greeting", "list"] {
        assert!(!is_never_text(name), "{name}");
    }
}

#[test]
fn an_events_name_is_short_and_holds_nothing_that_ends_a_sentence() {
    for name in ["new_msg", "user joined", "pusher:ping", "a1.b/c"] {
        assert!(is_identifier(name), "{name}");
    }
    for words in ["", "He left, I think", "who is typing?", &"a".repeat(65)] {
        assert!(!is_identifier(words), "{words}");
    }
    assert!(is_identifier(&"a".repeat(64)));
}

#[test]
fn marks_around_a_name_change_nothing() {
    assert_eq!(text_rank("_text"), text_rank("text"));
    assert!(event_rank("@type").is_some());
    assert_eq!(event_rank("prototype"), None);
}
