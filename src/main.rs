//! The page: mounts the chat app.
fn main() {}
