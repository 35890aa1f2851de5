//! The status: where the connection stands, why, and what a person can do about it.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::dom;
use super::element::{ElementRef, Has, element, is};
use super::parts::{Part, Text, alert, button, part, words};
use crate::browser::{self, IN_BROWSER};
use crate::chat::handle::ChatHandle;
use leptos_chat_core::chat::advice::{self, Advice};
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::connection::{ClosedReason, State};
use leptos_chat_core::time::millis;

/// How often it is looked at whether the server is heard.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The colour of the status: `good`, `busy`, `bad` or `off`.
fn tone(state: &State, lost: bool) -> &'static str {
    match state {
        State::Open => "good",
        State::Waiting { .. } => "bad",
        State::Connecting | State::Handshaking if lost => "bad",
        State::Connecting | State::Handshaking | State::Closing { .. } => "busy",
        State::Closed { reason } if *reason != ClosedReason::App => "bad",
        State::Idle | State::Closed { .. } => "off",
    }
}

/// Whether opening it again, as it is, may help.
fn may_reopen(state: &State) -> bool {
    let State::Closed { reason } = state else {
        return false;
    };
    !matches!(reason, ClosedReason::BadUrl(_) | ClosedReason::Forbidden(_))
}

fn is_lost(chat: &ChatHandle) -> bool {
    chat.last_disconnect.read().is_some()
}

/// The status line. What ticks (the countdown, the answer time) stands outside of what is spoken.
pub(super) fn status(chat: &ChatHandle, lang: Memo<Language>, shapes: Option<ViewFn>) -> AnyView {
    let tone: Text = {
        let chat = chat.clone();
        Arc::new(move || tone(&chat.state.read(), is_lost(&chat)).to_owned())
    };
    let code: Text = {
        let chat = chat.clone();
        Arc::new(move || chat.ready_state.get().code().to_string())
    };
    let name: Text = {
        let chat = chat.clone();
        Arc::new(move || chat.state.read().name().to_owned())
    };
    let alert_text: Text = {
        let chat = chat.clone();
        Arc::new(move || match &*chat.state.read() {
            State::Closed { reason } => lang.get().closed(reason).unwrap_or_default(),
            _ => String::new(),
        })
    };
    let place = ElementRef::new();
    let spoken_has = vec![
        is("role", "status"),
        Has::Follows("data-ready-state", code),
        Has::Follows("data-state", name),
    ];
    let spoken = vec![spoken(chat, lang).into_any()];
    let parts = vec![
        element("span", "chat-dot", vec![is("aria-hidden", "true")], vec![]),
        element("span", "chat-status-text", spoken_has, spoken),
        part(facts(chat, lang)),
        remedy(chat, lang, place),
        alert(alert_text),
        part(advice_line(chat, lang, shapes)),
    ];
    let has = vec![Has::Ref(place), Has::Follows("data-tone", tone)];
    element("div", "chat-status", has, parts)
}

/// What is spoken.
fn spoken(chat: &ChatHandle, lang: Memo<Language>) -> Text {
    let chat = chat.clone();
    Arc::new(move || {
        let language = lang.get();
        let origin = chat.refuses.get().then(dom::origin);
        let lost = chat.last_disconnect.read();
        let why = lost
            .as_ref()
            .map(|why| language.lost(why, origin.as_deref()));
        language.status(&chat.state.read(), why)
    })
}

/// What may be the matter, with the shapes to pick from in reach.
fn advice_line(chat: &ChatHandle, lang: Memo<Language>, shapes: Option<ViewFn>) -> Part {
    let chat = chat.clone();
    Box::new(move || {
        let advice = chat.advice.get()?;
        Some(advise(&advice, &chat, lang.get(), shapes.as_ref()))
    })
}

#[inline(never)]
fn advise(
    advice: &Advice,
    chat: &ChatHandle,
    language: Language,
    shapes: Option<&ViewFn>,
) -> AnyView {
    let text = language.advice(advice);
    let help = match *advice {
        Advice::EndsWhenSilent { seconds } => Some(heartbeat_button(chat, language, seconds)),
        _ => shapes.map(ViewFn::run),
    };
    let mut parts = vec![words("", "", text)];
    parts.extend(help);
    element("p", "chat-advice", vec![], parts)
}

/// Turns heartbeats on that keep a link which ends after so many seconds of silence.
fn heartbeat_button(chat: &ChatHandle, language: Language, seconds: u64) -> AnyView {
    let chat = chat.clone();
    let label = language.phrases().send_heartbeats.to_owned();
    let keep = move || chat.set_heartbeat(advice::heartbeat_for(seconds));
    button("chat-button", label, keep)
}

