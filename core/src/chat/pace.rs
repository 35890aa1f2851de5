//! Pure: when changes reach the screen. At once as long as little was drawn lately, once per animation frame while it is busy.

use std::time::Duration;

use crate::time::Instant;

/// About one frame.
const FRAME: Duration = Duration::from_millis(16);
/// So much is drawn within a frame's time at once. A lone message takes less; a flood soon waits for frames.
const AT_ONCE: Duration = Duration::from_millis(4);

/// What is drawn as quickly as this keeps nobody waiting.
const QUICK: Duration = Duration::from_millis(8);
/// A flood, which nobody reads, is drawn so often.
const FLOOD: Duration = Duration::from_millis(40);
/// A page that takes long to draw is let rest at most so long, and so long at most a flood waits for who types.
const LONGEST_REST: Duration = Duration::from_millis(250);
/// After this the next key is not on its way any more.
const TYPES: Duration = Duration::from_millis(150);

/// What to do about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// Draw now.
    Now,
    /// Ask for the next frame, and draw then.
    NextFrame,
    /// Ask for no frame before the page has rested so long: one in which nothing is drawn costs something, too.
    Later(Duration),
    /// A frame was asked for already, or will be: it will show this change too.
    Awaited,
}

/// The pace of one chat's drawing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// When the time of a frame began, and how long was drawn in it.
    began: Instant,
    spent: Duration,
    asked: bool,
    /// No frame was asked for yet.
    later: bool,
    /// Until then the page has time for other things, such as a key.
    rests: Instant,
    /// When it was drawn last.
    last: Instant,
    /// When an own line was drawn last.
    own: Instant,
}

impl Pace {
    /// Something changed.
    pub fn changed(&mut self, now: Instant) -> Draw {
        if self.asked {
            // A browser that is flooded lets timers wait.
            return match self.later && self.rests - now <= FRAME {
                true => self.wait(now),
                false => Draw::Awaited,
            };
        }
        if now - self.began >= FRAME {
            (self.began, self.spent) = (now, Duration::ZERO);
        }
        if self.spent < AT_ONCE && now >= self.rests {
            return Draw::Now;
        }
        self.wait(now)
    }

    fn wait(&mut self, now: Instant) -> Draw {
        let rest = self.rests - now;
        (self.asked, self.later) = (true, rest > FRAME);
        match self.later {
            true => Draw::Later(rest),
            false => Draw::NextFrame,
        }
    }

    /// The person has said something, and sees it at once, whatever else waits to be drawn. An app may say more than one line in a
    /// frame's time.
    pub fn said(&mut self, now: Instant) -> Draw {
        if now - self.own < FRAME {
            return self.changed(now);
        }
        self.own = now;
        Draw::Now
    }

    /// The frame that was asked for is there, or the page has rested. Returns whether to draw now, or to ask for a further frame;
    /// `None` where nobody has asked for one.
    pub fn frame(&mut self, now: Instant) -> Option<Draw> {
        if !self.asked {
            return None;
        }
        if now < self.rests {
            return Some(self.wait(now));
        }
        // What comes until the next frame waits for that one.
        (self.began, self.spent, self.asked) = (now, AT_ONCE, false);
        Some(Draw::Now)
    }

    /// It was drawn, and took so long. Where that was long, the page rests as long: on a slow machine, a reader's keys are not kept
    /// waiting by frame after frame.
    pub fn drew(&mut self, took: Duration, now: Instant) {
        let floods = self.spent >= AT_ONCE;
        self.spent += took;
        let rest = match took > QUICK {
            true => took.min(LONGEST_REST),
            false => Duration::ZERO,
        };
        let rest = if floods { rest.max(FLOOD) } else { rest };
        (self.last, self.rests) = (now, now + rest);
    }

