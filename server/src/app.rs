//! What all requests share: the server's state, their parameters, and answers in JSON.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, watch};

use crate::hub::Hub;
use crate::link::Links;
use crate::options::Options;
use crate::origin::OriginPolicy;
use crate::stats::Stats;

/// What all requests share.
pub(crate) struct App {
    pub(crate) options: Options,
    pub(crate) origins: OriginPolicy,
    pub(crate) hub: Arc<Hub>,
    pub(crate) links: Arc<Links>,
    pub(crate) stats: Stats,
    /// One permit for each client.
    pub(crate) slots: Arc<Semaphore>,
    /// Set by `/control/refuse`.
    pub(crate) is_refusing: AtomicBool,
    pub(crate) stop: watch::Receiver<bool>,
}

impl App {
    /// How many clients are connected.
    pub(crate) fn clients(&self) -> usize {
        self.options
            .max_clients
            .saturating_sub(self.slots.available_permits())
    }
}

/// A request's query.
pub(crate) type Parameters = HashMap<String, String>;

/// An answer in JSON.
pub(crate) fn json(value: &serde_json::Value) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (headers, value.to_string()).into_response()
}
