//! What only some protocols ask for: a destination, a login, a namespace. The values (pure), and the part of the form.

use std::fmt;
use std::time::Duration;

use leptos::html::Details;
use leptos::prelude::*;
use leptos_chat::shape::{Path, PathError, Shape, Template, TemplateError};
use leptos_chat::{Heartbeat, Language, Protocol, SocketOptions};

use super::words;

/// One thing to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// STOMP: where to send; and to listen, unless `Listen` says otherwise.
    Destination,
    /// STOMP: what to subscribe to; several are separated by commas.
    Listen,
    /// STOMP: who connects.
    Login,
    /// STOMP: the password. Held by the form alone: never stored, never in a URL.
    Password,
    /// STOMP: the virtual host.
    VirtualHost,
    /// STOMP: one more header of CONNECT, such as `Authorization: Bearer …`. As secret as the password.
    ConnectHeader,
    /// What is sent at each opening; several are lines of it.
    Hello,
    /// The outgoing message.
    Send,
    /// Where the words are in what comes in.
    Text,
    /// Where the sender's name is.
    From,
    /// Socket.IO: the event.
    Event,
    /// Socket.IO: the namespace.
    Namespace,
    /// All: seconds between heartbeats, or `off`.
    Heartbeat,
}

impl Field {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 13] = [
        Self::Destination,
        Self::Listen,
        Self::Login,
        Self::Password,
        Self::VirtualHost,
        Self::ConnectHeader,
        Self::Send,
        Self::Text,
        Self::From,
        Self::Hello,
        Self::Event,
        Self::Namespace,
        Self::Heartbeat,
    ];

    /// The name in the page's URL and in the browser's storage; `None` for what belongs in neither.
    pub const fn public_name(self) -> Option<&'static str> {
        match self {
            Self::Destination => Some("destination"),
            Self::Listen => Some("listen"),
            Self::Login => Some("login"),
            Self::Password | Self::ConnectHeader => None,
            Self::VirtualHost => Some("vhost"),
            Self::Hello => Some("hello"),
            Self::Send => Some("send"),
            Self::Text => Some("text"),
            Self::From => Some("from"),
            Self::Event => Some("event"),
            Self::Namespace => Some("namespace"),
            Self::Heartbeat => Some("heartbeat"),
        }
    }

    /// Whether a protocol has a use for it.
    pub fn fits(self, protocol: Protocol) -> bool {
        match (protocol, self) {
            (_, Self::Heartbeat) | (Protocol::Auto, _) => true,
            (Protocol::Stomp | Protocol::SockJs, field) => field.is_stomps() || field.is_of_shape(),
            (Protocol::SocketIo, field) => !field.is_stomps() && !field.is_of_shape(),
            _ => false,
        }
    }

    /// How messages look.
    const fn is_of_shape(self) -> bool {
        matches!(self, Self::Hello | Self::Send | Self::Text | Self::From)
    }

    const fn is_stomps(self) -> bool {
        matches!(
            self,
            Self::Destination
                | Self::Listen
                | Self::Login
                | Self::Password
                | Self::VirtualHost
                | Self::ConnectHeader
        )
    }

    /// Held by the form alone: never stored, never in a URL, never shown.
    pub const fn is_secret(self) -> bool {
        self.public_name().is_none()
    }

    const fn id(self) -> &'static str {
        match self.public_name() {
            Some(name) => name,
            None if matches!(self, Self::Password) => "password",
            None => "connect-header",
        }
    }
}

/// A value for each field; an empty one is none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extras([String; Field::ALL.len()]);

impl fmt::Debug for Extras {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = Field::ALL
            .iter()
            .filter(|field| field.public_name().is_some());
        f.debug_map()
            .entries(public.filter_map(|field| Some((field, self.get(*field)?))))
            .finish_non_exhaustive()
    }
}

