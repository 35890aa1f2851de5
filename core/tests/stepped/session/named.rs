//! The JSON session of an app that is no chat: the configured names say what a line is, ids what is ours.

use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::make::Maker;
use leptos_chat_core::session::{
    Action, HeartbeatSetting, Incoming, Kind, Outgoing, Protocol, Session,
};

use super::bench::{Bench, answered, shown};
use super::options;
use crate::secs;

fn named() -> Bench<JsonSession> {
    Bench::new(JsonSession::named(&options(Protocol::Json)))
}

fn only(actions: &[Action]) -> &Incoming {
    let [Action::Deliver(incoming)] = actions else {
        panic!("one message was to come: {actions:?}");
    };
    incoming
}

#[test]
fn a_line_has_its_words_where_the_options_say() {
    let mut bench = named();
    let heard = bench.hear(r#"{"text":"hi","user":"bo","id":"7"}"#);
    let line = only(&heard);
    assert_eq!((line.to_string(), line.kind), ("hi".into(), Kind::Chat));
    assert_eq!(line.sender.as_deref(), Some("bo"));
    assert_eq!(line.id.as_deref(), Some("7"));
    let heard = bench.hear(r#"{"system":true,"text":"Welcome"}"#);
    assert_eq!(only(&heard).kind, Kind::System);
    assert_eq!(shown(&bench.hear("just words")), ["just words"]);
}

#[test]
fn all_else_is_data_from_the_first_on() {
    let mut bench = named();
    for data in [
        r#"{"message":"hi","nick":"bo"}"#,
        r#"["new_msg",{"text":"hi"}]"#,
        r#"{"price":7.10}"#,
        "[1,2]",
        "7",
    ] {
        let heard = bench.hear(data);
        let data_heard = only(&heard);
        assert_eq!(data_heard.kind, Kind::Data, "{data}");
        assert_eq!(data_heard.to_string(), data);
        assert!(data_heard.data.is_some());
    }
}

#[test]
fn an_own_message_is_known_by_its_id_alone() {
    let mut bench = named();
    let (id, sent) = bench.say("hello to you all");
    assert_eq!(
        sent,
        format!(r#"{{"id":"{id}","text":"hello to you all","user":"ada"}}"#)
    );
    let anothers = bench.hear(r#"{"text":"hello to you all","user":"ada"}"#);
    assert_eq!(shown(&anothers), ["hello to you all"]);
    assert_eq!(bench.hear(sent), [Action::Delivered(id)]);
}

#[test]
fn what_came_before_is_told_again() {
    let mut bench = named();
    let line = r#"{"text":"a line of some length","user":"bo"}"#;
    assert_eq!(shown(&bench.hear(line)).len(), 1);
    bench.reconnect();
    assert_eq!(shown(&bench.hear(line)).len(), 1);
}

#[test]
fn the_shape_of_what_goes_out_is_not_learnt() {
    let mut bench = named();
    bench.hear("hi");
    bench.hear(r#""hi""#);
    let (_, sent) = bench.say("yes");
    assert!(sent.contains(r#""text":"yes""#), "{sent}");
    let preview = bench.session.preview("yes").expect("a preview");
    assert!(preview.text.contains(r#""text":"yes""#));
}

#[test]
fn heartbeats_are_announced_sent_and_answered() {
    let mut bench = named();
    let wanted = |bench: &Bench<JsonSession>| bench.session.liveness(HeartbeatSetting::Auto);
    assert_eq!(wanted(&bench).send_every, None);
    bench.hear(r#"{"system":true,"text":"Welcome","heartbeat":true}"#);
    assert!(wanted(&bench).send_every.is_some());
    let (ping, _) = bench.beat();
    assert!(answered(&bench.hear(ping.replace("ping", "pong"))));
    assert!(bench.beat().1, "a server that has answered has a deadline");
    assert_eq!(bench.hear(r#"{"op":"ping"}"#), [], "never shown");
}

#[test]
fn an_error_is_one_and_fails_the_message_that_it_names() {
    let mut bench = named();
    let (id, _) = bench.say("hi");
    let heard = bench.hear(format!(
        r#"{{"type":"error","id":"{id}","message":"too loud"}}"#
    ));
    assert!(matches!(&heard[0], Action::Failed(failed, _) if *failed == id));
    assert_eq!(shown(&heard), ["too loud"]);
    for told in [r#"{"error":"no"}"#, r#"{"error":7,"message":"no"}"#] {
        let heard = bench.hear(told);
        let error = only(&heard);
        assert_eq!((error.kind, error.to_string()), (Kind::Error, "no".into()));
    }
    assert_eq!(
        only(&bench.hear(r#"{"error":null,"a":1}"#)).kind,
        Kind::Data
    );
}

#[test]
fn acknowledgements_numbers_and_resumption_are_understood() {
    let mut bench = named();
    let welcome = r#"{"system":true,"text":"Welcome","ack":true,"resume":true,"log":"a","seq":41}"#;
    bench.hear(welcome);
    let (id, _) = bench.say("hi");
    let ack = format!(r#"{{"type":"ack","id":"{id}","seq":42}}"#);
    assert_eq!(bench.hear(ack), [Action::Delivered(id)]);
    assert_eq!(shown(&bench.hear(r#"{"text":"b","seq":44}"#)), [""; 0]);
    assert_eq!(shown(&bench.hear(r#"{"text":"a","seq":43}"#)), ["a", "b"]);
    bench.wait(secs(1));
    bench.reconnect();
    let asked = bench.hear(welcome.replace("41", "45"));
    let resume = r#"{"type":"resume","log":"a","after":44}"#;
    assert!(
        asked.contains(&Action::Transmit(resume.into())),
        "{asked:?}"
    );
    let missed = bench.hear(r#"{"text":"c","seq":45}"#);
    assert_eq!(shown(&missed), ["c"]);
    bench.hear(r#"{"type":"resumed","log":"a","seq":45,"complete":true}"#);
    assert!(bench.session.recovered());
}

#[test]
fn a_request_has_its_reply() {
    let mut bench = named();
    let id = leptos_chat_core::session::MessageId(0x77);
    let asked = format!(r#"{{"op":"seats","id":"{id}"}}"#);
    bench.act(|session, now, out| session.send(id, Outgoing::exactly(asked), now, out));
    let heard = bench.hear(format!(r#"{{"id":"{id}","free":2}}"#));
    assert!(matches!(&heard[0], Action::Reply(replied, _) if *replied == id));
}

#[test]
fn a_chat_is_asked_for() {
    let line = r#"{"message":"hi","nick":"bo"}"#;
    let kind = |maker: Maker| {
        let mut out = leptos_chat_core::session::Actions::default();
        let mut session = maker.session(&options(Protocol::Json), 7);
        session.handle_message(line.into(), crate::harness::START, &mut out);
        let heard: Vec<Action> = std::iter::from_fn(|| out.pop()).collect();
        only(&heard[heard.len() - 1..]).kind
    };
    assert_eq!(kind(Protocol::Json.into()), Kind::Data);
    assert_eq!(kind(Maker::from(Protocol::Json).for_chat()), Kind::Chat);
    // Who leaves the protocol open knows no shape either.
    assert_eq!(kind(Protocol::Auto.into()), Kind::Chat);
}
