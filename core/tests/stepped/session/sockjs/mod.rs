//! SockJS: the way to a server, its frames, and what is carried inside.

mod frames;
mod ways;
#[cfg(feature = "stomp")]
mod with_stomp;

use leptos_chat_core::connection::{ClosedReason, Config, Delivery, Disconnect, Event, State};
use leptos_chat_core::driver::Host;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{SockJsOptions, StompOptions};
use leptos_chat_core::session::sockjs::SockJsSession;
use leptos_chat_core::session::{
    Action, Actions, HeartbeatSetting, MessageId, Outgoing, RequestId, Session, Spoken,
};
use leptos_chat_core::session::{CloseEvent, FetchError, Reason};
use leptos_chat_core::session::{Protocol, options::SessionOptions};
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;

use super::{harness, harness_with, options, refused};
use crate::harness::{Harness, fixed};

const URL: &str = "https://chat.example/chat";
const INFO: &str = r#"{"websocket":true,"cookie_needed":false,"origins":["*:*"],"entropy":1}"#;

fn json_inside() -> SessionOptions {
    SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Json,
        },
        ..options(Protocol::SockJs)
    }
}

/// A connection over the framed endpoint, without a heartbeat.
fn framed() -> Harness {
    framed_with(json_inside())
}

fn framed_with(options: SessionOptions) -> Harness {
    let mut harness = harness_with(
        fixed(URL),
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..Config::default()
        },
        options,
    );
    harness.fetched(Ok(INFO));
    harness.refuse();
    harness.accept();
    harness.hear("o");
    harness
}
