//! The Socket.IO session on its own: what outlives new settings, and what answers and copies say.

use leptos_chat_core::session::options::{SessionOptions, SocketIoOptions};
use leptos_chat_core::session::socketio::SocketIoSession;
use leptos_chat_core::session::{
    Action, Actions, CloseEvent, Kind, MessageId, Outgoing, Protocol, Session, Target,
};

use super::bench::{Bench, only_text};
use super::options;
use super::socketio::{OPEN, URL};
use super::socketio_shapes::{CONNECTED, shaped};

fn bench(options: &SessionOptions) -> Bench<SocketIoSession> {
    let mut bench = Bench::new(SocketIoSession::new(options));
    bench.hear(OPEN);
    bench.hear(CONNECTED);
    bench
}

fn joins_again(bench: &mut Bench<SocketIoSession>) {
    bench.reconnect();
    bench.hear(OPEN);
    bench.hear(CONNECTED);
}

/// What was proved of the server stays where the app sets a shape of its own; whether a message carries its id is the shape's.
#[test]
fn a_message_is_known_again_where_ids_come_back_and_it_has_one() {
    let with_id = shaped("say", r#"{"id":"{id}","text":"{text}"}"#);
    let mut bench = bench(&with_id);
    let (first, _) = bench.say("hi");
    assert!(!bench.session.proves() && !bench.session.recognisable(first));
    bench.hear(format!(r#"42["say",{{"id":"{first}","text":"hi"}}]"#));
    assert!(bench.session.proves() && bench.session.recognisable(first));
    for (options, is_known) in [
        (with_id, true),
        (options(Protocol::SocketIo), true),
        (shaped("say", "{text}"), false),
    ] {
        bench.session.reshape(&options);
        joins_again(&mut bench);
        let (next, _) = bench.say("ho");
        assert_eq!(bench.session.recognisable(next), is_known);
    }
}

#[test]
fn a_copy_says_that_it_is_one() {
    let mut bench = bench(&options(Protocol::SocketIo));
    let again = Outgoing {
        resent: true,
        ..Outgoing::from("hi")
    };
    let sent = bench.act(|session, now, out| session.send(MessageId(7), again, now, out));
    assert!(only_text(&sent).contains(r#""resent":true"#), "{sent:?}");
}

#[test]
fn what_was_refused_is_looked_into_also_after_the_app_has_set_something_anew() {
    let mut bench = bench(&options(Protocol::SocketIo));
    // Another one, whose socket was never open.
    bench.session = SocketIoSession::new(&options(Protocol::SocketIo));
    let begin = |bench: &mut Bench<SocketIoSession>| {
        bench.act(|session, _, out| session.begin(&Target::new(URL), out))
    };
    assert!(matches!(begin(&mut bench)[..], [Action::Open(_)]));
    bench.act(|session, _, out| session.handle_close(&CloseEvent::abnormal(), out));
    bench.session.reshape(&shaped("say", "{text}"));
    assert!(matches!(begin(&mut bench)[..], [Action::Fetch(_)]));
}

#[test]
fn no_answer_reaches_what_was_asked_before_the_app_has_set_something_anew() {
    let asking = SessionOptions {
        socketio: SocketIoOptions {
            answers: vec!["ask".into()],
            ..SocketIoOptions::default()
        },
        ..options(Protocol::SocketIo)
    };
    let mut bench = bench(&asking);
    let ask = |bench: &mut Bench<SocketIoSession>| match &bench.hear(r#"421["ask"]"#)[..] {
        [Action::Deliver(asked)] => asked.request.expect("a request"),
        other => panic!("{other:?}"),
    };
    let old = ask(&mut bench);
    bench.session.reshape(&asking);
    joins_again(&mut bench);
    let new = ask(&mut bench);
    assert_ne!(old, new);
    let mut out = Actions::default();
    assert!(!bench.session.answer(old, Vec::new(), &mut out));
    assert!(bench.session.answer(new, Vec::new(), &mut out));
}

#[test]
fn an_answer_has_its_words_its_data_and_its_bytes() {
    let mut bench = bench(&options(Protocol::SocketIo));
    let (id, _) = bench.say("hi");
    bench.hear(r#"461-0["ok",{"_placeholder":true,"num":0}]"#);
    let heard = bench.hear(vec![4]);
    let [Action::Reply(replied, reply), ..] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(
        (*replied, reply.body.as_text(), reply.kind),
        (id, Some("ok"), Kind::Data)
    );
    assert_eq!(reply.attachments, [vec![4]]);
}
