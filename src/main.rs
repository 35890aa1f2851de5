//! The page: mounts the chat app.
#![forbid(unsafe_code)]

mod page;

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        // Fails only if there is a logger already.
        let _ = console_log::init_with_level(log::Level::Info);
    }
    page::start();
}
