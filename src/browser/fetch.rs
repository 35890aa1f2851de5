//! One HTTP GET, for the sessions that ask for one.

use gloo_net::http::Request;

/// The body of a 2xx answer, or a reason that a person can read.
pub(super) async fn get(url: &str) -> Result<String, String> {
    let answer = Request::get(url).send().await.map_err(|_| {
        format!("{url} could not be reached, or its server does not allow this page (CORS)")
    })?;
    if !answer.ok() {
        return Err(format!(
            "{url} answered {} {}",
            answer.status(),
            answer.status_text()
        ));
    }
    answer.text().await.map_err(|error| error.to_string())
}
