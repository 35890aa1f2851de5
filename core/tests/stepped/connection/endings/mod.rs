//! Rules 4 to 6: when to try again, which ends are final, and that the app's `close()` is.

mod backoff;
mod closed_by_the_app;
mod codes;

use std::time::Duration;

use leptos_chat_core::connection::{
    CloseError, ClosePolicy, ClosedReason, Config, Disconnect, Event, Input, ReadyState, SendError,
    SocketError, State, Verdict,
};
use leptos_chat_core::session::{Action, CloseEvent, Reason};

use crate::harness::{Harness, SocketState, puppet::Puppet};
use crate::{millis, secs};
