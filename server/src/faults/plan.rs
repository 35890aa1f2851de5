//! The fault that a client asks for in the URL of its handshake, such as `/channel?fault=close&after=3&code=4000`.
//!
//! | query | what happens |
//! |---|---|
//! | `fault=refuse[&status=S]` | the handshake is answered with HTTP `S` (400 to 599, default 503) |
//! | `fault=accept-close[&code=C&reason=R]` | accepted, and closed at once |
//! | `fault=close[&after=N&code=C&reason=R]` | closed after `N` received messages |
//! | `fault=silent[&after=N]` | stays connected, but neither reads nor writes after `N` messages |
//! | `fault=drop[&after=N&reset=true]` | the TCP connection ends (FIN, or RST) with no close frame after `N` messages |
//! | `fault=garbage[&after=N]` | broken frames after `N` messages, then goes on as usual |
//! | `fault=stall-close` | works, but never answers a close frame |
//! | `delay=MS` | with any of them or alone: waits before it answers the handshake |
//!
//! `N` defaults to 0: at once, before any greeting. The first `N` messages are handled, and answered, as without a fault.

use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;

use crate::app::Parameters;
use crate::hub::Goodbye;

const MAX_DELAY: u64 = 60_000;

/// What one handshake asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    pub(crate) fault: Option<Fault>,
    pub(crate) delay: Duration,
}

/// A way to go wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    Refuse { status: StatusCode },
    Close { after: u64, goodbye: Goodbye },
    Silent { after: u64 },
    Drop { after: u64, reset: bool },
    Garbage { after: u64 },
    StallClose,
}

impl Fault {
    /// After how many received messages it happens, where it waits for that.
    pub(crate) fn after(&self) -> Option<u64> {
        match self {
            Self::Close { after, .. }
            | Self::Silent { after }
            | Self::Drop { after, .. }
            | Self::Garbage { after } => Some(*after),
            Self::Refuse { .. } | Self::StallClose => None,
        }
    }
}

impl Plan {
    /// Reads the parameters; those that are not about faults are ignored.
    pub(crate) fn parse(parameters: &Parameters) -> Result<Self, String> {
        let delay: u64 = value(parameters, "delay", 0)?;
        if delay > MAX_DELAY {
            return Err(format!("delay is in milliseconds and at most {MAX_DELAY}"));
        }
        let fault = match parameters.get("fault") {
            Some(name) => Some(fault(name, parameters)?),
            None => None,
        };
        Ok(Self {
            fault,
            delay: Duration::from_millis(delay),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn fault(name: &str, parameters: &Parameters) -> Result<Fault, String> {
    let after = value(parameters, "after", 0)?;
    Ok(match name {
        "refuse" => Fault::Refuse {
            status: status(parameters)?,
        },
        "accept-close" => Fault::Close {
            after: 0,
            goodbye: goodbye(parameters)?,
        },
        "close" => Fault::Close {
            after,
            goodbye: goodbye(parameters)?,
        },
        "silent" => Fault::Silent { after },
        "drop" => Fault::Drop {
            after,
            reset: value(parameters, "reset", false)?,
        },
        "garbage" => Fault::Garbage { after },
        "stall-close" => Fault::StallClose,
        _ => {
            let known = "refuse, accept-close, close, silent, drop, garbage, stall-close";
            return Err(format!("no fault named {name:?}; there are {known}"));
        }
    })
}

fn status(parameters: &Parameters) -> Result<StatusCode, String> {
    match value(parameters, "status", 503)? {
        number @ 400..=599 => StatusCode::from_u16(number).map_err(|error| error.to_string()),
        _ => Err("status must be between 400 and 599".into()),
    }
}

/// `code` and `reason`. 1005 stands for a close frame with no code at all; 1006 and 1015 cannot be sent.
pub(crate) fn goodbye(parameters: &Parameters) -> Result<Goodbye, String> {
    let code = value(parameters, "code", 1000)?;
    if !(1000..=4999).contains(&code) || matches!(code, 1006 | 1015) {
        return Err(
            "code must be between 1000 and 4999, and not 1006 or 1015; for 1006 use fault=drop"
                .into(),
        );
    }
    let reason = parameters.get("reason").cloned().unwrap_or_default();
    if reason.len() > 123 {
        return Err("reason must have 123 bytes at most".into());
    }
    Ok(Goodbye { code, reason })
}

/// One parameter, or its default where it is absent.
pub(crate) fn value<T: FromStr>(
    parameters: &Parameters,
    name: &str,
    default: T,
) -> Result<T, String> {
    match parameters.get(name) {
        Some(text) => text
            .parse()
            .map_err(|_| format!("{name}={text} cannot be read; see server/src/faults/plan.rs")),
        None => Ok(default),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Plan, String> {
        Plan::parse(
            &pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn other_parameters_are_no_plan() {
        assert!(
            parse(&[("user", "ada"), ("after", "3")])
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_delay_goes_with_a_fault_or_alone() {
        assert_eq!(
            parse(&[("delay", "20")]).unwrap().delay,
            Duration::from_millis(20)
        );
        let both = parse(&[("delay", "20"), ("fault", "silent"), ("after", "2")]).unwrap();
        assert_eq!(both.fault, Some(Fault::Silent { after: 2 }));
        assert_eq!(both.delay, Duration::from_millis(20));
    }

    #[test]
    fn a_close_takes_code_and_reason() {
        let plan = parse(&[
            ("fault", "close"),
            ("after", "1"),
            ("code", "4001"),
            ("reason", "bye"),
        ])
        .unwrap();
        let goodbye = Goodbye::new(4001, "bye");
        assert_eq!(plan.fault, Some(Fault::Close { after: 1, goodbye }));
    }

    #[test]
    fn what_cannot_be_done_is_an_error_that_says_why() {
        let bad: [&[(&str, &str)]; 7] = [
            &[("fault", "explode")],
            &[("fault", "close"), ("after", "soon")],
            &[("fault", "close"), ("code", "1006")],
            &[("fault", "close"), ("code", "5000")],
            &[("fault", "close"), ("reason", &"x".repeat(124))],
            &[("fault", "refuse"), ("status", "200")],
            &[("delay", "60001")],
        ];
        for pairs in bad {
            assert!(parse(pairs).is_err(), "{pairs:?}");
        }
    }
}
