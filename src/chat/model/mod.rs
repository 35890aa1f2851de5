//! What the views decide: plain values without Leptos and without a browser. (What a chat *holds* stands in the core.)

pub(in crate::chat) mod enter_key;