    /// A key was typed: a flood gives way to it and to the next one, and is drawn in a pause, or a few times a second. Own lines are
    /// no flood.
    pub fn typed(&mut self, now: Instant) {
        if self.asked {
            let rests = (now + TYPES).min(self.last + LONGEST_REST);
            self.rests = self.rests.max(rests);
        }
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

    /// A change at this time, drawn in two milliseconds if it is drawn at once.
    fn change(pace: &mut Pace, millis: u64) -> Draw {
        let draw = pace.changed(at(millis));
        if draw == Draw::Now {
            pace.drew(Duration::from_millis(2), at(millis + 2));
        }
        draw
    }

    #[test]
    fn what_comes_after_quiet_is_drawn_at_once_and_its_echo_too() {
        let mut pace = Pace::default();
        assert_eq!(change(&mut pace, 0), Draw::Now);
        assert_eq!(change(&mut pace, 3), Draw::Now);
        assert_eq!(change(&mut pace, 100), Draw::Now);
    }

    #[test]
    fn what_costs_next_to_nothing_asks_for_no_frame() {
        let mut pace = Pace::default();
        for millis in 0..10 {
            assert_eq!(pace.changed(at(millis)), Draw::Now);
            pace.drew(Duration::from_micros(100), at(millis));
        }
    }

    #[test]
    fn an_own_line_is_drawn_at_once_in_a_flood_and_while_the_page_rests() {
        let mut pace = Pace::default();
        for millis in [0, 2, 4] {
            change(&mut pace, millis);
        }
        assert_eq!(pace.changed(at(7)), Draw::Awaited);
        assert_eq!(pace.said(at(7)), Draw::Now);
        pace.drew(Duration::from_millis(90), at(97));
        assert_eq!(pace.said(at(98)), Draw::Now);
        let rest = Draw::Later(Duration::from_millis(77));
        assert_eq!(pace.frame(at(110)), Some(rest), "it rests");
        assert_eq!(
            pace.frame(at(200)),
            Some(Draw::Now),
            "what waited is drawn, too"
        );
    }

    #[test]
    fn an_app_that_says_many_lines_floods_as_others_do() {
        let mut pace = Pace::default();
        let mut drawn = Vec::new();
        for millis in 100..200 {
            let draw = match pace.said(at(millis)) {
                Draw::Awaited if millis % 16 == 0 => pace.frame(at(millis)),
                draw => Some(draw),
            };
            if draw == Some(Draw::Now) {
                drawn.push(millis);
                pace.drew(Duration::from_millis(2), at(millis));
            }
        }
        assert!(drawn.len() <= 12, "{drawn:?}");
    }

    #[test]
    fn a_flood_is_drawn_once_a_frame() {
        let mut pace = Pace::default();
        let drawn = (0..160)
            .filter(|millis| {
                let frame = millis % 16 == 15 && pace.frame(at(*millis)) == Some(Draw::Now);
                change(&mut pace, *millis) == Draw::Now || frame
            })
            .count();
        assert!((10..=12).contains(&drawn), "{drawn}");
    }

    #[test]
    fn a_frame_that_nobody_asked_for_draws_nothing() {
        let mut pace = Pace::default();
        assert_eq!(pace.frame(at(0)), None);
        let answers = [0, 2, 4, 5].map(|millis| change(&mut pace, millis));
        assert_eq!(
            answers,
            [Draw::Now, Draw::Now, Draw::NextFrame, Draw::Awaited]
        );
        assert_eq!(
            [6, 7].map(|millis| pace.frame(at(millis))),
            [Some(Draw::Now), None]
        );
    }

    #[test]
    fn a_frame_that_cannot_be_had_does_not_stop_the_drawing() {
        let mut pace = Pace::default();
        for millis in [0, 2, 4] {
            change(&mut pace, millis);
        }
        pace.no_frame();
        assert_eq!(pace.changed(at(5)), Draw::NextFrame);
        assert_eq!(pace.changed(at(30)), Draw::Awaited);
    }

    #[test]
    fn where_drawing_takes_long_the_page_rests_as_long() {
        let mut pace = Pace::default();
        assert_eq!(pace.changed(at(0)), Draw::Now);
        pace.drew(Duration::from_millis(30), at(30));
        let rest = Draw::Later(Duration::from_millis(29));
        assert_eq!(pace.changed(at(31)), rest);
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

    /// So long a flood, with what is done at each millisecond; returns when it was drawn.
    fn flood(
        pace: &mut Pace,
        millis: std::ops::Range<u64>,
        act: impl Fn(&mut Pace, u64),
    ) -> Vec<u64> {
        let mut drawn = Vec::new();
        for millis in millis {
            let frame = millis % 16 == 0 && pace.frame(at(millis)) == Some(Draw::Now);
            if frame {
                pace.drew(Duration::from_millis(5), at(millis + 5));
            }
            if change(pace, millis) == Draw::Now || frame {
                drawn.push(millis);
            }
            act(pace, millis);
        }
        drawn
    }

    #[test]
    fn a_flood_is_drawn_in_each_third_frame_and_a_quiet_page_at_once_however_soon() {
        let mut pace = Pace::default();
        for own_line_and_echo in [0, 4] {
            assert_eq!(change(&mut pace, own_line_and_echo), Draw::Now);
        }
        let drawn = flood(&mut pace, 100..280, |_, _| ());
        assert_eq!(drawn, [100, 112, 160, 208, 256]);
    }

    #[test]
    fn no_frame_is_asked_for_while_the_page_rests_and_the_flood_itself_tells_when_it_is_over() {
        let mut pace = Pace {
            rests: at(100),
            ..Pace::default()
        };
        assert_eq!(pace.changed(at(20)), Draw::Later(Duration::from_millis(80)));
        assert_eq!(pace.changed(at(50)), Draw::Awaited);
        assert_eq!(pace.changed(at(85)), Draw::NextFrame);
        assert_eq!(pace.changed(at(86)), Draw::Awaited);
    }

    #[test]
    fn a_rest_that_ends_with_the_frame_asks_for_that_frame() {
        let mut pace = Pace {
            rests: at(100),
            ..Pace::default()
        };
        assert_eq!(pace.changed(at(84)), Draw::NextFrame);
    }

    #[test]
    fn an_own_line_a_whole_frame_after_the_last_is_drawn_at_once_too() {
        let mut pace = Pace {
            rests: at(1_000),
            ..Pace::default()
        };
        assert_eq!(pace.said(at(0)), Draw::Now);
        assert_eq!(pace.said(at(16)), Draw::Now);
    }

    #[test]
    fn what_is_drawn_just_quickly_enough_lets_nothing_wait() {
        let mut pace = Pace::default();
        assert_eq!(pace.changed(at(0)), Draw::Now);
        pace.drew(QUICK, at(12));
        assert_eq!(pace.changed(at(16)), Draw::Now);
    }

    #[test]
    fn a_flood_gives_way_to_who_types_and_is_still_drawn() {
        let mut pace = Pace::default();
        let drawn = flood(&mut pace, 0..1_000, |pace, millis| {
            if (200..=500).contains(&millis) && millis % 100 == 0 {
                pace.typed(at(millis));
            }
        });
        let pauses = drawn.windows(2).map(|two| two[1] - two[0]);
        assert_eq!(pauses.max(), Some(256), "{drawn:?}");
        let count = |millis: std::ops::Range<u64>| {
            drawn.iter().filter(|drawn| millis.contains(drawn)).count()
        };
        assert!(count(200..650) <= 3, "{drawn:?}");
        assert!(count(650..1_000) >= 7, "{drawn:?}");
    }

    #[test]
    fn who_types_in_a_flood_has_the_own_line_at_once() {
        let mut pace = Pace::default();
        flood(&mut pace, 0..300, |_, _| ());
        pace.typed(at(300));
        assert_eq!(pace.said(at(301)), Draw::Now);
    }

    #[test]
    fn who_types_in_a_quiet_chat_holds_nothing_up() {
        let mut pace = Pace::default();
        for own_line_and_echo in [0, 4] {
            assert_eq!(change(&mut pace, own_line_and_echo), Draw::Now);
        }
        pace.typed(at(60));
        assert_eq!(pace.changed(at(61)), Draw::Now);
    }
}
