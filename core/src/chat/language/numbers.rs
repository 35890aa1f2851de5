//! Numbers and sizes, for a person.

/// A number of bytes, for a person: decimal units, one digit after the point.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        // From there on it reads as a whole megabyte.
        1_000..999_950 => format!("{} kB", tenths(bytes, 1_000)),
        _ => format!("{} MB", tenths(bytes, 1_000_000)),
    }
}

/// So many of these units, with one digit after the point.
fn tenths(bytes: usize, unit: usize) -> String {
    let tenths = (bytes + unit / 20) / (unit / 10);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A number with a comma before each three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers_are_for_people() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(5_000_000), "5.0 MB");
        assert_eq!(size(1_500), "1.5 kB");
        assert_eq!(size(65_536), "65.5 kB");
        assert_eq!(size(999_949), "999.9 kB");
        assert_eq!(size(999_950), "1.0 MB");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
