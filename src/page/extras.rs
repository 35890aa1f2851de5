//! Pure: what stands in the further settings, and what it means for a connection.

use std::fmt;

use leptos_chat::shape::{Path, Preset, Shape, Template, preset};
use leptos_chat::{Heartbeat, Protocol, SocketOptions};

use super::field::{self, Control, Field, Trouble};

/// A value for each field; an empty one is none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extras([String; Field::ALL.len()]);

impl fmt::Debug for Extras {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = Field::ALL.iter().filter(|field| !field.is_secret());
        f.debug_map()
            .entries(public.filter_map(|field| Some((field, self.get(*field)?))))
            .finish_non_exhaustive()
    }
}

impl Extras {
    /// Reads those that may be public; `get` gives all values of a name. A preset or a heartbeat that is none counts as absent.
    pub fn read(get: impl Fn(&str) -> Vec<String>) -> Self {
        let mut extras = Self::default();
        for field in Field::ALL {
            let Some(name) = field.public_name() else {
                continue;
            };
            let values = get(name);
            let value = match field.control() {
                Control::Lines => values.join("\n"),
                _ => values.into_iter().next().unwrap_or_default(),
            };
            let droppable = matches!(field, Field::Preset | Field::Heartbeat);
            if !droppable || field.trouble(&value).is_none() {
                extras.set(field, value);
            }
        }
        extras
    }

