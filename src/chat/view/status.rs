//! The status: where the connection stands, why, and what a person can do about it.

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;

use super::dom;
use crate::browser::{self, IN_BROWSER};
use crate::chat::handle::ChatHandle;
use crate::chat::language::Language;
use leptos_chat_core::chat::advice::{self, Advice};
use leptos_chat_core::connection::{ClosedReason, State};

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

/// The status line. What ticks (the countdown, the answer time) stands outside of what is spoken.
#[component]
pub(in crate::chat) fn Status(
    /// The chat.
    chat: ChatHandle,
    /// The language.
    lang: Signal<Language>,
    /// The usual shapes to pick from.
    shapes: Option<ViewFn>,
) -> impl IntoView {
    let (state, lost, ready) = (
        chat.state.clone(),
        chat.last_disconnect.clone(),
        chat.ready_state.clone(),
    );
    let text = ArcMemo::new({
        let (state, lost, refuses) = (state.clone(), lost.clone(), chat.refuses.clone());
        move |_| {
            let language = lang.get();
            let origin = refuses.get().then(dom::origin);
            let lost = lost.read();
            let why = lost
                .as_ref()
                .map(|why| language.lost(why, origin.as_deref()));
            language.status(&state.read(), why)
        }
    });
    let tone = {
        let (state, lost) = (state.clone(), lost.clone());
        move || tone(&state.read(), lost.read().is_some())
    };
    let ready = move || ready.get().code().to_string();
    let name = {
        let state = state.clone();
        move || state.read().name()
    };
    let alert = ArcMemo::new(move |_| match &*state.read() {
        State::Closed { reason } => lang.get().closed(reason).unwrap_or_default(),
        _ => String::new(),
    });
    let place = NodeRef::<Div>::new();
    view! {
        <div node_ref=place class="chat-status" data-tone=tone>
            <span class="chat-dot" aria-hidden="true"></span>
            <span class="chat-status-text" role="status" data-ready-state=ready data-state=name>
                {move || text.get()}
            </span>
            <Facts chat=chat.clone() lang />
            <Remedy chat=chat.clone() lang place />
            <p class="chat-alert" role="alert">{move || alert.get()}</p>
            {advice_line(&chat, lang, shapes)}
        </div>
    }
    .into_any()
}

/// What may be the matter, with the shapes to pick from in reach.
fn advice_line(
    chat: &ChatHandle,
    lang: Signal<Language>,
    shapes: Option<ViewFn>,
) -> impl IntoView + use<> {
    let (advice, chat) = (chat.advice.clone(), chat.clone());
    move || {
        advice.get().map(|advice| {
            let language = lang.get();
            let words = language.advice(&advice);
            let help = match advice {
                Advice::EndsWhenSilent { seconds } => heartbeat_button(&chat, language, seconds),
                _ => shapes.as_ref().map(ViewFn::run),
            };
            view! { <p class="chat-advice"><span>{words}</span> {help}</p> }
        })
    }
}

/// Turns heartbeats on that keep a link which ends after so many seconds of silence.
fn heartbeat_button(chat: &ChatHandle, language: Language, seconds: u64) -> Option<AnyView> {
    let chat = chat.clone();
    let keep = move |_| chat.set_heartbeat(advice::heartbeat_for(seconds));
    let button = view! {
        <button type="button" class="chat-button" on:click=keep>
            {language.words().send_heartbeats}
        </button>
    };
    Some(button.into_any())
}

/// For how many minutes the server has said nothing, looked at now and then.
fn quiet_minutes(chat: &ChatHandle) -> RwSignal<Option<u64>> {
    let quiet = RwSignal::new(None);
    if !IN_BROWSER {
        return quiet;
    }
    let socket = chat.socket().clone();
    let look = move || {
        let now = browser::now();
        let minutes = socket
            .last_heard()
            .and_then(|heard| advice::quiet_minutes(heard, now));
        if quiet.try_get_untracked() != Some(minutes) {
            quiet.try_set(minutes);
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, LOOK_EVERY) {
        on_cleanup(move || timer.clear());
    }
    quiet
}

/// The protocol in use, and how fast the server answers.
#[component]
fn Facts(chat: ChatHandle, lang: Signal<Language>) -> impl IntoView {
    let quiet = quiet_minutes(&chat);
    let ChatHandle {
        state,
        protocol,
        latency,
        ..
    } = chat;
    let open = ArcMemo::new(move |_| state.read().is_open());
    // All is read out here: a signal never forgets a reader that ends before it, such as one made anew with each link.
    move || {
        let language = lang.get();
        let name = language.spoken(&protocol.read());
        let quiet = quiet.get().map(|minutes| language.not_heard(minutes));
        let alive = || Some(format!("{} ms", latency.get()?.as_millis()));
        let latency = quiet.or_else(alive);
        open.get().then(|| {
            view! {
                <span class="chat-facts">
                    <span title=language.words().latency>{latency}</span>
                    <span class="chat-chip" title=language.words().protocol>{name}</span>
                </span>
            }
        })
    }
}

/// The countdown to the next attempt, and the button that a person presses instead of waiting.
#[component]
fn Remedy(chat: ChatHandle, lang: Signal<Language>, place: NodeRef<Div>) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum Offer {
        Nothing,
        Trying,
        RetryNow,
        Reopen,
    }
    let (state, lost, retry_in) = (
        chat.state.clone(),
        chat.last_disconnect.clone(),
        chat.retry_in.clone(),
    );
    let offer = ArcMemo::new(move |_| match &*state.read() {
        State::Waiting { .. } => Offer::RetryNow,
        State::Connecting | State::Handshaking if lost.read().is_some() => Offer::Trying,
        state if may_reopen(state) => Offer::Reopen,
        _ => Offer::Nothing,
    });
    let waits = {
        let offer = offer.clone();
        move || {
            let language = lang.get();
            let text = match offer.get() {
                Offer::Trying => Some(language.words().trying.to_owned()),
                Offer::RetryNow => retry_in.get().map(|left| language.seconds(left.as_secs())),
                Offer::Nothing | Offer::Reopen => None,
            };
            text.map(|text| view! { <span class="chat-countdown">{text}</span> })
        }
    };
    let button = move || {
        let (chat, words, offer) = (chat.clone(), lang.get().words(), offer.get());
        if let Some(place) = place.get_untracked() {
            dom::pass_focus_on(&place, ".chat-button, .chat-field");
        }
        match offer {
            Offer::Nothing | Offer::Trying => ().into_any(),
            Offer::RetryNow => view! {
                <button type="button" class="chat-button" on:click=move |_| chat.retry_now()>
                    {words.retry_now}
                </button>
            }
            .into_any(),
            Offer::Reopen => view! {
                <button type="button" class="chat-button" on:click=move |_| chat.open()>
                    {words.reconnect}
                </button>
            }
            .into_any(),
        }
    };
    view! { <span class="chat-remedy">{waits} {button}</span> }
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
