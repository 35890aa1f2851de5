//! What an offset looks like, so that the last word of a volatile message is not taken for one.

use std::time::Duration;

/// The alphabet of `yeast`, which the server's ids are made with: a time in milliseconds, base 64, and perhaps `.` and a count.
const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
/// 2020 and 2050, since 1970.
const FROM: Duration = Duration::from_secs(1_577_836_800);
const TO: Duration = Duration::from_secs(2_524_608_000);

/// Whether `text` can be an offset: a time that a server of our days may have written.
pub(super) fn is_plausible(text: &str) -> bool {
    let (time, count) = text.split_once('.').unwrap_or((text, ""));
    let millis = time.bytes().try_fold(0_u64, |sum, byte| {
        let digit = ALPHABET.iter().position(|other| *other == byte)?;
        sum.checked_mul(64)?.checked_add(digit as u64)
    });
    let at = millis.map(Duration::from_millis);
    at.is_some_and(|at| at >= FROM && at <= TO) && count.bytes().all(|byte| ALPHABET.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_plausible;

    #[test]
    fn ids_of_these_years_are_offsets_and_words_are_not() {
        // 2023 and 2026, as real servers wrote them.
        assert!(is_plausible("OV6BTUt"));
        assert!(is_plausible("Q7abcde"));
        assert!(is_plausible("Q7abcde.1"));
        for word in ["", "hello", "awesome", "QQ", "See you", "Q7abcde!", "0123456", "VeryLongWord"] {
            assert!(!is_plausible(word), "{word}");
        }
    }
}
