//! Heart-beats: the header, and what two sides agree on.

use std::time::Duration;

use crate::time::millis;

/// A heart-beat on the wire, sent where there is nothing else to send: one end of line.
pub const HEART_BEAT: &str = "\n";

/// The `heart-beat` header of one side. Zero means: cannot, or does not want to.
///
/// # Source
/// STOMP 1.2, "Heart-beating".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeartBeat {
    /// The shortest time between heart-beats that this side can promise to send.
    pub send: Duration,
    /// The time between heart-beats that this side wants to get.
    pub receive: Duration,
}

/// What a client and a server agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intervals {
    /// We send something at least this often. Send a little early.
    pub send_every: Option<Duration>,
    /// The server sends something at least this often. Tolerate twice the time.
    pub receive_every: Option<Duration>,
}

impl HeartBeat {
    /// Parses a header: two whole numbers of milliseconds, a comma between them. Nothing is trimmed.
    pub fn parse(value: &str) -> Option<Self> {
        let (send, receive) = value.split_once(',')?;
        Some(Self {
            send: milliseconds(send)?,
            receive: milliseconds(receive)?,
        })
    }

    /// The header's value. Parts of a millisecond are left out.
    pub fn to_header(self) -> String {
        [
            millis(self.send).to_string(),
            millis(self.receive).to_string(),
        ]
        .join(",")
    }

    /// What this side, the client, and `server` agree on: each way the longer of the two times, where neither is zero.
    #[must_use]
    pub fn negotiate(self, server: Self) -> Intervals {
        Intervals {
            send_every: agreed(self.send, server.receive),
            receive_every: agreed(server.send, self.receive),
        }
    }
}

fn agreed(can_send: Duration, wants: Duration) -> Option<Duration> {
    // Zero on either side means that there are none (STOMP 1.2, "Heart-beating").
    (!can_send.is_zero() && !wants.is_zero()).then(|| can_send.max(wants))
}

fn milliseconds(text: &str) -> Option<Duration> {
    // `parse` alone would take a plus sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| text.parse().ok().map(Duration::from_millis))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heart_beat(value: &str) -> HeartBeat {
        HeartBeat::parse(value).expect(value)
    }

    #[test]
    fn each_direction_takes_the_longer_time() {
        let ms = |ms| Some(Duration::from_millis(ms));
        for (client, server, send_every, receive_every) in [
            ("0,0", "10,10", None, None),
            ("10,10", "0,0", None, None),
            ("10,20", "30,40", ms(40), ms(30)),
            ("40,30", "20,10", ms(40), ms(30)),
            ("10,0", "10,10", ms(10), None),
            ("0,10", "10,10", None, ms(10)),
            ("10,10", "0,20", ms(20), None),
            ("10,10", "20,0", None, ms(20)),
        ] {
            let agreed = heart_beat(client).negotiate(heart_beat(server));
            assert_eq!(
                agreed,
                Intervals {
                    send_every,
                    receive_every
                },
                "{client} {server}"
            );
        }
    }

    #[test]
    fn only_two_whole_numbers_are_a_header() {
        for value in [
            "",
            ",",
            "1",
            "1,",
            ",1",
            "1, 2",
            " 1,2",
            "+1,2",
            "-1,2",
            "1,2,3",
            "1.5,2",
            "99999999999999999999,1",
        ] {
            assert_eq!(HeartBeat::parse(value), None, "{value}");
        }
        assert_eq!(heart_beat("10000,0").to_header(), "10000,0");
        assert_eq!(
            heart_beat("18446744073709551615,1")
                .negotiate(heart_beat("1,1"))
                .receive_every,
            Some(Duration::from_millis(1))
        );
    }
}
