//! When changes reach the screen: at once when it was quiet, once per animation frame while it is busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leptos::prelude::AnimationFrameRequestHandle;
use leptos::prelude::{
    TimeoutHandle, request_animation_frame_with_handle, set_timeout_with_handle,
};
use send_wrapper::SendWrapper;
use std::sync::{Mutex, PoisonError};

use crate::browser;
use leptos_chat_core::time::Instant;

/// Quiet for this long: no need to wait for a frame.
const QUIET: Duration = Duration::from_millis(16);
/// A hidden page draws no frames; its signals follow all the same.
const HIDDEN: Duration = Duration::from_millis(250);

/// Calls back at most once per frame.
pub(in crate::chat) struct Flush {
    show: Arc<dyn Fn() + Send + Sync>,
    state: Arc<Mutex<Pending>>,
    stopped: Arc<AtomicBool>,
}

#[derive(Default)]
struct Pending {
    last: Instant,
    asked: Option<(AnimationFrameRequestHandle, SendWrapper<TimeoutHandle>)>,
}

impl Flush {
    pub(in crate::chat) fn new(show: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            show: Arc::new(show),
            state: Arc::default(),
            stopped: Arc::default(),
        }
    }

    /// Something changed.
    pub(in crate::chat) fn ask(&self) {
        if self.stopped.load(Ordering::Relaxed) {
            return;
        }
        let now = browser::now();
        let mut pending = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.asked.is_some() {
            return;
        }
        if now - pending.last >= QUIET {
            pending.last = now;
            drop(pending);
            (self.show)();
            return;
        }
        let run = {
            let state = self.state.clone();
            let show = self.show.clone();
            move || {
                let mut pending = state.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((frame, timeout)) = pending.asked.take() {
                    frame.cancel();
                    timeout.clear();
                    pending.last = browser::now();
                    drop(pending);
                    show();
                }
            }
        };
        let frame = request_animation_frame_with_handle(run.clone());
        let timeout = set_timeout_with_handle(run, HIDDEN);
        if let (Ok(frame), Ok(timeout)) = (frame, timeout) {
            pending.asked = Some((frame, SendWrapper::new(timeout)));
        }
    }

    /// Nothing is shown any more.
    pub(in crate::chat) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let asked = self
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .asked
            .take();
        if let Some((frame, timeout)) = asked {
            frame.cancel();
            timeout.clear();
        }
    }
}
