//! Pure: when changes reach the screen. At once when it was quiet, once per animation frame while it is busy.

use std::time::Duration;

use crate::time::Instant;

/// About one frame.
const FRAME: Duration = Duration::from_millis(16);
/// So many times within a frame's time it is drawn at once: an own line and its echo are both there in time, and a flood
/// soon waits for frames.
const AT_ONCE: u32 = 2;

/// What is drawn as quickly as this keeps nobody waiting.
const QUICK: Duration = Duration::from_millis(8);
/// A page that takes long to draw is let rest at most so long.
const LONGEST_REST: Duration = Duration::from_millis(250);

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
    /// Until then the page has time for other things, such as a key.
    rests: Instant,
}

impl Pace {
    /// Something changed.
    pub fn changed(&mut self, now: Instant) -> Draw {
        if self.asked {
            return Draw::Awaited;
        }
        if now - self.began >= FRAME {
            (self.began, self.drawn) = (now, 0);
        }
        if self.drawn < AT_ONCE && now >= self.rests {
            self.drawn += 1;
            return Draw::Now;
        }
        self.asked = true;
        Draw::NextFrame
    }

    /// The frame that was asked for is there. Returns whether to draw now, or to ask for a further frame; `None` where nobody has
    /// asked for one.
    pub fn frame(&mut self, now: Instant) -> Option<Draw> {
        if !self.asked {
            return None;
        }
        if now < self.rests {
            return Some(Draw::NextFrame);
        }
        (self.began, self.drawn, self.asked) = (now, AT_ONCE, false);
        Some(Draw::Now)
    }

    /// It was drawn, and took so long. Where that was long, the page rests as long: on a slow machine, a reader's keys are not kept
    /// waiting by frame after frame. In a flood, which nobody reads, each second frame is enough.
    pub fn drew(&mut self, took: Duration, now: Instant) {
        let floods = self.drawn >= AT_ONCE;
        let rest = match took > QUICK {
            true => took.min(LONGEST_REST),
            false => Duration::ZERO,
        };
        self.rests = now + if floods { rest.max(FRAME) } else { rest };
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
                let frame = millis % 16 == 15 && pace.frame(at(*millis)) == Some(Draw::Now);
                pace.changed(at(*millis)) == Draw::Now || frame
            })
            .count();
        assert!((10..=12).contains(&drawn), "{drawn}");
    }

    #[test]
    fn a_frame_that_nobody_asked_for_draws_nothing() {
        let mut pace = Pace::default();
        assert_eq!(pace.frame(at(0)), None);
        let answers = [0, 1, 2, 3].map(|millis| pace.changed(at(millis)));
        assert_eq!(
            answers,
            [Draw::Now, Draw::Now, Draw::NextFrame, Draw::Awaited]
        );
        assert_eq!(
            [5, 6].map(|millis| pace.frame(at(millis))),
            [Some(Draw::Now), None]
        );
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

    #[test]
    fn where_drawing_takes_long_the_page_rests_as_long() {
        let mut pace = Pace::default();
        assert_eq!(pace.changed(at(0)), Draw::Now);
        pace.drew(Duration::from_millis(30), at(30));
        assert_eq!(pace.changed(at(31)), Draw::NextFrame);
        let frames = [48, 59, 60].map(|millis| pace.frame(at(millis)));
        assert_eq!(
            frames,
            [
                Some(Draw::NextFrame),
                Some(Draw::NextFrame),
                Some(Draw::Now)
            ]
        );
        pace.drew(Duration::from_secs(9), at(9_060));
        assert_eq!(pace.changed(at(9_400)), Draw::Now, "not for seconds");
    }

    #[test]
    fn a_flood_is_drawn_in_each_second_frame_and_a_quiet_page_at_once_however_soon() {
        let mut pace = Pace::default();
        for own_line_and_echo in [0, 4] {
            assert_eq!(pace.changed(at(own_line_and_echo)), Draw::Now);
            pace.drew(Duration::from_millis(3), at(own_line_and_echo + 3));
        }
        let mut drawn = Vec::new();
        for millis in 100..=200 {
            pace.changed(at(millis));
            if millis % 16 == 0 && pace.frame(at(millis)) == Some(Draw::Now) {
                drawn.push(millis);
                pace.drew(Duration::from_millis(5), at(millis + 5));
            }
        }
        assert_eq!(drawn, [112, 144, 176]);
    }
}
