//! What is logged, and where the program panics: on the browser's console.

use std::panic;

use leptos::web_sys::console;
use log::{LevelFilter, Log, Metadata, Record};

struct Console;

impl Log for Console {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        console::warn_1(&record.args().to_string().into());
    }

    fn flush(&self) {}
}

/// Shows warnings, errors and panics from now on.
pub fn start() {
    panic::set_hook(Box::new(|panic| {
        console::error_1(&panic.to_string().into())
    }));
    // Fails only if there is a logger already.
    let _ = log::set_logger(&Console);
    log::set_max_level(LevelFilter::Warn);
}
