//! What the browser remembers for the next visit: the form's entries and the language, and no secrets.

use leptos::prelude::window;
use leptos::web_sys::Storage;
use leptos_chat::{Language, Protocol};

use super::extras::Extras;
use super::field::Field;
use super::room::Settings;

/// Query parameters whose name holds one of these may be secrets.
const SECRETS: [&str; 11] = [
    "token",
    "key",
    "secret",
    "pass",
    "pwd",
    "auth",
    "sig",
    "jwt",
    "session",
    "credential",
    "code",
];

/// What was remembered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memories {
    pub url: Option<String>,
    pub protocol: Option<Protocol>,
    pub user: Option<String>,
    /// Without the password, which is not stored.
    pub extras: Extras,
}

/// The browser's storage, if it lets us have it.
#[derive(Clone)]
pub struct Memory(Option<send_wrapper::SendWrapper<Storage>>);

impl Memory {
    /// Asks the browser. Where storage is blocked, nothing is remembered, and nothing else changes.
    pub fn of_browser() -> Self {
        let storage = window().local_storage().ok().flatten();
        Self(storage.map(send_wrapper::SendWrapper::new))
    }

    /// What was remembered.
    pub fn recall(&self) -> Memories {
        Memories {
            url: self.get("url"),
            protocol: self.get("protocol").and_then(|name| name.parse().ok()),
            user: self.get("user"),
            extras: Extras::read(|name| self.get(name).into_iter().collect()),
        }
    }

    /// The language that the person chose last.
    pub fn language(&self) -> Option<Language> {
        self.get("lang")?.parse().ok()
    }

    /// Remembers the form's entries.
    pub fn remember(&self, settings: &Settings) {
        self.set("url", without_secrets(&settings.url));
        self.set("protocol", settings.protocol.name());
        self.set("user", &settings.user);
        for field in Field::ALL {
            if let Some(name) = field.public_name() {
                self.set(name, settings.extras.raw(field).trim());
            }
        }
    }

    /// Remembers the language that the person chose.
    pub fn remember_language(&self, language: Language) {
        self.set("lang", language.name());
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.as_ref()?.get_item(&item(name)).ok().flatten()
    }

    fn set(&self, name: &str, value: &str) {
        if let Some(storage) = &self.0 {
            // A full or blocked storage forgets; that is all.
            let _ = storage.set_item(&item(name), value);
        }
    }
}

fn item(name: &str) -> String {
    format!("leptos-chat.{name}")
}

/// A URL without its query, if that may hold a secret. (One with a password in front of the host is never connected to.)
fn without_secrets(url: &str) -> &str {
    let Some((front, query)) = url.split_once('?') else {
        return url;
    };
    let secret = query.split('&').any(|pair| {
        let name = pair
            .split('=')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        // A name that is itself encoded may be anything.
        name.contains('%') || SECRETS.iter().any(|word| name.contains(word))
    });
    if secret { front } else { url }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_remembered() {
        for query in [
            "token=1",
            "room=2&api_key=3",
            "ACCESS_TOKEN=x",
            "a&Password",
            "%74oken=x",
            "x-auth=1",
        ] {
            assert_eq!(
                without_secrets(&format!("wss://x/y?{query}")),
                "wss://x/y",
                "{query}"
            );
        }
    }

    #[test]
    fn other_queries_are() {
        for url in [
            "wss://x/y",
            "wss://x/y?room=2",
            "ws://x/?EIO=4&transport=websocket",
            "ws://x/token",
        ] {
            assert_eq!(without_secrets(url), url);
        }
    }
}