    /// What a person means by a field: without white space around it, but for a secret.
    pub fn get(&self, field: Field) -> Option<&str> {
        let value = self.raw(field);
        let value = match field {
            Field::Password | Field::Secret => value,
            _ => value.trim(),
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

    /// Whether any of these fields is set.
    pub fn any_of(&self, mut fields: impl FnMut(Field) -> bool) -> bool {
        Field::ALL
            .into_iter()
            .any(|field| fields(field) && self.get(field).is_some())
    }

    /// Whether anything is set.
    pub fn any(&self) -> bool {
        self.any_of(|_| true)
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

    /// Empties the fields of secrets.
    pub fn forget_secrets(&mut self) {
        for field in Field::ALL {
            if field.is_secret() {
                self.set(field, String::new());
            }
        }
    }

    /// What is wrong with a field.
    pub fn trouble(&self, field: Field) -> Option<Trouble> {
        field.trouble(self.raw(field))
    }

    /// The first field that a protocol uses and that has something wrong in it.
    pub fn first_wrong(&self, protocol: Protocol) -> Option<Field> {
        Field::ALL
            .into_iter()
            .find(|field| field.fits(protocol) && self.trouble(*field).is_some())
    }

    fn preset(&self) -> Option<&'static Preset> {
        preset(self.get(Field::Preset)?)
    }

    fn lines(&self, field: Field) -> Vec<String> {
        let lines = field::lines(self.raw(field));
        lines.map(ToOwned::to_owned).collect()
    }

    /// The preset's shape, and over it what the fields say.
    fn shape(&self) -> Shape {
        let mut shape = self.preset().map(Preset::shape).unwrap_or_default();
        let template = |field| self.get(field)?.parse::<Template>().ok();
        let path = |field| self.get(field)?.parse::<Path>().ok();
        let hello = self.lines(Field::Hello);
        if !hello.is_empty() {
            shape.hello = hello.iter().filter_map(|line| line.parse().ok()).collect();
        }
        if let Some(ready) = self.get(Field::Ready) {
            shape.ready = Some(ready.to_owned());
        }
        shape.send = template(Field::Send).or(shape.send);
        shape.text = path(Field::Text).or(shape.text);
        shape.from = path(Field::From).or(shape.from);
        shape.id = path(Field::Id).or(shape.id);
        shape.ping = template(Field::Ping).or(shape.ping);
        shape.pong = template(Field::Pong).or(shape.pong);
        shape
    }

    /// The heartbeat: `Some(None)` is off, `None` that nothing (readable) was entered.
    fn heartbeat(&self) -> Option<Option<Heartbeat>> {
        let preset = || {
            let seconds = self.preset()?.heartbeat?;
            Some(Some(Heartbeat::every(std::time::Duration::from_secs(
                seconds,
            ))))
        };
        match self.get(Field::Heartbeat) {
            Some(text) => field::heartbeat(text),
            None => preset(),
        }
    }

    /// Puts them into the options of a socket.
    #[inline(never)]
    pub fn apply(&self, options: &mut SocketOptions) {
        let get = |field| self.get(field).map(ToOwned::to_owned);
        if let Some(heartbeat) = self.heartbeat() {
            options.config.heartbeat = heartbeat.into();
        }
        let session = options.session_mut();
        session.shape = self.shape();
        session.credentials.secret = get(Field::Secret);
        session.listen = self.lines(Field::Listen);
        session.subprotocols = self.lines(Field::Subprotocol);
        if let (true, Some(preset)) = (session.subprotocols.is_empty(), self.preset()) {
            let names = preset.subprotocols.iter();
            session.subprotocols = names.map(|name| (*name).to_owned()).collect();
        }
        session.socketio.event = get(Field::Event);
        session.socketio.namespace = get(Field::Namespace);
        session.credentials.auth = self.get(Field::Auth).and_then(field::auth);
        session.stomp.destination = get(Field::Destination);
        session.credentials.login = get(Field::Login);
        session.credentials.passcode = get(Field::Password);
        session.stomp.vhost = get(Field::VirtualHost);
        let header = |field| self.get(field).and_then(field::header);
        let headers = &mut session.stomp.headers;
        headers.connect.extend(header(Field::ConnectHeader));
        headers.subscribe.extend(header(Field::SubscribeHeader));
        headers.send.extend(header(Field::SendHeader));
        // Who names a destination or a login inside of SockJS means STOMP.
        if session.protocol == Protocol::SockJs && self.any_of(Field::is_stomps) {
            session.sockjs.inside = Protocol::Stomp;
        }
    }
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

    fn applied(protocol: Protocol, extras: &Extras) -> SocketOptions {
        let mut options = SocketOptions::default().protocol(protocol);
        extras.clone().fitting(protocol).apply(&mut options);
        options
    }

    const SECRETS: [Field; 6] = [
        Field::Secret,
        Field::Auth,
        Field::Password,
        Field::ConnectHeader,
        Field::SubscribeHeader,
        Field::SendHeader,
    ];

    #[test]
    fn no_url_and_no_storage_gives_a_secret() {
        let extras = Extras::read(|name| vec![format!("from {name}")]);
        assert_eq!(extras.get(Field::Login), Some("from login"));
        for secret in SECRETS {
            assert_eq!(extras.get(secret), None, "{secret:?}");
        }
    }

    #[test]
    fn each_header_goes_with_its_own_frame() {
        let options = applied(
            Protocol::Stomp,
            &with(&[
                (Field::ConnectHeader, "Authorization: Bearer a"),
                (Field::SubscribeHeader, "selector: priority > 3"),
                (Field::SendHeader, "x-token: b:c"),
            ]),
        );
        let headers = &options.session_options().stomp.headers;
        let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert_eq!(headers.connect, pair("Authorization", "Bearer a"));
        assert_eq!(headers.subscribe, pair("selector", "priority > 3"));
        assert_eq!(headers.send, pair("x-token", "b:c"));
    }

    #[test]
    fn what_may_repeat_is_kept_line_by_line() {
        let extras = Extras::read(|name| match name {
            "hello" => vec!["{user}".into(), r#"{"join":"lobby"}"#.into()],
            "login" => vec!["ada".into(), "eve".into()],
            _ => Vec::new(),
        });
        assert_eq!(extras.raw(Field::Hello), "{user}\n{\"join\":\"lobby\"}");
        assert_eq!(extras.get(Field::Login), Some("ada"));
        let options = applied(Protocol::Json, &extras);
        let hello = &options.session_options().shape.hello;
        assert_eq!(hello.len(), 2);
        assert_eq!(hello[0].to_string(), "{user}");
    }

    #[test]
    fn secrets_are_not_in_the_debug_output() {
        let mut extras = with(&[(Field::Login, "ada")]);
        for secret in SECRETS {
            extras.set(secret, "hunter2".into());
        }
        let text = format!("{extras:?}");
        assert!(text.contains("ada") && !text.contains("hunter2"), "{text}");
        extras.forget_secrets();
        assert!(!extras.any_of(Field::is_secret) && extras.any());
    }

    #[test]
    fn a_preset_is_the_ground_and_the_fields_win() {
        let extras = with(&[(Field::Preset, "phoenix"), (Field::Text, "4.text")]);
        let options = applied(Protocol::Json, &extras);
        let shape = &options.session_options().shape;
        assert!(shape.send.is_some() && shape.ping.is_some() && !shape.hello.is_empty());
        assert_eq!(
            shape.text.as_ref().map(ToString::to_string).as_deref(),
            Some("4.text")
        );
        assert_eq!(
            options.config.heartbeat.pace(),
            Some(Heartbeat::every(std::time::Duration::from_secs(30)))
        );
        let cable = applied(Protocol::Json, &with(&[(Field::Preset, "action-cable")]));
        assert_eq!(
            cable.session_options().subprotocols,
            ["actioncable-v1-json"]
        );
    }

    #[test]
    fn a_wrong_field_counts_only_where_it_is_used() {
        let extras = with(&[(Field::Hello, "{nobody}"), (Field::Login, "ada")]);
        assert_eq!(extras.first_wrong(Protocol::Json), Some(Field::Hello));
        assert_eq!(extras.first_wrong(Protocol::SocketIo), None);
    }

    #[cfg(feature = "stomp")]
    #[test]
    fn a_password_is_given_as_it_is_and_to_stomp_alone() {
        let extras = with(&[
            (Field::Login, " ada "),
            (Field::Password, " x "),
            (Field::Event, "e"),
        ]);
        let options = applied(Protocol::Stomp, &extras);
        let session = options.session_options();
        assert_eq!(
            (
                session.credentials.login.as_deref(),
                session.credentials.passcode.as_deref()
            ),
            (Some("ada"), Some(" x "))
        );
        assert_eq!(session.socketio.event, None);
        assert_eq!(
            applied(Protocol::Json, &extras)
                .session_options()
                .credentials
                .passcode,
            None
        );
    }

    #[cfg(feature = "stomp")]
    #[test]
    fn the_options_keep_secrets_out_of_their_debug_output_as_well() {
        let mut extras = Extras::default();
        for secret in SECRETS {
            extras.set(secret, "{\"a\":\"hunter2\"}".into());
        }
        let options = applied(Protocol::Auto, &extras);
        assert!(
            options.session_options().credentials.auth.is_some()
                && options.session_options().credentials.secret.is_some()
        );
        assert!(!format!("{options:?}").contains("hunter2"));
        let target = leptos_chat::Target {
            passcode: options.session_options().credentials.passcode.clone(),
            ..leptos_chat::Target::new("wss://h/room?token=hunter2")
        };
        assert!(!format!("{target:?}").contains("hunter2"));
    }

    #[cfg(all(feature = "stomp", feature = "sockjs"))]
    #[test]
    fn a_destination_inside_of_sockjs_means_stomp() {
        let inside = |extras| {
            applied(Protocol::SockJs, &extras)
                .session_options()
                .sockjs
                .inside
        };
        assert_eq!(
            inside(with(&[(Field::Destination, "/topic/x")])),
            Protocol::Stomp
        );
        assert_eq!(inside(with(&[(Field::Heartbeat, "5")])), Protocol::Auto);
    }
}
