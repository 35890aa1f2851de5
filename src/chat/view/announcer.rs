//! What a screen reader hears of others' messages, and of own ones that failed: at most once a second, and never the messages
//! themselves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::element::{element, is};
use super::parts::{Text, effect};
use crate::browser;
use crate::chat::handle::Failures;
use crate::chat::handle::{ChatHandle, Messages};
use crate::lock::lock;
use leptos_chat_core::chat::advice::Advice;
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::chat::message::{Author, ChatMessage};
use leptos_chat_core::connection::Failure;
use leptos_chat_core::letters::is_letter;
use leptos_chat_core::time::Instant;

/// The least time between two announcements.
const EVERY: Duration = Duration::from_secs(1);

/// Pure: what waits to be said, and when it may be.
#[derive(Clone, Debug, Default, PartialEq)]
struct Waiting {
    count: u64,
    sender: Option<String>,
    failed: u64,
    why: Option<Failure>,
    /// What the server told as an error last.
    error: Option<String>,
    advice: Option<Advice>,
    spoke: Option<Instant>,
}

impl Waiting {
    fn hear(&mut self, message: &ChatMessage) {
        if message.author == Author::Other {
            self.count += 1;
            self.sender.clone_from(&message.sender);
        }
        if message.error {
            self.error = Some(message.body.to_string());
        }
    }

    fn fail(&mut self, count: u64, why: Option<&Failure>) {
        if count > 0 {
            self.failed += count;
            self.why = why.cloned();
        }
    }

    /// How long to wait before saying it; `None` when there is nothing to say.
    fn delay(&self, now: Instant) -> Option<Duration> {
        let free = self.spoke.map_or(now, |spoke| spoke + EVERY);
        let waits = self.count + self.failed > 0 || self.error.is_some() || self.advice.is_some();
        waits.then(|| free - now)
    }

    fn speak(&mut self, now: Instant, language: Language) -> String {
        let failed = self.why.as_ref().map(|why| {
            let text = language.not_sent(self.failed, why);
            if text.ends_with(is_letter) {
                text + "."
            } else {
                text
            }
        });
        let heard = match self.count {
            0 => None,
            1 => Some(language.message_from(self.sender.as_deref())),
            count => Some(language.new_messages(count)),
        };
        let error = self
            .error
            .as_deref()
            .map(|words| language.error_said(words));
        let advice = self.advice.as_ref().map(|advice| language.advice(advice));
        let mut text = String::new();
        for sentence in [error, failed, heard, advice].iter().flatten() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(sentence);
        }
        *self = Self {
            spoke: Some(now),
            ..Self::default()
        };
        text
    }
}

#[derive(Default)]
struct Announcer {
    heard: u64,
    failures: u64,
    advice: Option<Advice>,
    waiting: Waiting,
    timer: Option<SendWrapper<TimeoutHandle>>,
    odd: bool,
}

impl Announcer {
    fn catch_up(&mut self, messages: &Messages) {
        let timeline = messages.read();
        // A line that comes late counts by the one that it moved to the end.
        for key in self.heard.max(timeline.first_key())..timeline.end_key() {
            if let Some(message) = timeline.get(key) {
                self.waiting.hear(message);
            }
        }
        self.heard = timeline.end_key();
    }

    fn count_failures(&mut self, failures: &Failures) {
        self.waiting.fail(
            failures.count.saturating_sub(self.failures),
            failures.last.as_ref(),
        );
        self.failures = failures.count;
    }

    /// Advice is spoken once, when it comes.
    fn take_advice(&mut self, advice: Option<Advice>) {
        if self.advice != advice {
            self.waiting.advice.clone_from(&advice);
        }
        self.advice = advice;
    }

    /// The same words twice are announced twice only if they differ: by a space that nobody hears.
    fn text(&mut self, language: Language) -> String {
        self.timer = None;
        self.odd = !self.odd;
        let text = self.waiting.speak(browser::now(), language);
        if self.odd { text } else { text + "\u{a0}" }
    }
}

/// The announcer's view: a live region that nobody sees.
pub(super) fn announcer(chat: &ChatHandle, lang: Memo<Language>) -> AnyView {
    let said = ArcRwSignal::new(String::new());
    // What is there already, when the view appears, is history.
    let announcer = Arc::new(Mutex::new(Announcer {
        heard: chat
            .messages
            .with_untracked(|messages| messages.read().end_key()),
        failures: chat.failures().with_untracked(|failures| failures.count),
        ..Announcer::default()
    }));
    effect({
        let said = said.clone();
        let (announcer, delay) = (announcer.clone(), hears(chat, announcer.clone()));
        move || {
            if let Some(delay) = delay() {
                speak_after(delay, &announcer, &said, lang);
            }
        }
    });
    on_cleanup(move || {
        if let Some(timer) = lock(&announcer).timer.take() {
            timer.clear();
        }
    });
    let said: Text = Arc::new(move || said.get());
    element(
        "div",
        "chat-hidden",
        vec![is("aria-live", "polite")],
        vec![said.into_any()],
    )
}

