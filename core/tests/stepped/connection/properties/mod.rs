//! Whatever happens, in whatever order: what holds for every script of inputs.

mod run;
mod script;

use std::collections::HashMap;

use leptos_chat_core::connection::{
    Config, Delivery, Endpoint, Failure, Input, Resend, ResolveError, SendError, SocketError,
    SocketEvent, SocketId, State,
};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::{RawSession, TextSession};
use leptos_chat_core::session::{CloseEvent, FetchError, MessageId, Session, Target};
use proptest::prelude::*;

use run::Run;
use script::*;

use crate::harness::{Harness, SocketState, URL, fixed, puppet::Puppet};
use crate::{millis, secs};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_rules_hold_for_every_script(
        endpoint in endpoint(),
        config in config(),
        session in session(),
        script in prop::collection::vec(step(), 0..60),
    ) {
        let mut run = Run::new(endpoint, config, session);
        for step in script {
            run.take(step);
        }
        run.finish();
        run.check_fates();
        run.check_order();
    }
}
