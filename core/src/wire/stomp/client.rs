//! The frames that a client sends.

use super::command::Command;
use super::frame::Frame;
use super::heart_beat::HeartBeat;
use super::server::MessageView;
use super::version::Version;

/// What CONNECT says. The default says nothing but the versions.
///
/// # Source
/// STOMP 1.2, "CONNECT or STOMP Frame".
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Connect<'a> {
    /// The virtual host; for RabbitMQ its vhost. Required since 1.1, and left out by most clients: a broker then takes its own.
    pub host: Option<&'a str>,
    /// The versions to offer, in any order; empty means all.
    pub accept_version: &'a [Version],
    /// Who connects.
    pub login: Option<&'a str>,
    /// The password.
    pub passcode: Option<&'a str>,
    /// What we can send and want to get.
    pub heart_beat: HeartBeat,
}

/// Who acknowledges the messages of a subscription.
///
/// # Source
/// STOMP 1.2, "SUBSCRIBE ack Header".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AckMode {
    /// Nobody: a message counts as consumed when it is sent.
    #[default]
    Auto,
    /// The client, each time for all messages so far.
    Client,
    /// The client, each message by itself. Not in 1.0.
    ClientIndividual,
}

impl AckMode {
    /// The mode on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Client => "client",
            Self::ClientIndividual => "client-individual",
        }
    }
}

impl Frame {
    /// CONNECT, a client's first frame.
    pub fn connect(connect: &Connect<'_>) -> Self {
        let offered = |version: &Version| {
            connect.accept_version.is_empty() || connect.accept_version.contains(version)
        };
        let versions: Vec<&str> = Version::ALL
            .iter()
            .filter(|version| offered(version))
            .map(|v| v.as_str())
            .collect();
        let frame = Self::new(Command::Connect).header("accept-version", versions.join(","));
        frame
            .header_if("host", connect.host)
            .header_if("login", connect.login)
            .header_if("passcode", connect.passcode)
            .header("heart-beat", connect.heart_beat.to_header())
    }

    /// SEND: a message for `destination`. An empty `content_type` is left out; the server then takes the body for a
    /// binary blob.
    pub fn send(destination: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let content_type = (!content_type.is_empty()).then_some(content_type);
        let frame = Self::new(Command::Send).header("destination", destination);
        Self {
            body: body.into(),
            ..frame.header_if("content-type", content_type)
        }
    }

    /// SUBSCRIBE: `id` is ours, and new for each subscription of this connection.
    pub fn subscribe(id: &str, destination: &str, ack: AckMode) -> Self {
        let frame = Self::new(Command::Subscribe).header("id", id);
        frame
            .header("destination", destination)
            .header("ack", ack.as_str())
    }

    /// UNSUBSCRIBE: ends the subscription `id`.
    pub fn unsubscribe(id: &str) -> Self {
        Self::new(Command::Unsubscribe).header("id", id)
    }

    /// ACK: `message` has been consumed. `None` where it has no `ack` header, or no `subscription` in 1.1: then the
    /// subscription acknowledges by itself.
    pub fn ack(message: &MessageView<'_>, version: Version) -> Option<Self> {
        Self::answer(Command::Ack, message, version)
    }

    /// NACK: `message` has not been consumed. `None` as for [`Frame::ack`], and always in 1.0, which has no NACK.
    pub fn nack(message: &MessageView<'_>, version: Version) -> Option<Self> {
        (version > Version::V1_0).then(|| Self::answer(Command::Nack, message, version))?
    }

    fn answer(command: Command, message: &MessageView<'_>, version: Version) -> Option<Self> {
        let frame = Self::new(command);
        Some(match version {
            Version::V1_0 => frame.header("message-id", message.message_id),
            // An id is one subscription's alone, so 1.1 requires both.
            Version::V1_1 => frame
                .header("message-id", message.message_id)
                .header("subscription", message.subscription?),
            // 1.2 names the acknowledgement and not the message: `id` is what MESSAGE had in `ack`.
            Version::V1_2 => frame.header("id", message.ack?),
        })
    }

    /// BEGIN: starts the transaction `transaction`.
    pub fn begin(transaction: &str) -> Self {
        Self::new(Command::Begin).header("transaction", transaction)
    }

    /// COMMIT: commits the transaction `transaction`.
    pub fn commit(transaction: &str) -> Self {
        Self::new(Command::Commit).header("transaction", transaction)
    }

    /// ABORT: takes the transaction `transaction` back.
    pub fn abort(transaction: &str) -> Self {
        Self::new(Command::Abort).header("transaction", transaction)
    }

    /// DISCONNECT: the last frame. When `receipt` comes back, the server has all before it, and we may close.
    pub fn disconnect(receipt: &str) -> Self {
        Self::new(Command::Disconnect).receipt(receipt)
    }

    /// The frame, asking for a RECEIPT with the id `receipt`. Any frame but CONNECT may. Spring's simple broker
    /// answers only on DISCONNECT.
    #[must_use]
    pub fn receipt(self, receipt: &str) -> Self {
        self.header("receipt", receipt)
    }

    fn header_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_offered_in_rising_order() {
        let connect = |accept_version| {
            Frame::connect(&Connect {
                accept_version,
                ..Connect::default()
            })
        };
        assert_eq!(
            connect(&[]).headers.get("accept-version"),
            Some("1.0,1.1,1.2")
        );
        let twice = connect(&[Version::V1_2, Version::V1_1, Version::V1_2]);
        assert_eq!(twice.headers.get("accept-version"), Some("1.1,1.2"));
        assert_eq!(twice.headers.get("heart-beat"), Some("0,0"));
        assert_eq!(twice.headers.get("login"), None);
        assert_eq!(twice.headers.get("host"), None);
    }

    #[test]
    fn an_acknowledgement_is_written_as_the_version_wants_it() {
        let message = MessageView {
            message_id: "m",
            subscription: Some("s"),
            ack: Some("a"),
            ..MessageView::default()
        };
        let ack = |version| Frame::ack(&message, version).expect("all there").headers;
        assert_eq!(
            ack(Version::V1_0).iter().collect::<Vec<_>>(),
            [("message-id", "m")]
        );
        assert_eq!(
            ack(Version::V1_1).iter().collect::<Vec<_>>(),
            [("message-id", "m"), ("subscription", "s")]
        );
        assert_eq!(ack(Version::V1_2).iter().collect::<Vec<_>>(), [("id", "a")]);
        assert_eq!(Frame::nack(&message, Version::V1_0), None);
        assert!(Frame::nack(&message, Version::V1_2).is_some());
        assert_eq!(Frame::ack(&MessageView::default(), Version::V1_2), None);
    }
}
