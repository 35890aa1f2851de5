//! What the Enter key does, and when it belongs to an input method instead.
//!
//! Three orders are seen in browsers. Chrome fires keydown with `isComposing` during a composition. Safari fires
//! `compositionend` *before* the Enter keydown, which then has `isComposing` false and the key code 229. Chrome on macOS Pinyin
//! can carry 229 on the Enter that really sends. So a 229 belongs to the input method only right after a composition.

use std::time::Duration;

/// The key code of a key that the input method has handled.
const PROCESSED: u32 = 229;
/// An Enter with that code this soon after a composition is the one that ended it.
const JUST_NOW: Duration = Duration::from_millis(50);

/// What is known of the input method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Composition {
    composing: bool,
    ended_at: Option<Duration>,
    same_task: bool,
}

/// A key that went down, as the browser tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    pub enter: bool,
    pub shift: bool,
    /// Ctrl or the command key.
    pub command: bool,
    pub alt: bool,
    pub is_composing: bool,
    pub key_code: u32,
    /// The event's `timeStamp`.
    pub at: Duration,
}

/// What to do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing at all: the browser does what it does.
    Leave,
    /// Send, and tell the browser that the key is used up.
    Send,
}

impl Composition {
    /// `compositionstart`.
    pub fn start(&mut self) {
        self.composing = true;
    }

    /// `compositionend`, with its `timeStamp`. The caller reports the end of the task, [`Composition::task_over`].
    pub fn end(&mut self, at: Duration) {
        *self = Self {
            composing: false,
            ended_at: Some(at),
            same_task: true,
        };
    }

    /// The task in which the composition ended is over.
    pub fn task_over(&mut self) {
        self.same_task = false;
    }

    /// Whether a composition is under way: nobody else may write into the field.
    pub fn is_composing(&self) -> bool {
        self.composing
    }

    /// What a key does. `enter_sends` is false on touch screens without a fine pointer: Enter breaks the line there.
    pub fn judge(&self, key: Key, enter_sends: bool) -> Act {
        let wanted = key.enter && !key.shift && !key.alt && (enter_sends || key.command);
        if !wanted || self.owns(key) {
            return Act::Leave;
        }
        Act::Send
    }

    /// Whether the key is the input method's.
    fn owns(&self, key: Key) -> bool {
        let just_ended = self.same_task
            || self
                .ended_at
                .is_some_and(|ended| key.at.saturating_sub(ended) < JUST_NOW);
        key.is_composing || self.composing || (key.key_code == PROCESSED && just_ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(at: u64, is_composing: bool, key_code: u32) -> Key {
        Key {
            enter: true,
            is_composing,
            key_code,
            at: Duration::from_millis(at),
            ..Key::default()
        }
    }

    fn composed(end_at: u64) -> Composition {
        let mut composition = Composition::default();
        composition.start();
        composition.end(Duration::from_millis(end_at));
        composition
    }

    #[test]
    fn chromes_order_enter_while_composing_is_left_alone() {
        let mut composition = Composition::default();
        assert!(!composition.is_composing());
        composition.start();
        assert!(composition.is_composing());
        assert_eq!(composition.judge(enter(5, true, 229), true), Act::Leave);
        // Also where the flag is missing, and where a composition is only told of by the flag.
        assert_eq!(composition.judge(enter(5, false, 13), true), Act::Leave);
        assert_eq!(
            Composition::default().judge(enter(5, true, 13), true),
            Act::Leave
        );
    }

    #[test]
    fn safaris_order_enter_right_after_the_end_is_left_alone() {
        let mut composition = composed(1_000);
        assert_eq!(
            composition.judge(enter(1_200, false, 229), true),
            Act::Leave,
            "the same task"
        );
        composition.task_over();
        assert_eq!(
            composition.judge(enter(1_049, false, 229), true),
            Act::Leave
        );
        assert_eq!(composition.judge(enter(1_050, false, 229), true), Act::Send);
        assert_eq!(composition.judge(enter(1_001, false, 13), true), Act::Send);
    }

    #[test]
    fn macos_pinyin_a_229_without_a_recent_composition_sends() {
        assert_eq!(
            Composition::default().judge(enter(9, false, 229), true),
            Act::Send
        );
        let mut composition = composed(1_000);
        composition.task_over();
        assert_eq!(composition.judge(enter(5_000, false, 229), true), Act::Send);
    }

    #[test]
    fn shift_breaks_the_line_and_so_does_touch() {
        let rest = Composition::default();
        let plain = enter(0, false, 13);
        let shifted = Key {
            shift: true,
            ..plain
        };
        let commanded = Key {
            command: true,
            ..plain
        };
        assert_eq!(rest.judge(plain, true), Act::Send);
        assert_eq!(rest.judge(shifted, true), Act::Leave);
        assert_eq!(rest.judge(plain, false), Act::Leave);
        assert_eq!(rest.judge(commanded, false), Act::Send);
        assert_eq!(
            rest.judge(
                Key {
                    enter: false,
                    ..plain
                },
                true
            ),
            Act::Leave
        );
    }
}
