//! Sessions that hold another one, found out or loaded late: whatever is asked of them, that one answers.

use leptos_chat_core::json::Value;
use leptos_chat_core::session::make::{Maker, Protocols};
use leptos_chat_core::session::options::{SessionOptions, SockJsOptions, SocketIoOptions};
use leptos_chat_core::session::sockjs::SockJsSession;
use leptos_chat_core::session::stomp::StompSession;
use leptos_chat_core::session::text::RawSession;
use leptos_chat_core::session::{
    Action, Actions, Channel, CloseEvent, Heartbeat, HeartbeatSetting, MessageId, Outgoing,
    Protocol, RequestId, Session, Target,
};
use leptos_chat_core::shape::Shape;
use leptos_chat_core::time::Instant;

use super::options;
use crate::harness::START;
use crate::{millis, secs};

const OWN: MessageId = MessageId(0x1001);

/// What happens to a session.
#[derive(Clone, Copy, Debug)]
enum Step {
    Begin,
    Fetched(&'static str),
    Opened(&'static str),
    Heard(&'static str),
    /// A message of the app's, under [`OWN`].
    Said,
    Beat,
    /// So many milliseconds later.
    Later(u64),
    Joined(&'static str),
    Left(&'static str),
    /// The app answers what was asked last.
    Answered,
    Broke,
    Reshaped,
    NoHeartbeats,
    Goodbye,
}
use Step::*;

struct Bench {
    session: Box<dyn Session>,
    url: &'static str,
    now: Instant,
    asked: Option<RequestId>,
}

impl Bench {
    /// What the session does in these steps, and what it says of itself after each, once it has begun.
    fn tell(mut self, steps: &[Step]) -> Vec<String> {
        let (wishes, steps) = steps.split_at(
            steps
                .iter()
                .take_while(|step| !matches!(step, Begin))
                .count(),
        );
        for wish in wishes {
            self.take(*wish, &mut Actions::default());
        }
        let told = steps.iter().map(|step| {
            let mut out = Actions::default();
            let known = self.take(*step, &mut out);
            let mut actions: Vec<Action> = std::iter::from_fn(|| out.pop()).collect();
            if let Some(place) = actions.iter().position(|action| *action == Action::Load) {
                actions.remove(place);
                self.session
                    .handle_loaded(Ok(Protocols::linked()), self.now, &mut out);
                actions.extend(std::iter::from_fn(|| out.pop()));
            }
            let mut requests = actions.iter().filter_map(|action| match action {
                Action::Deliver(incoming) => incoming.request,
                _ => None,
            });
            self.asked = requests.next_back().or(self.asked);
            format!("{step:?}: {actions:?} {known} {}", self.says())
        });
        told.collect()
    }

    fn take(&mut self, step: Step, out: &mut Actions) -> bool {
        let (session, now) = (&mut self.session, self.now);
        match step {
            Begin => session.begin(&Target::new(self.url), out),
            Fetched(info) => session.handle_fetched(Ok(info.into()), out),
            Opened(subprotocol) => session.handle_open(subprotocol, now, out),
            Heard(text) => session.handle_message(text.into(), now, out),
            Said => session.send(OWN, Outgoing::from("hi"), now, out),
            Beat => return session.heartbeat(MessageId(0x2002), now, out),
            Later(time) => {
                self.now = now + millis(time);
                session.handle_timeout(self.now, out);
            }
            Joined(name) => return session.join(Channel::new(name), now, out),
            Left(name) => return session.leave(name, out),
            Answered => {
                let asked = self.asked.expect("something was asked");
                return session.answer(asked, vec![Value::from("yes")], out);
            }
            Broke => session.handle_close(&close(1006), out),
            Reshaped => session.reshape(&SessionOptions {
                shape: Shape {
                    send: Some(r#"{"message":"{text}"}"#.parse().expect("a template")),
                    ..Shape::default()
                },
                ..options(Protocol::Auto)
            }),
            NoHeartbeats => session.set_heartbeat(HeartbeatSetting::Off),
            Goodbye => session.goodbye(out),
        }
        true
    }

    fn says(&self) -> String {
        let session = &self.session;
        let asked = HeartbeatSetting::Every(Heartbeat::every(secs(7)));
        format!(
            "{:?} {:?} {:?} {:?}, holds back: {}, proves: {}, recognisable: {}, recovered: {}",
            session.liveness(HeartbeatSetting::Auto),
            session.liveness(asked),
            session.poll_timeout(),
            session.preview("hi"),
            session.holds_back(),
            session.proves(),
            session.recognisable(OWN),
            session.recovered(),
        )
    }
}

fn close(code: u16) -> CloseEvent {
    CloseEvent {
        code,
        reason: String::new(),
        was_clean: false,
    }
}

fn bench(session: Box<dyn Session>, url: &'static str) -> Bench {
    Bench {
        session,
        url,
        now: START,
        asked: None,
    }
}

/// Compares the session that is made at once with those of these makers, which come to it later.
fn all_do_the_same(
    url: &'static str,
    options: &SessionOptions,
    late: &[Maker],
    steps: &[Step],
) -> Vec<String> {
    let of = |maker: Maker| bench(maker.for_chat().session(options, 7), url).tell(steps);
    let direct = of(options.protocol.into());
    for maker in late {
        for (told, direct) in of(*maker).iter().zip(&direct) {
            assert_eq!(told, direct, "{maker:?}");
        }
    }
    direct
}

/// What loads this protocol late, what finds it out, and what does both.
fn late(protocol: Protocol) -> [Maker; 3] {
    let lazy = Protocols::lazy();
    [
        lazy.maker(protocol),
        Protocol::Auto.into(),
        lazy.maker(Protocol::Auto),
    ]
}

const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:5000,5000\n\n\0";
const RECEIPT: &str = "RECEIPT\nreceipt-id:00000000000000000000000000001001\n\n\0";
const OWN_LINE: &str = "MESSAGE\nsubscription:0\nmessage-id:1\ndestination:/topic/chat\n\n\
    {\"id\":\"00000000000000000000000000001001\",\"text\":\"hi\",\"user\":\"ada\"}\0";

const STOMP: [Step; 24] = [
    NoHeartbeats,
    Begin,
    Opened("v12.stomp"),
    Heard(CONNECTED),
    Broke,
    Begin,
    Opened("v12.stomp"),
    Heard(CONNECTED),
    Later(150),
    Joined("/topic/rooms.7"),
    Left("/topic/rooms.8"),
    Said,
    Beat,
    Later(150),
    Heard(OWN_LINE),
    Heard(RECEIPT),
    Left("/topic/rooms.7"),
    Reshaped,
    Begin,
    Opened("v12.stomp"),
    Heard(CONNECTED),
    Later(150),
    Said,
    Goodbye,
];

#[test]
fn stomp() {
    let (options, late) = (options(Protocol::Stomp), late(Protocol::Stomp));
    all_do_the_same("ws://chat.example/stomp", &options, &late, &STOMP);
}

#[test]
fn stomp_where_sockjs_is_looked_for_if_it_is_refused() {
    let direct = StompSession::new(&options(Protocol::Stomp));
    let wrapped =
        SockJsSession::bare_first(Box::new(StompSession::new(&options(Protocol::Stomp))), 7);
    let url = "ws://chat.example/stomp";
    // What is refused is where they part.
    let steps: Vec<Step> = STOMP
        .into_iter()
        .filter(|step| !matches!(step, Broke))
        .collect();
    let told = bench(Box::new(wrapped), url).tell(&steps);
    assert_eq!(told, bench(Box::new(direct), url).tell(&steps));
}

#[test]
fn socketio() {
    let options = SessionOptions {
        socketio: SocketIoOptions {
            answers: vec!["ask".into()],
            ..SocketIoOptions::default()
        },
        ..options(Protocol::SocketIo)
    };
    let open = r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;
    let connected = r#"40{"sid":"a","pid":"P"}"#;
    let steps = [
        Begin,
        Opened(""),
        Heard(open),
        Heard(connected),
        Heard("2"),
        Heard(r#"42["message",{"text":"one"},"Q7yGWW5"]"#),
        Heard(r#"421["ask"]"#),
        Answered,
        Answered,
        Said,
        Joined("/room"),
        Heard(r#"40/room,{"sid":"b"}"#),
        Left("/room"),
        Left("/room"),
        Heard("430[]"),
        Beat,
        Broke,
        Begin,
        Opened(""),
        Heard(open),
        Heard(connected),
        Goodbye,
    ];
    let url = "ws://chat.example/socket.io/?EIO=4&transport=websocket";
    all_do_the_same(url, &options, &late(Protocol::SocketIo), &steps);
}

#[test]
fn sockjs() {
    let options = SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Json,
        },
        ..options(Protocol::SockJs)
    };
    let welcome = r#"a["{\"system\":true,\"text\":\"Hi\",\"ack\":true,\"resume\":true,\"log\":\"a\",\"seq\":1}"]"#;
    let resumed = r#"a["{\"type\":\"resumed\",\"log\":\"a\",\"seq\":1,\"complete\":true}"]"#;
    let on_the_way = [
        Fetched(r#"{"websocket":true,"origins":["*:*"],"entropy":1}"#),
        Broke,
        Opened(""),
        Heard("o"),
        Heard(welcome),
    ];
    let steps = [
        &[NoHeartbeats, Begin][..],
        &on_the_way,
        &[Said, Beat, Broke, Begin],
        &on_the_way[2..],
        &[Heard(resumed), Said, Reshaped, Begin, Goodbye],
    ]
    .concat();
    let late = [Protocols::lazy().maker(Protocol::SockJs)];
    let told = all_do_the_same("https://chat.example/chat", &options, &late, &steps);
    assert!(told.iter().any(|told| told.ends_with("recovered: true")));
}

#[test]
fn a_session_without_heartbeats_requests_and_channels_says_no_to_them() {
    let mut session = RawSession;
    let mut out = Actions::default();
    assert!(!session.heartbeat(OWN, START, &mut out));
    assert!(!session.answer(RequestId(1), Vec::new(), &mut out));
    assert!(!session.leave("/room", &mut out));
    assert_eq!(out.pop(), None);
}
