//! How a future is woken that waits for what the connection tells.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use crate::lock::lock;

/// The waker of one future, of its last poll. Clones are the same one.
#[derive(Clone, Default)]
pub(super) struct SharedWaker(Arc<Mutex<Option<Waker>>>);

impl SharedWaker {
    /// The future waits: who polls it is to be woken.
    pub(super) fn register(&self, cx: &Context<'_>) {
        *lock(&self.0) = Some(cx.waker().clone());
    }

    pub(super) fn wake(&self) {
        // Not within the lock: who is woken may poll at once.
        let waker = lock(&self.0).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// For a listener: wakes the future as well when the connection lets go of its listeners. Nothing more is told then.
pub(super) struct WakeOnDrop(pub(super) SharedWaker);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        self.0.wake();
    }
}
