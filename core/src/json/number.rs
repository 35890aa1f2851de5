//! [`Number`]: a JSON number, as it was written.

use std::fmt;

/// A JSON number as it was written: none is rounded, and no page has to read or print floating point for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// A number that JSON's grammar allows.
    pub(super) fn written(text: String) -> Self {
        Self(text)
    }

    /// Whether it is 0, however that is written.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        let (digits, _) = self.parts();
        digits
            .bytes()
            .all(|byte| matches!(byte, b'-' | b'0' | b'.'))
    }

    /// The number without its fraction: 25000 for `25000.7` and `2.5e4`. `None` for a negative one, and beyond `u64`.
    #[must_use]
    pub fn whole(&self) -> Option<u64> {
        let (digits, exponent) = self.parts();
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if self.is_zero() {
            return Some(0);
        }
        // Where the point goes, counted from the first digit.
        let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
        let digits = whole.bytes().chain(fraction.bytes());
        let mut number = 0_u64;
        for digit in digits
            .chain(std::iter::repeat(b'0'))
            .take(usize::try_from(point.max(0)).ok()?.min(400))
        {
            let digit = char::from(digit).to_digit(10)?;
            number = number.checked_mul(10)?.checked_add(digit.into())?;
        }
        Some(number)
    }

    /// The digits with their sign and point, and the exponent.
    fn parts(&self) -> (&str, i64) {
        let (digits, exponent) = self.0.split_once(['e', 'E']).unwrap_or((&self.0, "0"));
        let far = if exponent.starts_with('-') {
            i64::MIN / 2
        } else {
            i64::MAX / 2
        };
        (digits, exponent.parse().unwrap_or(far))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_zero_however_it_is_written() {
        for (text, zero) in [
            ("0", true),
            ("-0.00", true),
            ("0e9", true),
            ("10", false),
            ("0.001", false),
            ("1e0", false),
        ] {
            assert_eq!(Number(text.into()).is_zero(), zero, "{text}");
        }
    }

    #[test]
    fn the_whole_of_a_number() {
        for (text, whole) in [
            ("25000", Some(25_000)),
            ("25000.0", Some(25_000)),
            ("2.5e4", Some(25_000)),
            ("2.5E+4", Some(25_000)),
            ("250000e-1", Some(25_000)),
            ("0.9", Some(0)),
            ("0.0009e4", Some(9)),
            ("9e-99999999999999999999", Some(0)),
            ("9e99999999999999999999", None),
            ("0e99999999999999999999", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("-1", None),
        ] {
            assert_eq!(Number(text.into()).whole(), whole, "{text}");
        }
    }
}
