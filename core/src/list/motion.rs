//! Pure: what the scroller does that no rule of the list has made it do.

/// How many views high a motion of the browser's own may be that a jump ends: who holds PageUp is ahead of what is seen.
const LONGEST: f64 = 4.0;

/// How a scroller is moved.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Motion {
    /// Whether the reader scrolls.
    pub(super) moving: bool,
    /// How far the reader has pulled at a list that holds on to its end, and puts itself back at each item that comes.
    pub(super) pulled: f64,
    /// Whether a key was pressed that may have begun a motion, of which nothing is seen yet.
    sets_out: bool,
    /// How far the scroller may still move after a jump has ended a motion: a browser goes on with that one for some frames.
    goes_on: f64,
}

impl Motion {
    /// A jump ends what moves in a view that is so high: what the browser still does of it moves nothing.
    pub(super) fn stop(&mut self, view: f64) {
        let moves = self.moving || self.pulled > 0.0 || self.sets_out || self.goes_on > 0.0;
        let goes_on = if moves { LONGEST * view } else { 0.0 };
        *self = Self {
            goes_on,
            ..Self::default()
        };
    }

    /// The scroller has moved so far. Returns whether that is the rest of a motion that was ended.
    pub(super) fn is_rest_of_another(&mut self, moved: f64) -> bool {
        self.goes_on -= moved.abs();
        self.goes_on > 0.0
    }

    /// What moves from now on is the reader's.
    pub(super) fn sets_out(&mut self) {
        self.goes_on = 0.0;
        self.sets_out = true;
    }
}