impl Extras {
    /// Reads those that may be public; what is empty or makes no sense counts as absent.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let mut extras = Self::default();
        for field in Field::ALL {
            let value = field.public_name().and_then(&get).unwrap_or_default();
            if field != Field::Heartbeat || heartbeat(value.trim()).is_some() {
                extras.set(field, value);
            }
        }
        extras
    }

    /// What a person means by a field: without white space around it, but for a password.
    pub fn get(&self, field: Field) -> Option<&str> {
        let value = self.0[field as usize].as_str();
        let value = if field == Field::Password {
            value
        } else {
            value.trim()
        };
        Some(value).filter(|value| !value.is_empty())
    }

    /// As it stands in the form.
    pub fn raw(&self, field: Field) -> &str {
        &self.0[field as usize]
    }

    /// Sets a field.
    pub fn set(&mut self, field: Field, value: String) {
        self.0[field as usize] = value;
    }

    /// These, and where one is missing, the other's.
    pub fn or(mut self, other: &Self) -> Self {
        for field in Field::ALL {
            if self.get(field).is_none() {
                self.set(field, other.raw(field).to_owned());
            }
        }
        self
    }

    /// Whether anything is set.
    pub fn any(&self) -> bool {
        Field::ALL.iter().any(|field| self.get(*field).is_some())
    }

    /// Without what this protocol has no use for: a password goes nowhere that it was not meant for.
    pub fn fitting(mut self, protocol: Protocol) -> Self {
        for field in Field::ALL {
            if !field.fits(protocol) {
                self.set(field, String::new());
            }
        }
        self
    }

    /// Whether a secret is among them.
    pub fn any_secret(&self) -> bool {
        let mut secrets = Field::ALL.iter().filter(|field| field.is_secret());
        secrets.any(|field| self.get(*field).is_some())
    }

    /// Empties the fields of secrets.
    pub fn forget_secrets(&mut self) {
        for field in Field::ALL.iter().filter(|field| field.is_secret()) {
            self.set(*field, String::new());
        }
    }

    /// The heartbeat: `Some(None)` is off, `None` that nothing (readable) was entered.
    pub fn heartbeat(&self) -> Option<Option<Heartbeat>> {
        heartbeat(self.get(Field::Heartbeat)?)
    }

    /// How messages look. What makes no sense counts as absent; the form says so.
    fn shape(&self) -> Shape {
        let path = |field| self.get(field)?.parse().ok();
        let hello = self.get(Field::Hello).unwrap_or_default();
        Shape {
            hello: hello
                .lines()
                .filter_map(|line| template(line).ok())
                .collect(),
            send: self
                .get(Field::Send)
                .and_then(|text| Template::message(text).ok()),
            text: path(Field::Text),
            from: path(Field::From),
            ..Shape::default()
        }
    }

    /// Whether a server would be told something that no person has written: a link that brings it is not followed by itself.
    pub fn speaks(&self) -> bool {
        let said = [Field::Hello, Field::Send];
        said.iter().any(|field| self.get(*field).is_some())
    }

    /// Why a field's text makes no sense.
    fn trouble(&self, field: Field) -> Option<String> {
        let text = self.get(field)?;
        match field {
            Field::Heartbeat => self.heartbeat().is_none().then(String::new),
            Field::ConnectHeader => header(text).is_none().then(String::new),
            Field::Send => Template::message(text).err().map(|error| error.to_string()),
            Field::Hello => {
                let errors = text.lines().filter_map(|line| template(line).err());
                errors.map(|error| error.to_string()).next()
            }
            Field::Text | Field::From => text
                .parse::<Path>()
                .err()
                .map(|error: PathError| error.to_string()),
            _ => None,
        }
    }

    /// Puts them into the options of a socket.
    pub fn apply(&self, options: &mut SocketOptions) {
        let get = |field| self.get(field).map(ToOwned::to_owned);
        if let Some(heartbeat) = self.heartbeat() {
            options.config.heartbeat = heartbeat.into();
        }
        let session = &mut options.session;
        session.shape = self.shape();
        session.event = get(Field::Event);
        session.namespace = get(Field::Namespace);
        session.send_to = get(Field::Destination);
        session.listen = list(self.get(Field::Listen).unwrap_or_default()).collect();
        session.login = get(Field::Login);
        session.passcode = get(Field::Password);
        session.vhost = get(Field::VirtualHost);
        let header = self.get(Field::ConnectHeader).and_then(header);
        session.stomp_headers.connect.extend(header);
        // Who names a destination or a login inside of SockJS means STOMP.
        if session.protocol == Protocol::SockJs
            && Field::ALL
                .iter()
                .any(|field| field.is_stomps() && self.get(*field).is_some())
        {
            session.inside = Protocol::Stomp;
        }
    }
}

