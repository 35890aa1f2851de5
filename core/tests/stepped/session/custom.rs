//! A protocol that is not in this crate, on the public trait alone: lines of text with numbered answers.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos_chat_core::connection::{Config, Delivery, Failure};
use leptos_chat_core::session::Spoken;
use leptos_chat_core::session::{
    Action, Actions, Body, HeartbeatSetting, Incoming, Liveness, MessageId, Outgoing, Reason,
    Session, Target,
};
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;

use super::refused;
use crate::harness::Harness;

/// `NAME ada` is answered `HELLO` or `TAKEN`; `SAY 1 hi` with `OK 1` or `NO 1 why`; `TICK` with `TOCK`. What others say
/// comes as `SAID bob hi`.
#[derive(Default)]
struct Lines {
    name: String,
    last: u64,
    unanswered: BTreeMap<u64, MessageId>,
}

impl Lines {
    fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

impl Session for Lines {
    fn protocol(&self) -> Spoken {
        Spoken::Custom("lines".into())
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.unanswered.clear();
        out.push(Action::Open(target.clone()));
    }

    fn handle_open(&mut self, _subprotocol: &str, _now: Instant, out: &mut Actions) {
        out.push(Action::Transmit(format!("NAME {}", self.name).into()));
    }

    fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
        let line = message.as_text().unwrap_or_default();
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (second, words) = rest.split_once(' ').unwrap_or((rest, ""));
        let mut answered = || self.unanswered.remove(&second.parse().ok()?);
        let action = match first {
            "HELLO" => Some(Action::Ready),
            "TAKEN" => Some(Action::Stop(Reason::App("this name is taken".into()))),
            "TOCK" => Some(Action::Answered),
            "OK" => answered().map(Action::Delivered),
            "NO" => answered().map(|id| Action::Failed(id, Reason::Server(words.into()))),
            "SAID" => Some(Action::Deliver(Incoming {
                body: Body::Text(words.into()),
                sender: Some(second.into()),
                ..Incoming::default()
            })),
            _ => Some(Action::Unreadable(
                Reason::App("no such word".into()),
                message.clone(),
            )),
        };
        action.into_iter().for_each(|action| out.push(action));
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        let Some(words) = outgoing.body.as_text().filter(|text| !text.contains('\n')) else {
            return out.push(Action::Failed(
                id,
                Reason::App("only single lines can be sent".into()),
            ));
        };
        self.last += 1;
        self.unanswered.insert(self.last, id);
        out.push(Action::Transmit(
            format!("SAY {} {words}", self.last).into(),
        ));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        Liveness {
            send_every: wanted.pace().map(|heartbeat| heartbeat.send_every),
            answer_within: wanted.pace().map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
            returns_within: None,
        }
    }

    fn heartbeat(&mut self, _id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        out.push(Action::Transmit("TICK".into()));
        true
    }

    fn proves(&self) -> bool {
        true
    }

    fn goodbye(&mut self, out: &mut Actions) {
        out.push(Action::Transmit("BYE".into()));
    }
}

/// The other side: everybody is welcome, and what is said is repeated under the name of `bob`.
fn server(message: &Message) -> Vec<Message> {
    let line = message.as_text().expect("a text");
    match line.split_once(' ').unwrap_or((line, "")) {
        ("NAME", _) => vec!["HELLO".into()],
        ("TICK", _) => vec!["TOCK".into()],
        ("SAY", rest) => {
            let (number, words) = rest.split_once(' ').expect("a number");
            match words {
                "secret" => vec![format!("NO {number} not here").into()],
                _ => vec![
                    format!("OK {number}").into(),
                    format!("SAID bob {words}, indeed").into(),
                ],
            }
        }
        _ => Vec::new(),
    }
}

fn connected() -> Harness {
    let mut harness = Harness::new(Config::default(), Lines::named("ada"));
    harness.serve(server);
    let mut harness = harness.connected();
    harness.advance_secs(20);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "lines")
    );
    harness
}

#[test]
fn it_shakes_hands_sends_hears_and_is_proved() {
    let mut harness = connected();
    assert_eq!(harness.sent()[..2], ["NAME ada", "TICK"]);
    let (said, secret) = (harness.say("hello"), harness.say("secret"));
    harness.advance_secs(1);
    assert_eq!(
        harness.fate(said),
        [Delivery::Queued, Delivery::Sent, Delivery::Delivered]
    );
    assert_eq!(
        harness.last_fate(secret),
        refused(Reason::Server("not here".into()))
    );
    assert_eq!(harness.texts(), ["hello, indeed"]);
    assert_eq!(harness.shown()[0].sender.as_deref(), Some("bob"));
}

#[test]
fn the_connection_queues_retries_and_finds_the_dead_for_it() {
    let mut harness = connected();
    harness.advance_secs(300);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
    harness.serve(|_| Vec::new());
    let lost = harness.say("nobody hears this");
    while harness.name() == "open" {
        harness.advance_to_timer();
    }
    assert_eq!(harness.name(), "waiting", "the heartbeat was not answered");
    assert_eq!(
        harness.last_fate(lost),
        Delivery::Failed(Failure::Unconfirmed)
    );
    let queued = harness.say("later");
    harness.serve(server);
    harness.advance_to_timer();
    harness.accept();
    harness.advance(Duration::from_millis(100));
    assert_eq!(harness.last_fate(queued), Delivery::Delivered);
    assert_eq!(harness.gaps(), 1);
}

#[test]
fn its_refusals_stop_and_what_it_cannot_send_or_read_is_said() {
    let mut harness = Harness::new(Config::default(), Lines::named("bob")).connected();
    harness.hear("TAKEN");
    assert_eq!(harness.over(), "this name is taken");
    let mut harness = connected();
    let id = harness.say("two\nlines");
    assert_eq!(
        harness.last_fate(id),
        refused(Reason::App("only single lines can be sent".into()))
    );
    harness.hear("WHAT");
    assert_eq!((harness.unreadable(), harness.name()), (1, "open"));
    harness.close();
    assert_eq!(harness.last_sent(), "BYE");
}
