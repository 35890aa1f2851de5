//! Pure: what strangers write into one line of the page, names and reasons, made fit for it.
//!
//! A name must not reorder, break or hide a part of the line, nor look like another by a character that nobody sees. Such a
//! character is shown as `�`: taking it out would make the look-alike perfect.

/// A longer name is cut.
const NAME_CHARS: usize = 64;
/// A longer reason is cut.
const REASON_CHARS: usize = 300;
/// More marks on one letter would run into other lines.
const MARKS: usize = 4;
/// What stands for a character that must not be there.
const INSTEAD: char = '\u{fffd}';

/// A name as it is shown; `None` where nothing is left of it.
pub fn name(raw: &str) -> Option<String> {
    let name = one_line(raw, NAME_CHARS);
    (!name.is_empty()).then_some(name)
}

/// A server's own words, as they are shown within a sentence.
pub fn reason(raw: &str) -> String {
    one_line(raw, REASON_CHARS)
}

fn one_line(raw: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut shown = 0;
    let mut marks = 0;
    let mut before = ' ';
    let mut rest = raw.chars().peekable();
    while let Some(letter) = rest.next() {
        let letter = match letter {
            _ if letter.is_whitespace() => ' ',
            '\u{200c}' | '\u{200d}' if joins(before, rest.peek().copied()) => letter,
            _ if hidden(letter) => INSTEAD,
            _ => letter,
        };
        marks = if mark(letter) { marks + 1 } else { 0 };
        let doubled = matches!(letter, ' ' | INSTEAD) && letter == before;
        before = letter;
        if doubled || marks > MARKS {
            continue;
        }
        if shown == limit {
            line.truncate(line.trim_end().len());
            line.push('…');
            break;
        }
        line.push(letter);
        shown += 1;
    }
    line.trim().to_owned()
}

/// Whether a character is seen by what it does to others only, or not at all.
fn hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            // Soft hyphen, joiners, fillers and blanks.
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
            | '\u{3164}' | '\u{ffa0}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            // Directions: marks, embeddings, overrides, isolates. Zero widths.
            | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // Shorthand and musical controls, tags.
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner has its place between these: in the scripts that spell with it, and in emoji.
fn joins(before: char, after: Option<char>) -> bool {
    let spells =
        |letter| matches!(letter, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}') && !hidden(letter);
    let pictures =
        |letter| matches!(letter, '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    after
        .is_some_and(|after| spells(before) && spells(after) || pictures(before) && pictures(after))
}

/// Whether a character is drawn onto the one before. (Those of living scripts are few on one letter, and are left alone.)
fn mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> String {
        name(raw).unwrap_or_default()
    }

    #[test]
    fn names_of_all_scripts_stay_as_they_are() {
        for name in [
            "Ada",
            "ليلى",
            "עדה",
            "李雷",
            "Zoë",
            "O’Neil-Smith",
            "विद्या",
            "<b>eve</b>",
            "👩‍💻 Kim",
            "علی\u{200c}رضا",
            "❤️‍🔥",
        ] {
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn what_reorders_a_line_is_seen_and_does_nothing() {
        for control in "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}".chars() {
            assert_eq!(shown(&format!("eve{control}ada")), "eve\u{fffd}ada", "{control:?}");
        }
    }

    #[test]
    fn a_look_alike_does_not_look_alike() {
        for hidden in
            "\u{200b}\u{200c}\u{200d}\u{feff}\u{2060}\u{ad}\u{0}\u{3164}\u{e0041}\u{34f}".chars()
        {
            assert_eq!(shown(&format!("Ada{hidden}")), "Ada\u{fffd}", "{hidden:?}");
            assert_eq!(
                shown(&format!("A{hidden}{hidden}da")),
                "A\u{fffd}da",
                "{hidden:?}"
            );
        }
    }

    #[test]
    fn a_name_is_one_line_of_a_sane_length() {
        assert_eq!(shown(" Ada\r\n\tLovelace\u{2028} "), "Ada Lovelace");
        assert_eq!(shown(&"x".repeat(64)), "x".repeat(64));
        assert_eq!(shown(&"x".repeat(65)), "x".repeat(64) + "…");
        assert_eq!(shown(&"漢".repeat(100_000)).chars().count(), 65);
        assert_eq!(name(" \n\u{3000}"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn marks_do_not_pile_up() {
        assert_eq!(
            shown(&format!("a{}b", "\u{301}".repeat(500))),
            format!("a{}b", "\u{301}".repeat(MARKS))
        );
    }

    #[test]
    fn reasons_may_be_longer() {
        assert_eq!(reason("go\u{202e} away\n"), "go\u{fffd} away");
        assert_eq!(reason(&"x".repeat(400)).chars().count(), REASON_CHARS + 1);
    }

    #[test]
    fn a_joiner_has_no_place_between_scripts() {
        for name in ["A\u{200d}👩", "👩\u{200d}A", "ل\u{200c}a", "a\u{200c}ل"] {
            assert!(shown(name).contains('\u{fffd}'), "{name:?}");
        }
    }
}
