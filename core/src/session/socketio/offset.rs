//! What an offset looks like, so that the last word of a volatile event is not taken for one.

use std::time::Duration;

/// The alphabet of `yeast`, which the server's ids are made with: a time in milliseconds, base 64, and perhaps `.` and a count.
const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
/// 2020 and 2050, since 1970.
const FROM: Duration = Duration::from_secs(1_577_836_800);
const TO: Duration = Duration::from_secs(2_524_608_000);

/// Whether `text` can be an offset: a time that a server of our days may have written, in the form of any adapter that
/// recovers connections.
pub(super) fn is_plausible(text: &str) -> bool {
    is_yeast(text) || is_stream_id(text) || is_object_id(text)
}

fn is_of_our_days(millis: u64) -> bool {
    (FROM..=TO).contains(&Duration::from_millis(millis))
}

/// The server's own adapter, and its cluster adapters.
fn is_yeast(text: &str) -> bool {
    let (time, count) = text.split_once('.').unwrap_or((text, "0"));
    let millis = time.bytes().try_fold(0_u64, |sum, byte| {
        let digit = ALPHABET.iter().position(|other| *other == byte)?;
        sum.checked_mul(64)?.checked_add(digit as u64)
    });
    let counts = !count.is_empty() && count.bytes().all(|byte| ALPHABET.contains(&byte));
    counts && millis.is_some_and(is_of_our_days)
}

/// The adapter for Redis streams: `1700000000000-0`.
fn is_stream_id(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(time, sequence)| {
        is_number(time) && is_number(sequence) && time.parse().is_ok_and(is_of_our_days)
    })
}

/// The adapter for MongoDB: 24 hexadecimal digits, the first eight a time in seconds.
fn is_object_id(text: &str) -> bool {
    let hex = text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex && u64::from_str_radix(&text[..8], 16).is_ok_and(|seconds| is_of_our_days(seconds * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the server writes it.
    fn yeast(mut millis: u64) -> String {
        let mut digits = Vec::new();
        while millis > 0 {
            digits.push(ALPHABET[(millis % 64) as usize]);
            millis /= 64;
        }
        digits.reverse();
        String::from_utf8(digits).expect("the alphabet is ASCII")
    }

    #[test]
    fn ids_of_these_years_are_offsets_and_words_are_not() {
        // 2023 and 2026, as real servers wrote them.
        for id in ["OV6BTUt", "Q7yGWW5", "Q7yGWW5.0", "Q7yGWW5.1Z"] {
            assert!(is_plausible(id), "{id}");
        }
        let words = [
            "",
            "hello",
            "awesome",
            "QQ",
            "See you",
            "Q7abcde!",
            "0123456",
            "VeryLongWord",
            "Q7yGWW5.",
            "Q7yGWW5.a b",
        ];
        for word in words {
            assert!(!is_plausible(word), "{word}");
        }
    }

    #[test]
    fn every_day_from_2020_to_2050_is_an_offset() {
        let day = 24 * 60 * 60 * 1000;
        let (from, to) = (1_577_836_800_000_u64, 2_524_608_000_000);
        for millis in (from..=to).step_by(day) {
            let id = yeast(millis);
            assert_eq!(id.len(), 7);
            assert!(is_plausible(&id), "{id}");
        }
        assert!(!is_plausible(&yeast(from - 1)) && !is_plausible(&yeast(to + 1)));
    }

    #[test]
    fn the_offsets_of_other_adapters_are_known() {
        for id in [
            "1785000000000-0",
            "1785000000000-12",
            "6a64d1c0a1b2c3d4e5f60718",
        ] {
            assert!(is_plausible(id), "{id}");
        }
        for word in [
            "12-5",
            "1785000000000-",
            "-1",
            "2024-05-01",
            "a".repeat(24).as_str(),
        ] {
            assert!(!is_plausible(word), "{word}");
        }
    }
}
