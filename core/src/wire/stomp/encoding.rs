//! What both sides must agree on to write headers.

use super::command::Command;
use super::escape::Escapes;
use super::version::Version;

/// How headers are written. Until CONNECTED has told the version, 1.2 is right for both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The version, which decides what can be escaped.
    pub version: Version,
    /// Escapes the headers of CONNECT and CONNECTED too. The specification exempts them, but RabbitMQ and Spring
    /// unescape them all the same, so that a passcode with a backslash or colon needs it there. Default: `false`.
    pub escape_connect: bool,
}

impl Encoding {
    pub(super) fn escapes(self, command: Command) -> Escapes {
        match self.version {
            _ if command.is_exempt_from_escaping() && !self.escape_connect => Escapes::None,
            Version::V1_0 => Escapes::None,
            Version::V1_1 => Escapes::V1_1,
            Version::V1_2 => Escapes::V1_2,
        }
    }
}
