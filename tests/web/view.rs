//! `<Chat>` in a real document: the page's contract, and that nothing of it is left after an unmount.

use std::time::Duration;

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos_chat::{Chat, ChatOptions, ChatView, SocketOptions, use_chat, use_socket};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

use super::support::{Alive, a_while, until, until_clients, url};

/// A mounted chat; gone when dropped.
struct Mounted {
    place: HtmlElement,
    handle: Option<Box<dyn std::any::Any>>,
}

impl Mounted {
    fn chat(path: &str) -> Self {
        let url = url(path);
        Self::view(move || {
            let mut options = ChatOptions::default();
            options.keep_unsent = false;
            view! { <Chat url=url user="ada" options /> }
        })
    }

    fn view<V: IntoView + 'static>(make: impl FnOnce() -> V + 'static) -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let handle: UnmountHandle<_> = mount_to(place.clone(), make);
        Self {
            place,
            handle: Some(Box::new(handle)),
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.place.query_selector(selector).unwrap()
    }

    fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.find(selector)?.get_attribute(name)
    }

    async fn until_open(&self) {
        until("the status says open", || {
            self.attribute("[role=status]", "data-state").as_deref() == Some("open")
        })
        .await;
        assert_eq!(
            self.attribute("[role=status]", "data-ready-state").unwrap(),
            "1"
        );
    }

    fn composer(&self) -> HtmlTextAreaElement {
        self.find("textarea").unwrap().unchecked_into()
    }

    fn type_text(&self, text: &str) {
        self.composer().set_value(text);
        let event = web_sys::Event::new("input").unwrap();
        self.composer().dispatch_event(&event).unwrap();
    }

    /// Presses Enter; returns whether the browser's own action was prevented.
    fn press_enter(&self, change: impl FnOnce(&web_sys::KeyboardEventInit)) -> bool {
        let init = web_sys::KeyboardEventInit::new();
        init.set_key("Enter");
        init.set_bubbles(true);
        init.set_cancelable(true);
        change(&init);
        let event =
            web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        !self.composer().dispatch_event(&event).unwrap()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.handle.take();
        self.place.remove();
    }
}

#[wasm_bindgen_test]
async fn an_own_message_is_sent_with_enter_and_shown_as_the_contract_says() {
    let chat = Mounted::chat("/channel");
    chat.until_open().await;
    chat.type_text("<b>hello</b>");
    assert!(chat.press_enter(|_| {}), "Enter is the chat's own");
    let own = "[role=log] [data-message][data-author=me]";
    until("it is delivered", || {
        chat.attribute(own, "data-delivery").as_deref() == Some("delivered")
    })
    .await;
    let text = chat.find(&format!("{own} [data-text]")).unwrap();
    assert_eq!(text.text_content().unwrap(), "<b>hello</b>");
    assert_eq!(text.child_element_count(), 0, "text is only ever text");
    assert_eq!(chat.composer().value(), "");
    assert_eq!(chat.attribute("[role=log]", "aria-live").unwrap(), "off");
    // The server's greeting may be held back for a moment, in case that it is a history.
    until("the greeting is counted", || {
        chat.attribute("[role=log]", "data-count").as_deref() == Some("2")
    })
    .await;
}

#[wasm_bindgen_test]
async fn shift_enter_and_a_composing_enter_send_nothing() {
    let chat = Mounted::chat("/channel");
    chat.until_open().await;
    chat.type_text("nihao");
    assert!(!chat.press_enter(|init| init.set_shift_key(true)));
    assert!(!chat.press_enter(|init| init.set_is_composing(true)));
    assert_eq!(chat.composer().value(), "nihao");
    assert!(chat.find("[data-author=me]").is_none());
}

#[wasm_bindgen_test]
async fn an_unmounted_chat_leaves_no_socket_and_no_element() {
    until_clients(0).await;
    let chat = Mounted::chat("/channel");
    chat.until_open().await;
    until_clients(1).await;
    let place = chat.place.clone();
    drop(chat);
    until_clients(0).await;
    assert_eq!(place.child_element_count(), 0);
}

/// Counts what is thrown in callbacks, where no test sees it: a panic is, and the app's program has ended. An observer that asks
/// for another turn is told of, and throws nothing.
const COUNT_THROWN: &str = "globalThis.__thrown ??= (addEventListener('error', ({ error }) => { \
    if (error) __thrown += 1; }), 0)";

fn thrown() -> f64 {
    js_sys::eval(COUNT_THROWN).unwrap().as_f64().unwrap()
}

#[wasm_bindgen_test]
async fn a_chat_may_go_while_a_long_text_is_written() {
    let before = thrown();
    let chat = Mounted::chat("/channel");
    chat.until_open().await;
    chat.type_text(&"x".repeat(20_000));
    drop(chat);
    // Longer than the person rests.
    a_while(Duration::from_millis(500)).await;
    assert!(thrown() <= before, "a callback panicked");
}

