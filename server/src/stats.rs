//! What passed through the server, for tests that want to see the server's side.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::ws::{Message, Utf8Bytes};
use serde_json::{Value, json};

use crate::lock;

const LOG_TEXTS: usize = 1000;
const LOG_BYTES: usize = 32 * 1024 * 1024;

/// Counters, and with faults on the last texts received.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    received: AtomicU64,
    sent: AtomicU64,
    log: Option<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    texts: VecDeque<Utf8Bytes>,
    bytes: usize,
}

impl Stats {
    pub(crate) fn new(keeps_log: bool) -> Self {
        Self {
            log: keeps_log.then(Mutex::default),
            ..Self::default()
        }
    }

    pub(crate) fn count_received(&self, message: &Message) {
        self.received.fetch_add(1, Ordering::Relaxed);
        if let (Some(log), Message::Text(text)) = (&self.log, message) {
            lock(log).push(text.clone());
        }
    }

    pub(crate) fn count_sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn to_json(&self, clients: usize) -> Value {
        let log: Vec<Value> = match &self.log {
            Some(log) => lock(log)
                .texts
                .iter()
                .map(|text| text.as_str().into())
                .collect(),
            None => Vec::new(),
        };
        json!({
            "clients": clients,
            "received": self.received.load(Ordering::Relaxed),
            "sent": self.sent.load(Ordering::Relaxed),
            "log": log,
        })
    }
}

impl Log {
    fn push(&mut self, text: Utf8Bytes) {
        self.bytes += text.len();
        self.texts.push_back(text);
        while self.texts.len() > LOG_TEXTS || (self.bytes > LOG_BYTES && self.texts.len() > 1) {
            let Some(oldest) = self.texts.pop_front() else {
                return;
            };
            self.bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_the_last_thousand_texts() {
        let stats = Stats::new(true);
        for number in 0..1005 {
            stats.count_received(&Message::text(number.to_string()));
        }
        let json = stats.to_json(2);
        assert_eq!(json["received"], 1005);
        assert_eq!(json["clients"], 2);
        assert_eq!(json["log"].as_array().unwrap().len(), 1000);
        assert_eq!(json["log"][0], "5");
    }

    #[test]
    fn the_log_is_bounded_in_bytes_too() {
        let mut log = Log::default();
        for _ in 0..4 {
            log.push(Utf8Bytes::from("x".repeat(LOG_BYTES / 2)));
        }
        assert_eq!(log.texts.len(), 2);
    }
}
