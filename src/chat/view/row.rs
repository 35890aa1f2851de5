//! One message, as a row of the list. Text from the network becomes text nodes and nothing else.

use std::sync::Arc;
use std::time::Duration;

use leptos::either::{Either, EitherOf3};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::wrappers::read::ArcSignal;

use super::dom;
use crate::chat::handle::ChatHandle;
use crate::chat::language::Language;
use crate::chat::language::one_line;
use crate::chat::language::phrases::Words;
use leptos_chat_core::chat::message::{Author, ChatMessage};
use leptos_chat_core::connection::{Delivery, SendError};
use leptos_chat_core::session::{Body, MessageId};

/// A longer text is cut, until the reader asks for all of it.
const SHOWN_CHARS: usize = 4_000;
/// How many bytes of binary data are shown.
const SHOWN_BYTES: usize = 32;
/// A message this soon after another by the same sender belongs to it.
const TOGETHER: Duration = Duration::from_secs(5 * 60);
/// How many colours there are for senders; the style sheet has them.
const HUES: u32 = 8;

/// Whether a message goes on where the one before left off: its sender need not be named again.
pub(in crate::chat) fn continues(message: &ChatMessage, before: Option<&ChatMessage>) -> bool {
    before.is_some_and(|before| {
        !message.gap_before
            && message.author != Author::System
            && message.author == before.author
            && message.sender == before.sender
            && message.at.abs_diff(before.at) < TOGETHER
    })
}

/// The first part of a long text; `None` for one that is shown whole.
fn beginning(text: &str) -> Option<&str> {
    if text.len() <= SHOWN_CHARS {
        return None;
    }
    let (cut, _) = text.char_indices().nth(SHOWN_CHARS)?;
    Some(&text[..cut])
}

/// The first bytes in hexadecimal, in pairs.
fn hex(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes
        .iter()
        .take(SHOWN_BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let rest = if bytes.len() > SHOWN_BYTES {
        " …"
    } else {
        ""
    };
    shown.join(" ") + rest
}

/// The sender's name as the row has it.
fn sender_name(message: &ChatMessage, words: &'static Words) -> String {
    match (
        message.sender.as_deref().and_then(one_line::name),
        message.author,
    ) {
        (Some(name), _) => name,
        (_, Author::Me) => words.you.into(),
        (_, Author::Other) => words.someone.into(),
        (_, Author::System) if message.error => words.server_tells_error.into(),
        (_, Author::System) => words.server.into(),
    }
}

/// A colour for a name: the same one for the same name.
fn hue(name: &str) -> u32 {
    name.bytes().fold(7, |hash: u32, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    }) % HUES
}

/// A row. It changes only where its delivery does; the list makes a new one for another language.
pub(in crate::chat) fn row(
    message: Arc<ChatMessage>,
    before: Option<&ChatMessage>,
    chat: &ChatHandle,
    language: Language,
) -> AnyView {
    let words = language.words();
    let delivery = message.id.and_then(|id| Some((id, chat.delivery(id)?)));
    let state = delivery
        .clone()
        .map(|(_, delivery)| move || delivery.read().name());
    let name = sender_name(&message, words);
    let initial: String = name
        .trim()
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .collect();
    let hue = hue(&name).to_string();
    let when = dom::when(message.at, language);
    let mark = delivery
        .clone()
        .map(|(_, delivery)| mark(delivery, language));
    let failure = delivery.map(|(id, delivery)| failure(id, delivery, chat.clone(), language));
    let note = message.unreadable.as_ref().map(|reason| {
        view! { <p class="chat-note" dir="auto">{words.unreadable.replace("{}", &language.told(reason))}</p> }
    });
    let gap = message
        .gap_before
        .then(|| view! { <p class="chat-gap">{words.gap}</p> });
    view! {
        <div
            role="listitem"
            class="chat-row"
            data-message=message.key.to_string()
            data-author=message.author.name()
            data-delivery=state
            data-continues=continues(&message, before).then_some("")
            data-unreadable=message.unreadable.is_some().then_some("")
            data-error=message.error.then_some("")
            data-hue=hue
        >
            {gap}
            <span class="chat-avatar" aria-hidden="true">{initial}</span>
            <div class="chat-bubble">
                <bdi class="chat-sender" data-sender>{name}</bdi>
                {note}
                <div class="chat-line">
                    {body(&message, language)}
                    <span class="chat-meta">
                        <time datetime=when.iso title=when.long>{when.short}</time>
                        {mark}
                    </span>
                </div>
            </div>
            {failure}
        </div>
    }
    .into_any()
}

fn body(message: &Arc<ChatMessage>, language: Language) -> impl IntoView + use<> {
    match &message.body {
        Body::Binary(bytes) => EitherOf3::A(view! {
            <p class="chat-note">{language.binary(bytes.len())}</p>
            <div class="chat-text chat-code" data-text>{hex(bytes)}</div>
        }),
        Body::Text(text) => match beginning(text) {
            None => EitherOf3::B(
                view! { <div class="chat-text" data-text dir="auto">{text.clone()}</div> },
            ),
            Some(beginning) => EitherOf3::C(long_text(
                message.clone(),
                beginning.to_owned(),
                text.len(),
                language,
            )),
        },
    }
}

