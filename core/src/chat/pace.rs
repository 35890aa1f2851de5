//! Pure: when changes reach the screen. At once when it was quiet, once per animation frame while it is busy.

use std::time::Duration;

use crate::time::Instant;

/// About one frame.
const FRAME: Duration = Duration::from_millis(16);
/// So many times within a frame's time it is drawn at once: an own line and its echo are both there in time, and a flood
/// soon waits for frames.
const AT_ONCE: u32 = 2;

/// What to do about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// Draw now.
    Now,
    /// Ask for the next frame, and draw then.
    NextFrame,
    /// A frame was asked for already: it will show this change too.
    Awaited,
}

/// The pace of one chat's drawing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    began: Instant,
    drawn: u32,
    asked: bool,
}

impl Pace {
    /// Something changed.
    pub fn changed(&mut self, now: Instant) -> Draw {
        if self.asked {
            return Draw::Awaited;
        }
        if now - self.began >= FRAME {
            *self = Self {
                began: now,
                ..Self::default()
            };
        }
        if self.drawn < AT_ONCE {
            self.drawn += 1;
            return Draw::Now;
        }
        self.asked = true;
        Draw::NextFrame
    }

    /// The frame that was asked for is there. Returns whether there is something to draw.
    pub fn frame(&mut self, now: Instant) -> bool {
        let due = self.asked;
        if due {
            *self = Self {
                began: now,
                drawn: AT_ONCE,
                asked: false,
            };
        }
        due
    }

    /// The frame that was asked for could not be had.
    pub fn no_frame(&mut self) {
        self.asked = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_start(Duration::from_millis(1_000 + millis))
    }

    #[test]
    fn what_comes_after_quiet_is_drawn_at_once_and_its_echo_too() {
        let mut pace = Pace::default();
        assert_eq!(pace.changed(at(0)), Draw::Now);
        assert_eq!(pace.changed(at(1)), Draw::Now);
        assert_eq!(pace.changed(at(100)), Draw::Now);
    }

    #[test]
    fn a_flood_is_drawn_once_a_frame() {
        let mut pace = Pace::default();
        let drawn = (0..160)
            .filter(|millis| {
                let frame = millis % 16 == 15 && pace.frame(at(*millis));
                pace.changed(at(*millis)) == Draw::Now || frame
            })
            .count();
        assert!((10..=12).contains(&drawn), "{drawn}");
    }

    #[test]
    fn a_frame_that_nobody_asked_for_draws_nothing() {
        let mut pace = Pace::default();
        assert!(!pace.frame(at(0)));
        let answers = [0, 1, 2, 3].map(|millis| pace.changed(at(millis)));
        assert_eq!(
            answers,
            [Draw::Now, Draw::Now, Draw::NextFrame, Draw::Awaited]
        );
        assert!(pace.frame(at(5)) && !pace.frame(at(6)));
    }

    #[test]
    fn a_frame_that_cannot_be_had_does_not_stop_the_drawing() {
        let mut pace = Pace::default();
        for millis in 0..3 {
            pace.changed(at(millis));
        }
        pace.no_frame();
        assert_eq!(pace.changed(at(4)), Draw::NextFrame);
        assert_eq!(pace.changed(at(30)), Draw::Awaited);
    }
}
