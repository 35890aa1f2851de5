//! Socket.IO namespaces over the same socket: joined, refused, left, and the session's own.

use super::*;

fn to_admin(harness: &mut Harness, outgoing: Outgoing) -> MessageId {
    let id = harness.new_id();
    Host::send(harness, id, outgoing, &SendOptions::default(), |_| {}).expect("accepted");
    id
}

fn hi() -> Outgoing {
    Outgoing::event("hi", vec![json!(1)]).in_namespace("/admin")
}

#[test]
fn a_second_namespace_is_joined_over_the_same_socket() {
    let mut harness = joined();
    let admin = Channel::new("/admin").auth(json!({"token": "t"}));
    assert!(Host::join(&mut harness, admin));
    assert_eq!(harness.last_sent(), r#"40/admin,{"token":"t"}"#);
    let early = to_admin(&mut harness, hi());
    assert!(matches!(
        harness.fate(early).last(),
        Some(Delivery::Failed(_))
    ));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    let both = [ChannelState::Joining, ChannelState::Joined];
    assert_eq!(states(&harness, "/admin"), both);
    harness.hear(r#"42/admin,["news",{"text":"hello"}]"#);
    let news = harness.shown()[0];
    assert_eq!(news.namespace.as_deref(), Some("/admin"));
    assert_eq!(news.channel.as_deref(), Some("news"));
    assert_eq!(
        (news.kind, news.to_string()),
        (Kind::Data, r#"{"text":"hello"}"#.into())
    );
    assert_eq!(news.data, Some(json!([{"text": "hello"}])));
    let sent = to_admin(&mut harness, hi());
    assert_eq!(harness.last_sent(), r#"42/admin,0["hi",1]"#);
    harness.hear(r#"43/admin,0["ok"]"#);
    assert_eq!(harness.fate(sent).last(), Some(&Delivery::Delivered));
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn a_namespace_is_joined_on_each_link_and_its_refusal_ends_nothing_else() {
    let mut harness = joined();
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!(
        states(&harness, "/admin").last(),
        Some(&ChannelState::Joining)
    );
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40{"sid":"c"}"#);
    assert!(
        harness.sent().contains(&"40/admin,".to_owned()),
        "{:?}",
        harness.sent()
    );
    harness.hear(r#"44/admin,{"message":"no"}"#);
    let refused = ChannelState::Refused(Reason::Server("no".into()));
    assert_eq!(states(&harness, "/admin").last(), Some(&refused));
    assert_eq!(harness.name(), "open");
    assert!(!Host::leave_channel(&mut harness, "/admin"));
}

#[test]
fn a_namespace_that_is_left_is_told_so() {
    let mut harness = joined();
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    assert!(Host::leave_channel(&mut harness, "/admin"));
    assert_eq!(harness.last_sent(), "41/admin,");
    assert_eq!(states(&harness, "/admin").last(), Some(&ChannelState::Left));
    assert!(
        !Host::join(&mut harness, Channel::new("/")),
        "the session's own"
    );
    assert!(
        !Host::join(&mut harness, Channel::new("admin")),
        "no namespace"
    );
}

#[test]
fn a_namespace_that_cannot_be_written_is_refused() {
    let mut harness = joined();
    let before = harness.sent().len();
    for channel in [
        Channel::new("/a,b"),
        Channel::new("/admin").auth(json!("t")),
    ] {
        let name = channel.name.clone();
        assert!(Host::join(&mut harness, channel));
        let states = states(&harness, &name);
        let refused = matches!(states.last(), Some(ChannelState::Refused(Reason::Codec(_))));
        assert!(refused && states.len() == 2, "{states:?}");
        assert!(!Host::leave_channel(&mut harness, &name));
    }
    assert_eq!(harness.sent().len(), before);
}

#[test]
fn a_namespace_that_becomes_the_sessions_own_is_connected_to_once() {
    let mut harness = joined();
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    let mut own = options(Protocol::SocketIo);
    own.socketio.namespace = Some("/admin".into());
    reshape(&mut harness, own);
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40/admin,{"sid":"c"}"#);
    assert_eq!(harness.sent(), ["40/admin,"]);
    assert_eq!(
        states(&harness, "/admin").last(),
        Some(&ChannelState::Joined)
    );
    assert!(Host::leave_channel(&mut harness, "/admin"));
    assert_eq!(harness.sent(), ["40/admin,"]);
}

/// The reference server closes the link over a DISCONNECT from a namespace that it has not joined us to yet.
#[test]
fn a_namespace_that_is_left_before_it_is_joined_is_left_once_it_is() {
    let mut harness = joined();
    Host::join(&mut harness, Channel::new("/admin"));
    assert!(Host::leave_channel(&mut harness, "/admin"));
    assert_eq!(harness.last_sent(), "40/admin,");
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    assert_eq!(harness.last_sent(), "41/admin,");
    assert_eq!(states(&harness, "/admin").last(), Some(&ChannelState::Left));
}

#[test]
fn what_was_on_its_way_from_a_namespace_is_not_heard_as_it_is_joined_again() {
    let mut harness = joined();
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    Host::leave_channel(&mut harness, "/admin");
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"42/admin,["news","of before"]"#);
    assert_eq!(harness.shown().len(), 0);
    harness.hear(r#"40/admin,{"sid":"c"}"#);
    harness.hear(r#"42/admin,["news","of now"]"#);
    assert_eq!(harness.shown().len(), 1);
}

fn connects(harness: &Harness) -> Vec<String> {
    let sent = harness.sent().into_iter();
    sent.filter(|packet| packet.starts_with("40/admin,"))
        .collect()
}

/// The reference server makes a second socket of a second CONNECT, and forgets the first.
#[test]
fn a_namespace_that_is_joined_again_while_it_is_joined_is_connected_to_once() {
    let mut harness = joined();
    assert!(Host::join(&mut harness, Channel::new("/admin")));
    assert!(Host::join(&mut harness, Channel::new("/admin")));
    assert!(Host::leave_channel(&mut harness, "/admin"));
    assert!(Host::join(&mut harness, Channel::new("/admin")));
    assert_eq!(connects(&harness), ["40/admin,"]);
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    assert_eq!(harness.last_sent(), "40/admin,");
    assert_eq!(
        states(&harness, "/admin").last(),
        Some(&ChannelState::Joined)
    );
}

#[test]
fn a_namespace_that_is_joined_with_another_payload_while_it_is_joined_is_joined_anew_after_the_answer()
 {
    let answers = [
        (r#"40/admin,{"sid":"b"}"#, true),
        (r#"44/admin,{"message":"no"}"#, false),
    ];
    for (answer, granted) in answers {
        let mut harness = joined();
        Host::join(&mut harness, Channel::new("/admin"));
        Host::join(
            &mut harness,
            Channel::new("/admin").auth(json!({"token": "t"})),
        );
        assert_eq!(connects(&harness), ["40/admin,"]);
        harness.hear(answer);
        assert_eq!(connects(&harness).len(), 2, "{answer}");
        assert_eq!(harness.last_sent(), r#"40/admin,{"token":"t"}"#);
        let left = harness.sent().contains(&"41/admin,".to_owned());
        assert_eq!(left, granted);
        assert_eq!(
            states(&harness, "/admin").last(),
            Some(&ChannelState::Joining)
        );
        harness.hear(r#"40/admin,{"sid":"c"}"#);
        assert_eq!(
            states(&harness, "/admin").last(),
            Some(&ChannelState::Joined)
        );
    }
}

#[test]
fn bytes_in_another_namespace_are_its_events_body() {
    let mut harness = joined();
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    harness.hear(r#"451-/admin,["file",{"_placeholder":true,"num":0}]"#);
    harness.hear(vec![4]);
    let file = harness.shown()[0];
    assert_eq!(file.body, Body::Binary(vec![4]));
    assert_eq!(file.attachments, [vec![4]]);
}
