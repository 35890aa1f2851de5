//! One HTTP GET, for the sessions that ask for one.

use gloo_net::http::Request;
use leptos_chat_core::session::FetchError;

/// The body of a 2xx answer. The URL, which may hold a token, is in no error.
pub(super) async fn get(url: &str) -> Result<String, FetchError> {
    let answer = Request::get(url).send().await;
    let answer = answer.map_err(|_| FetchError::Unreachable)?;
    if !answer.ok() {
        return Err(FetchError::Status(answer.status()));
    }
    answer.text().await.map_err(|_| FetchError::Unreachable)
}

/// Calls back if a server answers at this URL, whatever it says: its answer stays closed to this page.
pub(crate) fn ask_whether_there(url: &str, there: impl FnOnce() + 'static) {
    let request = Request::get(url)
        .mode(web_sys::RequestMode::NoCors)
        .credentials(web_sys::RequestCredentials::Omit);
    wasm_bindgen_futures::spawn_local(async move {
        if request.send().await.is_ok() {
            there();
        }
    });
}
