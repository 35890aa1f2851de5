//! Own lines that come back in every shape that servers give them, and servers that repeat what they remember.

mod given_name;
mod history;
mod our_name;
mod plain_text;

use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::TextSession;
use leptos_chat_core::session::{Action, CloseEvent, MessageId, Session, Target};
use leptos_chat_core::wire::json::JsonFields;

use super::bench::{Bench, shown};
use crate::{millis, secs};

fn named(user: &str) -> Bench<JsonSession> {
    Bench::new(JsonSession::new(Some(user.into()), JsonFields::default()))
}

fn nameless() -> Bench<JsonSession> {
    Bench::new(JsonSession::default())
}

fn text(user: Option<&str>) -> Bench<TextSession> {
    Bench::new(TextSession::named(user.map(Into::into)))
}

fn line(id: u32, user: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "user": user, "text": text, "time": 1_700_000_000 + id })
        .to_string()
}

fn words(text: &str) -> String {
    serde_json::json!({ "text": text }).to_string()
}

const LONG: &str = "a line that is no coincidence";

/// A line that comes in must be this own one's echo.
fn proves<S: Session>(bench: &mut Bench<S>, heard: &str, id: MessageId) {
    assert_eq!(bench.hear(heard), [Action::Echoed(id)], "{heard}");
}

fn shows<S: Session>(bench: &mut Bench<S>, heard: &str) {
    assert_eq!(shown(&bench.hear(heard)).len(), 1, "{heard}");
}

fn hides<S: Session>(bench: &mut Bench<S>, heard: &str) {
    assert_eq!(bench.hear(heard), [], "{heard}");
}

/// Nothing follows: what was held is let go.
fn quiet<S: Session>(bench: &mut Bench<S>) -> Vec<String> {
    bench.wait(secs(1));
    shown(&bench.act(|session, now, out| session.handle_timeout(now, out)))
}
