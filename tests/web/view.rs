//! `<Chat>` in a real document: the page's contract, and that nothing of it is left after an unmount.

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos_chat::{Chat, ChatOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

use super::support::{until, until_clients, url};

/// A mounted chat; gone when dropped.
struct Mounted {
    place: HtmlElement,
    handle: Option<Box<dyn std::any::Any>>,
}

impl Mounted {
    fn chat(path: &str) -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let url = url(path);
        let handle: UnmountHandle<_> = mount_to(place.clone(), move || {
            let mut options = ChatOptions::default();
            options.keep_unsent = false;
            view! { <Chat url=url user="ada" options /> }
        });
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
    assert_eq!(chat.attribute("[role=log]", "data-count").unwrap(), "2");
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
