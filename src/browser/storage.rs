//! This tab's storage. It survives a reload and a crash, and no other tab reads it. Blocked storage is no storage.

use web_sys::Storage;

/// What stands under this key.
pub(crate) fn load(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Puts a text under this key, or takes away what is there.
pub(crate) fn store(key: &str, text: Option<&str>) {
    let Some(storage) = storage() else { return };
    let stored = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
    if stored.is_err() {
        log::warn!("the browser's storage is full; messages that wait would not survive a reload");
    }
}

fn storage() -> Option<Storage> {
    // Even to look at it throws where the person has blocked it.
    web_sys::window()?.session_storage().ok()?
}
