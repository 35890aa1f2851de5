//! A listener's place: it hears until this is dropped.

use std::fmt;

use send_wrapper::SendWrapper;

use crate::browser::{self, Driver};
use leptos_chat_core::connection::Event;

/// A listener that hears until this is dropped.
#[must_use = "the listener hears nothing once this is dropped"]
pub struct Subscription(Option<(SendWrapper<Driver>, browser::Subscription)>);

impl Subscription {
    pub(super) fn new(
        driver: Option<SendWrapper<Driver>>,
        listener: impl Fn(&Event) + 'static,
    ) -> Self {
        Self(driver.map(|driver| {
            let place = driver.subscribe(listener);
            (driver, place)
        }))
    }

    /// Lets the listener hear as long as the connection is there.
    pub fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some((driver, place)) = self.0.take() {
            driver.unsubscribe(place);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}
