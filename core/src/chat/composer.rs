//! What the composer does with what is written into its field: when the chat's input is given it, which direction it has, what the
//! empty field says, and what is sent.

use std::time::Duration;

use super::language::Language;
use crate::connection::{Closer, SendError, State};

/// A text of so many UTF-16 units is long: it is not copied at each key, and its lines have one direction.
pub const LONG: u32 = 16_384;
/// So long after a key the person rests, or the input is given what was written so far.
const RESTS: Duration = Duration::from_millis(300);

/// When the input is given what stands in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// At once.
    Now,
    /// So long from now.
    After(Duration),
    /// After an earlier key, which asked for it already.
    Awaited,
}

/// When the input is given a text of so many UTF-16 units, into which something was just written. `is_awaited`: an earlier key
/// asked for it, and it has not been given yet.
#[must_use]
pub fn copied(units: u32, is_awaited: bool) -> Copied {
    match (units < LONG, is_awaited) {
        (true, _) => Copied::Now,
        (false, false) => Copied::After(RESTS),
        (false, true) => Copied::Awaited,
    }
}

/// Whether this text is sent now, or why it is not; `None` where there is nothing to send. What never was connected sends nothing
/// into the blue.
#[must_use]
pub fn sends(text: &str, state: &State) -> Option<Result<(), SendError>> {
    let is_written = !text.trim().is_empty();
    is_written.then_some(match state {
        State::Idle => Err(SendError::Closed),
        _ => Ok(()),
    })
}

/// What the empty field says.
#[must_use]
pub fn hint(state: &State, language: Language) -> &'static str {
    let words = language.phrases();
    match state {
        State::Open => words.write_here,
        State::Connecting
        | State::Handshaking
        | State::Closing { by: Closer::Server }
        | State::Waiting { .. } => words.write_for_later,
        State::Idle | State::Closing { by: Closer::App } | State::Closed { .. } => {
            words.write_closed
        }
    }
}

/// Whether the first letter that tells is a Hebrew or an Arabic one, or of a script beside these.
#[must_use]
pub fn reads_leftwards(text: &str) -> bool {
    let tells = |letter| match letter {
        'a'..='z' | 'A'..='Z' => Some(false),
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fefc}' => Some(true),
        _ => None,
    };
    text.chars().find_map(tells).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    #[test]
    fn a_short_text_is_copied_at_each_key_and_a_long_one_once_the_person_rests() {
        for is_awaited in [false, true] {
            assert_eq!(copied(LONG - 1, is_awaited), Copied::Now);
        }
        assert_eq!(copied(LONG, false), Copied::After(RESTS));
        assert_eq!(copied(LONG, true), Copied::Awaited);
    }

    #[test]
    fn nothing_but_space_is_not_sent_and_no_refusal() {
        for state in [State::Idle, State::Open] {
            assert_eq!(sends("", &state), None);
            assert_eq!(sends(" \n\u{3000}", &state), None);
        }
    }

    #[test]
    fn what_never_was_connected_sends_nothing_and_what_may_be_again_does() {
        assert_eq!(sends("hi", &State::Idle), Some(Err(SendError::Closed)));
        let until = Instant::START;
        for state in [State::Open, State::Connecting, State::Waiting { until }] {
            assert_eq!(sends("hi", &state), Some(Ok(())));
        }
    }

    #[test]
    fn the_empty_field_says_whether_what_is_written_goes_out_now_or_later_or_not() {
        let says = |state| hint(&state, Language::English);
        let words = Language::English.phrases();
        assert_eq!(says(State::Open), words.write_here);
        assert_eq!(says(State::Connecting), words.write_for_later);
        let by = Closer::Server;
        assert_eq!(says(State::Closing { by }), words.write_for_later);
        let by = Closer::App;
        assert_eq!(says(State::Closing { by }), words.write_closed);
        assert_eq!(says(State::Idle), words.write_closed);
    }

    #[test]
    fn a_text_has_the_direction_of_its_first_letter() {
        assert!(!reads_leftwards("1. hello שלום"));
        assert!(reads_leftwards("1. שלום hello"));
        assert!(reads_leftwards("«مرحبا»"));
        assert!(!reads_leftwards("12 …"));
    }
}
