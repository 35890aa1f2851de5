//! The page: mounts the chat app.
#![forbid(unsafe_code)]

mod page;

fn main() {
    page::start();
}