/// What commas separate.
fn list(text: &str) -> impl Iterator<Item = String> {
    let items = text.split(',').map(str::trim);
    items.filter(|item| !item.is_empty()).map(ToOwned::to_owned)
}

fn template(text: &str) -> Result<Template, TemplateError> {
    text.parse()
}

/// `Name: value`.
fn header(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once(':')?;
    let name = Some(name.trim()).filter(|name| !name.is_empty())?;
    Some((name.to_owned(), value.trim().to_owned()))
}

/// A number of seconds, or `off`.
fn heartbeat(text: &str) -> Option<Option<Heartbeat>> {
    if text == "off" {
        return Some(None);
    }
    let seconds: f64 = text.parse().ok()?;
    let send_every = Duration::try_from_secs_f64(seconds).ok()?;
    (seconds >= 0.1).then(|| Some(Heartbeat::every(send_every)))
}

/// The part of the form that is out of the way until it is asked for, or until what is in it was refused.
#[component]
pub fn MoreSettings(
    extras: RwSignal<Extras>,
    protocol: RwSignal<Protocol>,
    lang: RwSignal<Language>,
    open: bool,
    refused: Memo<bool>,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    Effect::new(move || {
        if let (true, Some(details)) = (refused.get(), details.get()) {
            // Setting an attribute of a valid name does not fail.
            let _ = details.set_attribute("open", "");
        }
    });
    let entries = Field::ALL.map(|field| {
        let fits = Memo::new(move |_| field.fits(protocol.get()));
        move || fits.get().then(|| view! { <Entry field extras lang /> })
    });
    view! {
        <details node_ref=details class="page-more" open=open>
            <summary>{move || words::of(lang.get()).more}</summary>
            <div class="page-more-entries">{entries.into_iter().collect_view()}</div>
        </details>
    }
    .into_any()
}

