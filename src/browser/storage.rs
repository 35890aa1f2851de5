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

/// Takes away what stands under keys that begin and end so.
pub(crate) fn take_away(start: &str, end: &str) {
    let Some(storage) = storage() else { return };
    let keys = 0..storage.length().unwrap_or_default();
    let keys: Vec<String> = keys.filter_map(|place| storage.key(place).ok()?).collect();
    for key in keys {
        if key.starts_with(start) && key.ends_with(end) {
            store(&key, None);
        }
    }
}

fn storage() -> Option<Storage> {
    // Even to look at it throws where the person has blocked it.
    web_sys::window()?.session_storage().ok()?
}
