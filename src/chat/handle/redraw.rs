//! Brings changes to the screen at the pace that [`Pace`] says, by the browser's frames; those of a hidden page when it is seen
//! again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gloo_events::EventListener;
use leptos::prelude::{
    AnimationFrameRequestHandle, TimeoutHandle, queue_microtask,
    request_animation_frame_with_handle, set_timeout_with_handle,
};
use send_wrapper::SendWrapper;

use crate::browser;
use crate::lock::lock;
use leptos_chat_core::chat::pace::{Draw, Pace};
use leptos_chat_core::time::Instant;

/// A page that is hidden while it waits for a frame gets none.
const HIDDEN: Duration = Duration::from_millis(250);

/// Calls back at once when it was quiet, and at most once per frame else.
#[derive(Clone)]
pub(in crate::chat) struct Redraw {
    show: Arc<dyn Fn() + Send + Sync>,
    state: Arc<Mutex<Asked>>,
}

/// A frame that was asked for, unless the page rests first, and a timer.
type Frame = (
    Option<AnimationFrameRequestHandle>,
    SendWrapper<TimeoutHandle>,
);

#[derive(Default)]
struct Asked {
    pace: Pace,
    stopped: bool,
    /// It is being drawn: what changes in the same task is drawn with it.
    draws: bool,
    frame: Option<Frame>,
    /// The page is hidden, and something has changed since.
    back: Option<SendWrapper<EventListener>>,
}

impl Redraw {
    pub(in crate::chat) fn new(show: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            show: Arc::new(show),
            state: Arc::default(),
        }
    }

    /// Something changed.
    pub(in crate::chat) fn ask(&self) {
        self.ask_as(Pace::changed);
    }

    /// The person has said something.
    pub(in crate::chat) fn ask_for_own(&self) {
        self.ask_as(Pace::said);
    }

    /// A key was typed: it goes before a flood.
    pub(in crate::chat) fn give_way(&self) {
        lock(&self.state).pace.typed(browser::now());
    }

    fn ask_as(&self, judge: fn(&mut Pace, Instant) -> Draw) {
        let mut asked = lock(&self.state);
        if asked.stopped || asked.back.is_some() {
            return;
        }
        let draw = judge(&mut asked.pace, browser::now());
        if draw != Draw::Awaited && !browser::is_visible() {
            asked.pace = Pace::default();
            asked.back = self.when_visible();
            return;
        }
        match draw {
            Draw::Awaited => {}
            Draw::Now => {
                drop(asked);
                self.draw();
            }
            draw => self.wait(&mut asked, draw),
        }
    }

    fn draw(&self) {
        let (state, began) = (self.state.clone(), browser::now());
        (self.show)();
        if std::mem::replace(&mut lock(&state).draws, true) {
            return;
        }
        // What follows from a signal is drawn in tasks that run before this one.
        queue_microtask(move || {
            let now = browser::now();
            let mut asked = lock(&state);
            asked.draws = false;
            asked.pace.drew(now - began, now);
        });
    }

    fn wait(&self, asked: &mut Asked, draw: Draw) {
        asked.cancel();
        let rest = match draw {
            Draw::Later(rest) => Some(rest),
            _ => None,
        };
        asked.frame = self.request(rest);
        if asked.frame.is_none() {
            asked.pace.no_frame();
        }
    }

    #[inline(never)]
    fn when_visible(&self) -> Option<SendWrapper<EventListener>> {
        let (state, show) = (self.state.clone(), self.show.clone());
        let seen = move || {
            let back = lock(&state).back.take();
            show();
            // The listener that runs this goes last.
            drop(back);
        };
        browser::when_visible(seen).map(SendWrapper::new)
    }

    /// Asks for a frame, and for a timer in case there are none; for a timer alone where the page is to rest first.
    fn request(&self, rest: Option<Duration>) -> Option<Frame> {
        let this = self.clone();
        let run = move || {
            let mut asked = lock(&this.state);
            asked.cancel();
            match asked.pace.frame(browser::now()) {
                Some(Draw::Now) => {
                    drop(asked);
                    this.draw();
                }
                Some(draw) => this.wait(&mut asked, draw),
                None => {}
            }
        };
        let frame = match rest {
            Some(_) => None,
            None => Some(request_animation_frame_with_handle(run.clone()).ok()?),
        };
        let timeout = set_timeout_with_handle(run, rest.unwrap_or(HIDDEN)).ok()?;
        Some((frame, SendWrapper::new(timeout)))
    }

    /// Nothing is shown any more.
    pub(in crate::chat) fn stop(&self) {
        let mut asked = lock(&self.state);
        asked.stopped = true;
        asked.cancel();
    }
}

impl Asked {
    fn cancel(&mut self) {
        self.back = None;
        if let Some((frame, timeout)) = self.frame.take() {
            if let Some(frame) = frame {
                frame.cancel();
            }
            timeout.clear();
        }
    }
}
