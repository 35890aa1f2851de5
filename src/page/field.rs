//! Pure: the fields of the further settings. What each is called in a link, which protocols use it, what may stand in it.

use std::fmt;
use std::time::Duration;

use leptos_chat::json::Value;
use leptos_chat::shape::{Path, PathError, Template, TemplateError, preset};
use leptos_chat::{Heartbeat, HeartbeatSetting, Protocol};

/// One thing to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// STOMP: where to send; and to listen, unless `Listen` says otherwise.
    Destination,
    /// Socket.IO: the event to send.
    Event,
    /// Socket.IO: further events to show. STOMP: what to subscribe to.
    Listen,
    /// Socket.IO: the namespace.
    Namespace,
    /// Socket.IO: the auth payload.
    Auth,
    /// STOMP: who connects.
    Login,
    /// STOMP: the password.
    Password,
    /// STOMP: the virtual host.
    VirtualHost,
    /// STOMP: one more header of CONNECT, such as `Authorization: Bearer …`.
    ConnectHeader,
    /// STOMP: one more header of each SUBSCRIBE, such as `selector: priority > 3`.
    SubscribeHeader,
    /// STOMP: one more header of each SEND.
    SendHeader,
    /// The shape of a well-known server, by its name. The fields below it win.
    Preset,
    /// What a message looks like.
    Send,
    /// Where the words are in what comes in.
    Text,
    /// Where the sender is.
    From,
    /// Where the id is.
    Id,
    /// What is sent at each opening.
    Hello,
    /// A piece of the answer to it.
    Ready,
    /// The heartbeat.
    Ping,
    /// What answers the server's own.
    Pong,
    /// What `{secret}` stands for.
    Secret,
    /// The subprotocols to offer.
    Subprotocol,
    /// Seconds between heartbeats, or `off`.
    Heartbeat,
}

/// What kind of control a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// One line.
    Line,
    /// One of the presets.
    Choice,
    /// Several, one a line.
    Lines,
    /// One line that nobody may see: held by the form alone, never stored, never in a URL.
    Secret,
}

impl Field {
    /// All of them, in the order of the form, which is that of the numbers they stand for.
    pub const ALL: [Self; 23] = [
        Self::Destination,
        Self::Event,
        Self::Listen,
        Self::Namespace,
        Self::Auth,
        Self::Login,
        Self::Password,
        Self::VirtualHost,
        Self::ConnectHeader,
        Self::SubscribeHeader,
        Self::SendHeader,
        Self::Preset,
        Self::Send,
        Self::Text,
        Self::From,
        Self::Id,
        Self::Hello,
        Self::Ready,
        Self::Ping,
        Self::Pong,
        Self::Secret,
        Self::Subprotocol,
        Self::Heartbeat,
    ];

    /// The name in the page; in its URL and in the browser's storage too, unless it is a secret.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Preset => "preset",
            Self::Send => "send",
            Self::Text => "text",
            Self::From => "from",
            Self::Id => "id",
            Self::Hello => "hello",
            Self::Ready => "ready",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Secret => "secret",
            Self::Destination => "destination",
            Self::Event => "event",
            Self::Listen => "listen",
            Self::Namespace => "namespace",
            Self::Auth => "auth",
            Self::Login => "login",
            Self::Password => "password",
            Self::VirtualHost => "vhost",
            Self::ConnectHeader => "connect-header",
            Self::SubscribeHeader => "subscribe-header",
            Self::SendHeader => "send-header",
            Self::Subprotocol => "subprotocol",
            Self::Heartbeat => "heartbeat",
        }
    }

    /// The name in the page's URL and in the browser's storage; `None` for a secret, which belongs in neither.
    pub fn public_name(self) -> Option<&'static str> {
        (!self.is_secret()).then(|| self.id())
    }

    /// What kind of control it is.
    pub const fn control(self) -> Control {
        match self {
            Self::Preset => Control::Choice,
            Self::Hello | Self::Listen | Self::Subprotocol => Control::Lines,
            Self::Secret | Self::Auth | Self::Password => Control::Secret,
            // Any of them may carry a token.
            field if field.is_header() => Control::Secret,
            _ => Control::Line,
        }
    }

    /// Held by the form alone: never stored, never in a URL, never shown.
    pub const fn is_secret(self) -> bool {
        matches!(self.control(), Control::Secret)
    }

    /// Whether a protocol has a use for it.
    pub const fn fits(self, protocol: Protocol) -> bool {
        match (protocol, self) {
            (Protocol::Auto, _) | (_, Self::Heartbeat | Self::Subprotocol) => true,
            (Protocol::SocketIo, field) => field.is_socket_ios() || field.is_message_shape(),
            (Protocol::Stomp | Protocol::SockJs, field) => field.is_stomps() || field.is_shape(),
            (_, field) => field.is_shape(),
        }
    }

    /// Of a message: it holds inside of Socket.IO's payload too.
    const fn is_message_shape(self) -> bool {
        matches!(
            self,
            Self::Preset | Self::Send | Self::Text | Self::From | Self::Id | Self::Secret
        )
    }

    const fn is_shape(self) -> bool {
        self.is_message_shape()
            || matches!(self, Self::Hello | Self::Ready | Self::Ping | Self::Pong)
    }

    const fn is_socket_ios(self) -> bool {
        matches!(
            self,
            Self::Event | Self::Listen | Self::Namespace | Self::Auth
        )
    }

    /// Whether STOMP alone has a use for it, or, with `Listen`, STOMP inside of SockJS.
    pub const fn is_stomps(self) -> bool {
        matches!(
            self,
            Self::Destination | Self::Listen | Self::Login | Self::Password | Self::VirtualHost
        ) || self.is_header()
    }

    const fn is_header(self) -> bool {
        matches!(
            self,
            Self::ConnectHeader | Self::SubscribeHeader | Self::SendHeader
        )
    }

    /// What is wrong with this value; `None` where nothing is, or nothing is entered.
    pub fn trouble(self, value: &str) -> Option<Trouble> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        self.trouble_in(value)
    }

    #[inline(never)]
    fn trouble_in(self, value: &str) -> Option<Trouble> {
        let template = |text: &str| text.parse::<Template>().err().map(Trouble::Template);
        match self {
            Self::Preset => preset(value).is_none().then_some(Trouble::Preset),
            Self::Send => Template::message(value).err().map(Trouble::Template),
            Self::Hello => lines(value).find_map(template),
            Self::Ping | Self::Pong => template(value),
            Self::Text | Self::From | Self::Id => value.parse::<Path>().err().map(Trouble::Path),
            Self::Auth => auth(value).is_none().then_some(Trouble::Auth),
            field if field.is_header() => header(value).is_none().then_some(Trouble::Header),
            Self::Heartbeat => heartbeat(value).is_none().then_some(Trouble::Heartbeat),
            _ => None,
        }
    }
}

