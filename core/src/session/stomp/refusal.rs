//! What a server's ERROR says: its words, whether it is the heart-beat's fault, and the limit that it names.

use std::time::Duration;

use crate::session::Reason;
use crate::wire::stomp::ErrorView;

/// A link that lived this long was a good one: its ERROR is the first in a row.
const STABLE_AFTER: Duration = Duration::from_secs(60);
/// So many ERRORs in a row, and a further attempt helps nobody.
const MOST_IN_A_ROW: u32 = 3;
/// No limit on a frame is smaller than this; a number below it in an ERROR is something else.
const LEAST_LIMIT: usize = 1024;

/// How many links in a row ended with an ERROR soon after they were opened.
#[derive(Debug, Default)]
pub(super) struct InARow(u32);

impl InARow {
    /// Counts an ERROR on a link that has lived for `lived`. Returns whether it is one too many.
    pub(super) fn is_too_much(&mut self, lived: Duration) -> bool {
        if lived >= STABLE_AFTER {
            self.0 = 0;
        }
        self.0 += 1;
        self.0 >= MOST_IN_A_ROW
    }

    /// A link has ended in another way.
    pub(super) fn end(&mut self) {
        self.0 = 0;
    }
}

/// The server's words: the `message` header, and the first line of the body where it adds to it. Empty where there are none.
pub(super) fn text_of(error: &ErrorView<'_>) -> String {
    let body = String::from_utf8_lossy(error.body);
    let first = body
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .trim();
    match error.message.unwrap_or_default().trim() {
        "" => first.to_owned(),
        header if header.contains(first) => header.to_owned(),
        header if first.contains(header) => first.to_owned(),
        header => format!("{header}: {first}"),
    }
}

/// What the words mean: nobody's fault but a sleeping page's, or the server's own reason.
pub(super) fn reason(words: &str) -> Reason {
    match words {
        "" => Reason::ErrorReported,
        words if is_heart_beat(words) => Reason::HeartbeatMissed,
        words => Reason::Server(words.to_owned()),
    }
}

/// Whether these are the words of a server that missed our heart-beat.
fn is_heart_beat(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words == "session closed." || words.contains("heart-beat") || words.contains("heartbeat")
}

/// The largest frame that the server takes, in bytes, where its words name it.
pub(super) fn limit(words: &str) -> Option<usize> {
    let lower = words.to_ascii_lowercase();
    let of_size = ["limit", "exceed", "too large", "too big", "maximum"];
    of_size.iter().find(|word| lower.contains(*word))?;
    let numbers = lower.split(|c: char| !c.is_ascii_digit());
    numbers
        .filter_map(|digits| digits.parse().ok())
        .filter(|&number| number >= LEAST_LIMIT)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_said_once() {
        let said = |message, body: &'static str| {
            text_of(&ErrorView {
                message,
                receipt_id: None,
                content_type: None,
                body: body.as_bytes(),
            })
        };
        assert_eq!(said(Some("Invalid token"), ""), "Invalid token");
        assert_eq!(
            said(Some("Invalid token"), "\nInvalid token\n"),
            "Invalid token"
        );
        assert_eq!(
            said(Some("refused"), "Access refused for 'ada'"),
            "Access refused for 'ada'"
        );
        assert_eq!(
            said(Some("Bad CONNECT"), "Access refused"),
            "Bad CONNECT: Access refused"
        );
        assert_eq!(said(None, "body\nmore"), "body");
        assert_eq!(said(None, ""), "");
        assert_eq!(reason(""), Reason::ErrorReported);
    }

    #[test]
    fn a_limit_is_a_number_among_words_of_size() {
        let spring = "The configured STOMP buffer size limit of 65536 bytes has been exceeded";
        assert_eq!(limit(spring), Some(65_536));
        assert_eq!(
            limit("frame of 70000 bytes is too large, 16384 allowed"),
            Some(16_384)
        );
        for other in ["error 65536", "too many (3) exceeded", "limit reached"] {
            assert_eq!(limit(other), None, "{other}");
        }
    }

    #[test]
    fn three_in_a_row_are_too_much_unless_a_link_lived() {
        let mut errors = InARow::default();
        let lives = [0, 5, 60, 1, 1].map(Duration::from_secs);
        let too_much = lives.map(|lived| errors.is_too_much(lived));
        assert_eq!(too_much, [false, false, false, false, true]);
    }

    #[test]
    fn words_of_a_missed_heart_beat_are_told_from_the_servers_other_words() {
        for words in [
            "Session closed.",
            "missed a heart-beat",
            "Client HeartBeat timeout",
        ] {
            assert_eq!(reason(words), Reason::HeartbeatMissed, "{words}");
        }
        let other = "Session closed by the administrator";
        assert_eq!(reason(other), Reason::Server(other.into()));
    }
}