#[wasm_bindgen_test]
async fn what_was_written_just_before_the_view_goes_is_in_the_input() {
    let options = || ChatOptions::default().idle();
    let (_alive, chat) = Alive::with(|| use_chat(url("/channel"), options()));
    let shown = chat.clone();
    let mounted = Mounted::view(move || view! { <ChatView chat=shown /> });
    until("the field is there", || mounted.find("textarea").is_some()).await;
    mounted.type_text(&"x".repeat(20_000));
    assert_eq!(chat.input.get_untracked(), "");
    drop(mounted);
    assert_eq!(chat.input.get_untracked().len(), 20_000);
}

/// How the row of the last own message changed since `watch` was called, as `name of attribute` or `nodes`.
const WATCH: &str = "const seen = []; \
    const look = (records) => records.forEach(({ type, attributeName, target }) => { \
        if (target.closest('[data-author=me]')) seen.push(type === 'attributes' ? attributeName : 'nodes'); }); \
    const watch = new MutationObserver(look); \
    watch.observe(log, { subtree: true, attributes: true, childList: true, characterData: true }); \
    return seen";

#[wasm_bindgen_test]
async fn a_delivery_that_changes_touches_one_attribute_of_its_row() {
    let chat = Mounted::chat("/channel");
    chat.until_open().await;
    let log = chat.find("[role=log]").unwrap();
    // What comes after a quiet moment is drawn at once, and not when it is delivered already.
    a_while(Duration::from_millis(100)).await;
    let watch = js_sys::Function::new_with_args("log", WATCH);
    let seen: js_sys::Array = watch.call1(&log, &log).unwrap().unchecked_into();
    chat.type_text("hello");
    chat.press_enter(|_| {});
    let own = "[data-author=me]";
    until("it is delivered", || {
        chat.attribute(own, "data-delivery").as_deref() == Some("delivered")
    })
    .await;
    let names: Vec<String> = seen.iter().filter_map(|name| name.as_string()).collect();
    let others: Vec<&String> = names
        .iter()
        .filter(|name| !["data-delivery", "aria-setsize", "aria-posinset"].contains(&name.as_str()))
        .collect();
    assert!(others.is_empty() && !names.is_empty(), "{names:?}");
}

#[wasm_bindgen_test]
async fn many_messages_are_few_elements_and_all_are_counted() {
    let chat = Mounted::chat("/echo");
    chat.place.set_attribute("style", "height: 900px").unwrap();
    chat.until_open().await;
    for number in 0..300 {
        chat.type_text(&format!("line {number}"));
        chat.press_enter(|_| {});
    }
    let count = || {
        chat.attribute("[role=log]", "data-count")
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    until("all are there", || count() >= 300).await;
    let log = chat.find("[role=log]").unwrap();
    let elements = log.get_elements_by_tag_name("*").length();
    assert!(elements <= 600, "{elements} elements");
    let own = || {
        let texts = log.get_elements_by_class_name("chat-text");
        let mut texts =
            (0..texts.length()).map(|at| texts.item(at).unwrap().text_content().unwrap());
        texts.any(|text| text == "line 299")
    };
    until("the last is drawn", own).await;
}

#[wasm_bindgen_test]
async fn a_long_text_is_cut_until_all_of_it_is_asked_for() {
    let chat = Mounted::chat("/channel");
    chat.until_open().await;
    chat.type_text(&"x".repeat(10_000));
    chat.press_enter(|_| {});
    let own = "[data-author=me] [data-text]";
    let shown = || {
        chat.find(own)
            .map(|text| text.text_content().unwrap().len())
    };
    until("it is shown", || shown() == Some(4_000)).await;
    let more: HtmlElement = chat.find(".chat-more").unwrap().unchecked_into();
    more.click();
    assert_eq!(shown(), Some(10_000));
    assert!(chat.find(".chat-more").is_none());
}

/// What one page wrote first, and another one relays to us last.
#[wasm_bindgen_test]
async fn a_line_that_arrives_late_is_put_before_its_senders_later_ones() {
    let chat = Mounted::chat("/relay");
    chat.until_open().await;
    let (_alive, bo) = Alive::with(|| use_socket(url("/relay"), SocketOptions::default()));
    let say = |text: &str, millis: u32| {
        let id = format!("{millis:012x}70008000000100000005");
        bo.send(format!(r#"{{"id":"{id}","text":"{text}","user":"bo"}}"#))
            .unwrap();
    };
    let log = chat.find("[role=log]").unwrap();
    let texts = || {
        let texts = log.get_elements_by_class_name("chat-text");
        let text = |at| texts.item(at).and_then(|text| text.text_content());
        let texts: Vec<_> = (0..texts.length()).filter_map(text).collect();
        texts.join(" ")
    };
    say("second", 20);
    say("third", 30);
    until("both are shown", || texts() == "second third").await;
    let second = chat.find("[data-message='0']").unwrap();
    let third = chat.find("[data-message='1']").unwrap();
    say("first", 10);
    until("it stands before them", || texts() == "first second third").await;
    assert_eq!(
        chat.find("[data-message='2']"),
        Some(third),
        "its row stays"
    );
    assert!(!second.has_attribute("data-continues"));
    let second = chat.find("[data-message='1']").unwrap();
    assert!(
        second.has_attribute("data-continues"),
        "it follows the first one"
    );
}