/// A text that would be slow to draw: its beginning, and a button for the rest.
fn long_text(
    message: Arc<ChatMessage>,
    beginning: String,
    bytes: usize,
    language: Language,
) -> impl IntoView {
    let whole = RwSignal::new(false);
    let shown = move || {
        let text = message.body.as_text().filter(|_| whole.get());
        text.unwrap_or(&beginning).to_owned()
    };
    let button = move || {
        (!whole.get()).then(|| {
            view! {
                <button type="button" class="chat-more" on:click=move |_| whole.set(true)>
                    {language.show_all(bytes)}
                </button>
            }
        })
    };
    view! {
        <div class="chat-text" data-text dir="auto">{shown}</div>
        {button}
    }
}

/// A sign for the delivery, with words for those who cannot see it.
fn mark(delivery: ArcSignal<Delivery>, language: Language) -> impl IntoView {
    let words = move || language.delivery(&delivery.read());
    let title = words.clone();
    view! {
        <span class="chat-mark" title=title>
            <span class="chat-hidden">{words}</span>
        </span>
    }
}

/// Why an own message failed, and the way to try again.
fn failure(
    id: MessageId,
    delivery: ArcSignal<Delivery>,
    chat: ChatHandle,
    language: Language,
) -> impl IntoView {
    let refused = RwSignal::new(None::<SendError>);
    let place = NodeRef::<Div>::new();
    move || {
        if let Some(place) = place.get_untracked() {
            dom::pass_focus_on(&place, ".chat-field");
        }
        let Delivery::Failed(why) = delivery.get() else {
            return Either::Left(());
        };
        let chat = chat.clone();
        let retry = move |_| refused.set(chat.retry(id).err().map(|error| error.why));
        Either::Right(view! {
            <div node_ref=place class="chat-failure">
                <span dir="auto">{language.failure(&why)}</span>
                <button type="button" class="chat-retry" on:click=retry>{language.words().retry}</button>
                <span role="alert">{move || refused.get().map(|error| language.send_error(error))}</span>
            </div>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(author: Author, sender: Option<&str>, seconds: u64) -> ChatMessage {
        ChatMessage {
            author,
            sender: sender.map(Into::into),
            body: Body::Text("x".into()),
            at: Duration::from_secs(seconds),
            ..ChatMessage::default()
        }
    }

    #[test]
    fn the_same_sender_soon_after_goes_on() {
        let first = message(Author::Other, Some("Bob"), 0);
        let goes_on = |next: &ChatMessage| continues(next, Some(&first));
        assert!(goes_on(&message(Author::Other, Some("Bob"), 10)));
        assert!(!goes_on(&message(Author::Other, Some("Eve"), 10)));
        assert!(!goes_on(&message(Author::Other, Some("Bob"), 10_000)));
        assert!(!goes_on(&message(Author::Me, Some("Bob"), 10)));
        let after_gap = ChatMessage {
            gap_before: true,
            ..message(Author::Other, Some("Bob"), 10)
        };
        assert!(!goes_on(&after_gap));
        assert!(!continues(&message(Author::Other, None, 0), None));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(beginning(&"x".repeat(SHOWN_CHARS)), None);
        assert_eq!(
            beginning(&"x".repeat(SHOWN_CHARS + 1)).map(str::len),
            Some(SHOWN_CHARS)
        );
        let wide = "漢".repeat(SHOWN_CHARS);
        assert_eq!(beginning(&wide), None);
        let wider = "漢".repeat(SHOWN_CHARS + 7);
        assert_eq!(
            beginning(&wider).map(|text| text.chars().count()),
            Some(SHOWN_CHARS)
        );
    }

    #[test]
    fn bytes_are_shown_as_what_they_are() {
        assert_eq!(hex(&[]), "");
        assert_eq!(hex(&[0, 255, 16]), "00 ff 10");
        assert!(hex(&[1; 33]).ends_with("01 …"));
    }

    #[test]
    fn a_missing_name_has_a_stand_in() {
        let name =
            |author, sender| sender_name(&message(author, sender, 0), Language::English.words());
        assert_eq!(name(Author::Me, None), "You");
        assert_eq!(name(Author::Me, Some("Ada")), "Ada");
        assert_eq!(name(Author::Other, Some(" ")), "Someone");
        assert_eq!(name(Author::System, None), "Server");
        assert_eq!(name(Author::Other, Some("\n")), "Someone");
    }

    #[test]
    fn who_has_the_own_name_is_still_another_one() {
        let own = message(Author::Me, Some("Ada"), 0);
        assert!(!continues(
            &message(Author::Other, Some("Ada"), 1),
            Some(&own)
        ));
        let other = message(Author::Other, Some("Ada"), 0);
        assert!(!continues(
            &message(Author::Other, Some("Ada\u{200b}"), 1),
            Some(&other)
        ));
    }
}