/// Takes in what is new. Returns after what time it is to be said, unless a timer runs already.
fn hears(
    chat: &ChatHandle,
    announcer: Arc<Mutex<Announcer>>,
) -> impl Fn() -> Option<Duration> + use<> {
    let (chat, failures) = (chat.clone(), chat.failures());
    move || {
        let (messages, failures) = (chat.messages.read(), failures.read());
        let advice = chat.advice.get();
        let mut announcer = lock(&announcer);
        announcer.catch_up(&messages);
        announcer.count_failures(&failures);
        announcer.take_advice(advice);
        let idle = announcer.timer.is_none();
        idle.then(|| announcer.waiting.delay(browser::now()))
            .flatten()
    }
}

#[inline(never)]
fn speak_after(
    delay: Duration,
    announcer: &Arc<Mutex<Announcer>>,
    said: &ArcRwSignal<String>,
    lang: Memo<Language>,
) {
    let (said, speaker) = (said.clone(), announcer.clone());
    let speak = move || {
        let language = lang.try_get_untracked().unwrap_or_default();
        let text = lock(&speaker).text(language);
        said.set(text);
    };
    let timer = set_timeout_with_handle(speak, delay)
        .ok()
        .map(SendWrapper::new);
    lock(announcer).timer = timer;
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_chat_core::session::Body;

    fn message(author: Author, sender: Option<&str>) -> ChatMessage {
        ChatMessage {
            author,
            sender: sender.map(Into::into),
            body: Body::Text("secret".into()),
            ..ChatMessage::default()
        }
    }

    #[test]
    fn one_is_named_many_are_counted_and_the_words_are_not_told() {
        let mut waiting = Waiting::default();
        waiting.hear(&message(Author::Other, Some("Bob")));
        assert_eq!(
            waiting.speak(Instant::START, Language::English),
            "Message from Bob"
        );
        waiting.hear(&message(Author::Other, None));
        assert_eq!(
            waiting.clone().speak(Instant::START, Language::English),
            "Message from someone"
        );
        waiting.hear(&message(Author::Other, Some("Bob")));
        assert_eq!(
            waiting.speak(Instant::START, Language::English),
            "2 new messages"
        );
    }

    #[test]
    fn own_messages_that_failed_are_told_once_with_the_reason() {
        let mut waiting = Waiting::default();
        waiting.fail(0, Some(&Failure::Unconfirmed));
        assert_eq!(waiting.delay(Instant::START), None);
        waiting.fail(
            1,
            Some(&Failure::Refused(
                leptos_chat_core::session::Reason::Server("too long".into()),
            )),
        );
        waiting.hear(&message(Author::Other, Some("Bob")));
        let text = waiting.speak(Instant::START, Language::English);
        assert_eq!(
            text,
            "Message not sent: Not accepted: too long. Message from Bob"
        );
        assert_eq!(waiting.speak(Instant::START, Language::English), "");
        waiting.fail(3, Some(&Failure::Interrupted));
        let text = waiting.speak(Instant::START, Language::English);
        assert_eq!(
            text,
            "3 messages not sent: The page was closed before it was sent."
        );
    }

    #[test]
    fn an_error_that_the_server_tells_is_spoken() {
        let mut waiting = Waiting::default();
        waiting.hear(&ChatMessage {
            error: true,
            body: Body::Text("You are muted".into()),
            ..message(Author::System, None)
        });
        assert_eq!(waiting.delay(Instant::START), Some(Duration::ZERO));
        let text = waiting.speak(Instant::START, Language::English);
        assert_eq!(text, "Error from the server: You are muted");
        assert_eq!(waiting.delay(Instant::START), None);
    }

    #[test]
    fn advice_is_spoken_once() {
        let mut announcer = Announcer::default();
        for _ in 0..2 {
            announcer.take_advice(Some(Advice::NothingHeard));
        }
        let text = announcer.waiting.speak(Instant::START, Language::English);
        assert!(text.starts_with("Nothing was heard"), "{text}");
        announcer.take_advice(Some(Advice::NothingHeard));
        assert_eq!(announcer.waiting.delay(Instant::START), None);
    }

    #[test]
    fn own_and_system_messages_are_silent() {
        let mut waiting = Waiting::default();
        waiting.hear(&message(Author::Me, Some("Ada")));
        waiting.hear(&message(Author::System, None));
        assert_eq!(waiting.delay(Instant::START), None);
    }

    #[test]
    fn it_speaks_at_once_when_it_was_quiet_and_once_a_second_else() {
        let mut waiting = Waiting::default();
        let at = |millis| Instant::from_start(Duration::from_millis(millis));
        waiting.hear(&message(Author::Other, None));
        assert_eq!(waiting.delay(at(5_000)), Some(Duration::ZERO));
        let _ = waiting.speak(at(5_000), Language::English);
        waiting.hear(&message(Author::Other, None));
        assert_eq!(waiting.delay(at(5_400)), Some(Duration::from_millis(600)));
        assert_eq!(waiting.delay(at(9_000)), Some(Duration::ZERO));
    }
}