#[component]
fn Entry(field: Field, extras: RwSignal<Extras>, lang: RwSignal<Language>) -> impl IntoView {
    let id = format!("extra-{}", field.id());
    let value = move || extras.with(|extras| extras.raw(field).to_owned());
    let trouble = move || extras.with(|extras| extras.trouble(field));
    view! {
        <div class="page-entry">
            <label for=id.clone()>{move || words::field(lang.get(), field)}</label>
            <input
                id=id
                type=if field.is_secret() { "password" } else { "text" }
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder=words::example(field)
                aria-invalid=move || trouble().map(|_| "true")
                title=move || trouble().filter(|words| !words.is_empty())
                prop:value=value
                on:input=move |event| extras.update(|extras| extras.set(field, event_target_value(&event)))
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(Field, &str)]) -> Extras {
        let mut extras = Extras::default();
        for (field, value) in pairs {
            extras.set(*field, (*value).into());
        }
        extras
    }

    fn protocol(name: &str) -> Protocol {
        name.parse().unwrap()
    }

    fn applied(name: &str, extras: &Extras) -> SocketOptions {
        let mut options = SocketOptions::default().protocol(protocol(name));
        extras.clone().fitting(protocol(name)).apply(&mut options);
        options
    }

    #[test]
    fn heartbeats_are_seconds_or_off() {
        let every = |send, expect| {
            Some(Some(Heartbeat {
                send_every: Duration::from_millis(send),
                expect_within: Duration::from_millis(expect),
            }))
        };
        let read = |text| with(&[(Field::Heartbeat, text)]).heartbeat();
        assert_eq!(read("1"), every(1_000, 1_000));
        assert_eq!(read(" 0.5 "), every(500, 1_000));
        assert_eq!(read("60"), every(60_000, 10_000));
        assert_eq!(read("off"), Some(None));
        for nonsense in ["", "0", "-1", "NaN", "inf", "1e300", "soon"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
            assert!(!Extras::read(|_| Some(nonsense.into())).any() || !nonsense.is_empty());
        }
    }

    #[test]
    fn no_url_and_no_storage_gives_a_password() {
        let extras = Extras::read(|name| Some(format!("from {name}")));
        assert_eq!(extras.get(Field::Login), Some("from login"));
        assert_eq!(extras.get(Field::Heartbeat), None);
        assert_eq!(extras.get(Field::Password), None);
    }

    #[test]
    fn the_password_is_not_in_the_debug_output() {
        let text = format!(
            "{:?}",
            with(&[(Field::Login, "ada"), (Field::Password, "hunter2")])
        );
        assert!(text.contains("ada") && !text.contains("hunter2"), "{text}");
    }

    #[cfg(feature = "stomp")]
    #[test]
    fn a_password_is_given_as_it_is_and_to_stomp_alone() {
        let extras = with(&[
            (Field::Login, " ada "),
            (Field::Password, " x "),
            (Field::Event, "e"),
        ]);
        let session = applied("stomp", &extras).session;
        assert_eq!(
            (session.login.as_deref(), session.passcode.as_deref()),
            (Some("ada"), Some(" x "))
        );
        assert_eq!(session.event, None);
        assert_eq!(applied("json", &extras).session.passcode, None);
    }

    #[cfg(feature = "stomp")]
    #[test]
    fn the_options_keep_the_password_out_of_their_debug_output_as_well() {
        let session = applied("stomp", &with(&[(Field::Password, "hunter2")])).session;
        assert_eq!(session.passcode.as_deref(), Some("hunter2"));
        assert!(!format!("{session:?}").contains("hunter2"));
        let target = leptos_chat::Target {
            passcode: session.passcode,
            ..leptos_chat::Target::new("wss://h/room?token=hunter2")
        };
        assert!(!format!("{target:?}").contains("hunter2"));
    }

    #[cfg(feature = "stomp")]
    #[test]
    fn where_one_sends_and_where_one_listens_are_two_settings() {
        let session = |extras: &Extras| applied("stomp", extras).session;
        let both = with(&[
            (Field::Destination, "/app/hello"),
            (Field::Listen, "/topic/greetings, /user/queue/errors,"),
        ]);
        assert_eq!(session(&both).send_to.as_deref(), Some("/app/hello"));
        assert_eq!(
            session(&both).listen,
            ["/topic/greetings", "/user/queue/errors"]
        );
        let one = with(&[(Field::Destination, "/topic/chat")]);
        assert!(session(&one).listen.is_empty());
    }

    #[cfg(feature = "stomp")]
    #[test]
    fn a_header_of_connect_is_a_name_and_a_value_and_a_secret() {
        let extras = with(&[(Field::ConnectHeader, "Authorization: Bearer a:b")]);
        let headers = applied("stomp", &extras).session.stomp_headers;
        assert_eq!(
            headers.connect,
            [("Authorization".to_owned(), "Bearer a:b".to_owned())]
        );
        assert!(!format!("{extras:?} {headers:?}").contains("Bearer"));
        assert_eq!(header("no colon").or(header(": no name")), None);
    }

    #[cfg(all(feature = "stomp", feature = "sockjs"))]
    #[test]
    fn a_destination_inside_of_sockjs_means_stomp() {
        let inside = |extras| applied("sockjs", &extras).session.inside;
        assert_eq!(
            inside(with(&[(Field::Destination, "/topic/x")])),
            protocol("stomp")
        );
        assert_eq!(inside(with(&[(Field::Heartbeat, "5")])), Protocol::Auto);
    }
}
