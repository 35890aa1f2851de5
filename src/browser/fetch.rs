//! One HTTP GET, for the sessions that ask for one.

use js_sys::JsString;
use leptos_chat_core::session::FetchError;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCredentials, RequestInit, RequestMode, Response};

/// The body of a 2xx answer. The URL, which may hold a token, is in no error.
pub(super) async fn get(url: &str) -> Result<String, FetchError> {
    let answer = request(url, &RequestInit::new()).await;
    let answer = answer.ok_or(FetchError::Unreachable)?;
    if !answer.ok() {
        return Err(FetchError::Status(answer.status()));
    }
    text(&answer).await.ok_or(FetchError::Unreachable)
}

/// Calls back if a server answers at this URL, whatever it says: its answer stays closed to this page.
pub(crate) fn ask_whether_there(url: &str, there: impl FnOnce() + 'static) {
    let options = RequestInit::new();
    // Without this, a server that does not name this page's origin looks like none (CORS).
    options.set_mode(RequestMode::NoCors);
    options.set_credentials(RequestCredentials::Omit);
    let url = url.to_owned();
    wasm_bindgen_futures::spawn_local(async move {
        if request(&url, &options).await.is_some() {
            there();
        }
    });
}

async fn request(url: &str, options: &RequestInit) -> Option<Response> {
    let promise = web_sys::window()?.fetch_with_str_and_init(url, options);
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

async fn text(answer: &Response) -> Option<String> {
    let text = JsFuture::from(answer.text().ok()?).await.ok()?;
    Some(text.dyn_into::<JsString>().ok()?.into())
}