/// For how long, in whole minutes, the server has said nothing, looked at now and then.
fn quiet_minutes(chat: &ChatHandle) -> ArcRwSignal<Option<Duration>> {
    let quiet = ArcRwSignal::new(None);
    if !IN_BROWSER {
        return quiet;
    }
    let (socket, told) = (chat.socket().clone(), quiet.clone());
    let look = move || {
        if !browser::is_visible() {
            return;
        }
        let now = browser::now();
        let minutes = socket
            .last_heard()
            .and_then(|heard| advice::quiet_minutes(heard, now));
        let minutes = minutes.map(|minutes| Duration::from_secs(minutes * 60));
        if told.get_untracked() != minutes {
            told.set(minutes);
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, LOOK_EVERY) {
        on_cleanup(move || timer.clear());
    }
    quiet
}

/// The protocol in use, and how fast the server answers.
fn facts(chat: &ChatHandle, lang: Memo<Language>) -> Part {
    let quiet = quiet_minutes(chat);
    let chat = chat.clone();
    Box::new(move || {
        let language = lang.get();
        let name = language.spoken(&chat.protocol.read());
        let quiet = quiet
            .get()
            .map(|time| language.not_heard(time.as_secs() / 60));
        let alive = || Some(format!("{} ms", millis(chat.latency.get()?)));
        let time = quiet.or_else(alive).unwrap_or_default();
        if !chat.state.read().is_open() {
            return None;
        }
        let said = language.phrases();
        let parts = vec![
            words("", said.latency, time),
            words("chat-chip", said.protocol, name),
        ];
        Some(element("span", "chat-facts", vec![], parts))
    })
}

/// What is offered to a person who waits.
#[derive(Clone, Copy, PartialEq)]
enum Offer {
    Nothing,
    Trying,
    RetryNow,
    Reopen,
}

impl Offer {
    fn to(chat: &ChatHandle) -> Self {
        let lost = is_lost(chat);
        match &*chat.state.read() {
            State::Waiting { .. } => Self::RetryNow,
            State::Connecting | State::Handshaking if lost => Self::Trying,
            state if may_reopen(state) => Self::Reopen,
            _ => Self::Nothing,
        }
    }
}

/// The countdown to the next attempt, and the button that a person presses instead of waiting.
fn remedy(chat: &ChatHandle, lang: Memo<Language>, place: ElementRef) -> AnyView {
    let waits: Part = {
        let chat = chat.clone();
        Box::new(move || {
            let language = lang.get();
            let text = match Offer::to(&chat) {
                Offer::Trying => language.phrases().trying.to_owned(),
                Offer::RetryNow => language.seconds(chat.retry_in.get()?.as_secs()),
                Offer::Nothing | Offer::Reopen => return None,
            };
            Some(words("chat-countdown", "", text))
        })
    };
    let chat = chat.clone();
    let press: Part = Box::new(move || {
        let (said, offer, chat) = (lang.get().phrases(), Offer::to(&chat), chat.clone());
        if let Some(place) = place.get_untracked() {
            dom::pass_focus_on(&place, ".chat-button, .chat-field");
        }
        let (label, act) = match offer {
            Offer::Nothing | Offer::Trying => return None,
            Offer::RetryNow => (said.retry_now, ChatHandle::retry_now as fn(&ChatHandle)),
            Offer::Reopen => (said.reconnect, ChatHandle::open as fn(&ChatHandle)),
        };
        Some(button("chat-button", label.to_owned(), move || act(&chat)))
    });
    element(
        "span",
        "chat-remedy",
        vec![],
        vec![part(waits), part(press)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_chat_core::connection::UrlError;
    use leptos_chat_core::time::Instant;

    fn closed(reason: ClosedReason) -> State {
        State::Closed { reason }
    }

    #[test]
    fn a_broken_link_looks_bad_while_it_is_tried_again() {
        let waiting = State::Waiting {
            until: Instant::START,
        };
        assert_eq!(tone(&waiting, true), "bad");
        assert_eq!(tone(&State::Connecting, true), "bad");
        assert_eq!(tone(&State::Connecting, false), "busy");
        assert_eq!(tone(&closed(ClosedReason::App), false), "off");
        assert_eq!(
            tone(
                &closed(ClosedReason::Rejected(
                    leptos_chat_core::session::Reason::Refused
                )),
                false
            ),
            "bad"
        );
    }

    #[test]
    fn a_bad_url_is_not_opened_again_as_it_is() {
        assert!(!may_reopen(&closed(ClosedReason::BadUrl(UrlError::NoHost))));
        assert!(may_reopen(&closed(ClosedReason::App)));
        assert!(!may_reopen(&State::Idle));
    }
}
