//! The scripts: what may happen, in any order.

use super::*;

/// What happens. `back` counts sockets from the newest one, 0, to older ones.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Open,
    Close(u16),
    Page(Input),
    Advance(u64),
    Sleep(u64),
    Send(usize),
    Clog(bool),
    Opened(u64),
    Message(u64, &'static str),
    Prove(usize),
    Closed(u64, u16, bool),
    Failed(u64, u8),
    Resolved(u64, u8),
    Fetched(u64, bool),
}

const WORDS: &[&str] = &[
    "ready",
    "pong",
    "ping",
    "reconnect x",
    "stop x",
    "bad",
    "hi",
    "{",
    r#"{"text":"x"}"#,
    r#"{"type":"ping"}"#,
    r#"{"type":"pong"}"#,
    "Hello, you sent -> ping",
    "",
];

pub(super) fn step() -> impl Strategy<Value = Step> {
    let back = prop_oneof![6 => Just(0_u64), 1 => 0..4_u64];
    let code = prop::sample::select(vec![1000, 1001, 1005, 1006, 1008, 3000, 4000, 5000]);
    let page = prop::sample::select(vec![
        Input::RetryNow,
        Input::Timeout,
        Input::Resumed,
        Input::Online(false),
        Input::Online(true),
    ]);
    prop_oneof![
        3 => Just(Step::Open),
        1 => code.clone().prop_map(Step::Close),
        2 => page.prop_map(Step::Page),
        4 => (0..40_000_u64).prop_map(Step::Advance),
        1 => (0..200_000_u64).prop_map(Step::Sleep),
        4 => (0..600_000_usize).prop_map(Step::Send),
        1 => any::<bool>().prop_map(Step::Clog),
        5 => back.clone().prop_map(Step::Opened),
        4 => (back.clone(), prop::sample::select(WORDS)).prop_map(|(back, words)| Step::Message(back, words)),
        1 => (0..10_usize).prop_map(Step::Prove),
        2 => (back.clone(), code, any::<bool>()).prop_map(|(back, code, clean)| Step::Closed(back, code, clean)),
        1 => (back.clone(), 0..3_u8).prop_map(|(back, kind)| Step::Failed(back, kind)),
        2 => (back.clone(), 0..4_u8).prop_map(|(back, kind)| Step::Resolved(back, kind)),
        1 => (back, any::<bool>()).prop_map(|(back, good)| Step::Fetched(back, good)),
    ]
}

pub(super) fn session() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "raw",
        "json",
        "text",
        "puppet",
        "fetching puppet",
        "shaking puppet",
    ])
}

pub(super) fn make(session: &str) -> Box<dyn Session> {
    let puppet = Puppet {
        answers: true,
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    match session {
        "raw" => Box::new(RawSession),
        "json" => Box::new(JsonSession::default()),
        "text" => Box::new(TextSession::new()),
        "fetching puppet" => Box::new(Puppet {
            fetches: true,
            ..puppet
        }),
        "shaking puppet" => Box::new(Puppet {
            shakes_hands: true,
            ..puppet
        }),
        _ => Box::new(puppet),
    }
}

pub(super) fn resend() -> impl Strategy<Value = Resend> {
    prop::sample::select(vec![Resend::Never, Resend::Recognised, Resend::Always])
}

pub(super) fn endpoint() -> impl Strategy<Value = Endpoint> {
    prop::sample::select(vec![fixed(URL), Endpoint::Provided])
}

prop_compose! {
    pub(super) fn config()(resend in resend(), max_attempts in prop::option::of(1..4_u32)) -> Config {
        Config { resend, max_attempts, ..Config::default() }
    }
}