/// What is wrong with what a person entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is no template.
    Template(TemplateError),
    /// It is no path.
    Path(PathError),
    /// It is neither a number of seconds nor `off`.
    Heartbeat,
    /// It is no JSON object.
    Auth,
    /// It is no header.
    Header,
    /// There is no preset of this name.
    Preset,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(error) => error.fmt(f),
            Self::Path(error) => error.fmt(f),
            Self::Heartbeat => f.write_str("a number of seconds from 1, or off"),
            Self::Auth => f.write_str("not a JSON object, such as {\"token\":\"…\"}"),
            Self::Header => f.write_str("not a header, such as Authorization: Bearer …"),
            Self::Preset => f.write_str("there is no preset of this name"),
        }
    }
}

/// What stands in a field for several, one a line.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// `Name: value`.
pub fn header(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once(':')?;
    let name = Some(name.trim()).filter(|name| !name.is_empty())?;
    Some((name.to_owned(), value.trim().to_owned()))
}

/// Socket.IO's auth payload: an object.
pub fn auth(text: &str) -> Option<Value> {
    let value = Value::parse(text).ok()?;
    value.is_object().then_some(value)
}

/// A number of seconds, at least one; or `off`.
pub fn heartbeat(text: &str) -> Option<Option<Heartbeat>> {
    if text == "off" {
        return Some(None);
    }
    let heartbeat = Heartbeat::every(seconds(text)?);
    // A shorter pace would be lengthened without a word.
    let is_taken = HeartbeatSetting::from(heartbeat).pace() == Some(heartbeat);
    is_taken.then_some(Some(heartbeat))
}

/// Digits, and a point with more of them; milliseconds count. Rust's own reading of such numbers weighs 14 kB.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis = Duration::from_millis(fraction.parse().ok()?);
    let whole = if whole.is_empty() { "0" } else { whole };
    Duration::from_secs(whole.parse().ok()?).checked_add(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_the_order_of_their_numbers() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, place, "{field:?}");
        }
    }

    #[test]
    fn heartbeats_are_seconds_or_off() {
        let every = |send, expect| {
            Some(Some(Heartbeat {
                send_every: Duration::from_millis(send),
                expect_within: Duration::from_millis(expect),
            }))
        };
        assert_eq!(heartbeat("1"), every(1_000, 1_000));
        assert_eq!(heartbeat("1.5"), every(1_500, 1_500));
        assert_eq!(heartbeat("1.2567"), every(1_256, 1_256));
        assert_eq!(heartbeat("2."), every(2_000, 2_000));
        assert_eq!(heartbeat("60"), every(60_000, 10_000));
        assert_eq!(heartbeat("off"), Some(None));
        for nonsense in [
            "", ".", "0", ".5", "0.999", "-1", "1,5", "NaN", "inf", "1e300", "soon",
        ] {
            assert_eq!(heartbeat(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_wrong_value_is_told_and_an_empty_one_is_none() {
        assert_eq!(
            Field::Send.trouble(r#"{"message":"x"}"#),
            Some(Trouble::Template(TemplateError::NoText))
        );
        assert_eq!(Field::Send.trouble(r#"{"message":"{text}"}"#), None);
        assert_eq!(
            Field::Hello.trouble("{user}\n{nobody}"),
            Some(Trouble::Template(TemplateError::UnknownName(
                "nobody".into()
            )))
        );
        assert_eq!(
            Field::Text.trouble("data..body"),
            Some(Trouble::Path(PathError::EmptyStep))
        );
        assert_eq!(Field::Auth.trouble("[]"), Some(Trouble::Auth));
        assert_eq!(Field::Auth.trouble(r#"{"token":"x"}"#), None);
        assert_eq!(Field::Preset.trouble("nobody's"), Some(Trouble::Preset));
        for field in Field::ALL {
            assert_eq!(field.trouble(" "), None, "{field:?}");
        }
    }

    #[test]
    fn each_protocol_asks_for_what_it_uses() {
        let of = |protocol| {
            Field::ALL
                .into_iter()
                .filter(move |field| field.fits(protocol))
        };
        assert_eq!(of(Protocol::Auto).count(), Field::ALL.len());
        assert!(of(Protocol::Json).all(|field| !field.is_stomps() && field != Field::Event));
        assert!(of(Protocol::Stomp).any(|field| field == Field::Send));
        assert!(of(Protocol::Stomp).all(|field| field != Field::Event));
        assert!(of(Protocol::SocketIo).any(|field| field == Field::Listen));
        assert!(of(Protocol::SocketIo).all(|field| field != Field::Login));
    }
}
