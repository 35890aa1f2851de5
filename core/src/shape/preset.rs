//! Shapes of well-known servers, by name: [`PRESETS`].

use super::settings::Shape;
use super::template::Template;

/// The shape of a well-known server. Rooms, channels and targets in it are those of the framework's own tutorial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preset {
    /// Its name, as in `preset=`.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// [`Shape::hello`].
    pub hello: &'static [&'static str],
    /// [`Shape::ready`].
    pub ready: Option<&'static str>,
    /// [`Shape::send`].
    pub send: &'static str,
    /// [`Shape::text`].
    pub text: Option<&'static str>,
    /// [`Shape::from`].
    pub from: Option<&'static str>,
    /// [`Shape::ping`].
    pub ping: Option<&'static str>,
    /// [`Shape::pong`].
    pub pong: Option<&'static str>,
    /// The subprotocols to offer.
    pub subprotocols: &'static [&'static str],
    /// Seconds between heartbeats, where the server ends the link without.
    pub heartbeat: Option<u64>,
}

/// Nothing set.
const NONE: Preset = Preset {
    name: "",
    about: "",
    hello: &[],
    ready: None,
    send: "{text}",
    text: None,
    from: None,
    ping: None,
    pong: None,
    subprotocols: &[],
    heartbeat: None,
};

/// All presets, the usual shapes first.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "plain",
        about: "the words alone (FastAPI, axum, ws)",
        ..NONE
    },
    Preset {
        name: "text",
        about: "an object with \"text\"",
        send: r#"{"text":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "message",
        about: "an object with \"message\" (Django Channels)",
        send: r#"{"message":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "user-message",
        about: "an object with \"user\" and \"message\"",
        send: r#"{"user":"{user}","message":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "type-message",
        about: "an object with \"type\" and \"message\"",
        send: r#"{"type":"message","message":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "body",
        about: "an object with \"body\" (Tornado)",
        send: r#"{"body":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "event-data",
        about: "an event's name and its data (NestJS)",
        send: r#"{"event":"message","data":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "action-data",
        about: "an action and its data (API Gateway)",
        send: r#"{"action":"sendmessage","data":"{text}"}"#,
        ..NONE
    },
    Preset {
        name: "action-cable",
        about: "Rails' Action Cable, ChatChannel",
        hello: &[r#"{"command":"subscribe","identifier":"{\"channel\":\"ChatChannel\"}"}"#],
        ready: Some("confirm_subscription"),
        send: r#"{"command":"message","identifier":"{\"channel\":\"ChatChannel\"}","data":"{\"action\":\"speak\",\"message\":\"{text}\"}"}"#,
        subprotocols: &["actioncable-v1-json"],
        ..NONE
    },
    Preset {
        name: "phoenix",
        about: "Phoenix channels, room:lobby, at /socket/websocket?vsn=2.0.0",
        hello: &[r#"["1","1","room:lobby","phx_join",{}]"#],
        ready: Some("phx_reply"),
        send: r#"["1","{id}","room:lobby","new_msg",{"body":"{text}"}]"#,
        text: Some("4.body"),
        ping: Some(r#"[null,"{id}","phoenix","heartbeat",{}]"#),
        heartbeat: Some(30),
        ..NONE
    },
    Preset {
        name: "signalr",
        about: "SignalR's JSON hub protocol, SendMessage",
        hello: &[r#"{"protocol":"json","version":1}\u001e"#],
        ready: Some("{}"),
        send: r#"{"type":1,"target":"SendMessage","arguments":["{user}","{text}"]}\u001e"#,
        text: Some("arguments.1"),
        from: Some("arguments.0"),
        ping: Some(r#"{"type":6}\u001e"#),
        heartbeat: Some(15),
        ..NONE
    },
];

/// The preset of this name.
#[must_use]
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl Preset {
    /// As a shape.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let template = |source: &str| source.parse::<Template>().ok();
        Shape {
            hello: self
                .hello
                .iter()
                .filter_map(|hello| template(hello))
                .collect(),
            ready: self.ready.map(str::to_owned),
            send: template(self.send),
            text: self.text.and_then(|path| path.parse().ok()),
            from: self.from.and_then(|path| path.parse().ok()),
            id: None,
            ping: self.ping.and_then(template),
            pong: self.pong.and_then(template),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_all_templates_and_paths() {
        for preset in PRESETS {
            let shape = preset.shape();
            assert!(Template::message(preset.send).is_ok(), "{}", preset.name);
            assert_eq!(shape.hello.len(), preset.hello.len(), "{}", preset.name);
            let made = (
                [&shape.text, &shape.from].map(|path| path.is_some()),
                [shape.ping.is_some(), shape.pong.is_some()],
            );
            let wanted = (
                [preset.text, preset.from].map(|path| path.is_some()),
                [preset.ping, preset.pong].map(|beat| beat.is_some()),
            );
            assert_eq!(made, wanted, "{}", preset.name);
            assert!(super::super::preset(preset.name).is_some());
        }
        assert_eq!(preset("nobody's"), None);
    }
}
