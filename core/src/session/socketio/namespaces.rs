//! Further namespaces over the same socket, which the app joins while the connection runs.

use super::errors::{plain, refusal};
use super::{SocketIoSession, transmit};
use crate::json::Value;
use crate::session::{Action, Actions, Body, Channel, ChannelState, Incoming, Kind, Reason};
use crate::wire::socketio::{Packet, attachment};

/// A namespace that the app has joined.
#[derive(Debug)]
pub(super) struct Namespace {
    channel: Channel,
    joined: bool,
}

impl Namespace {
    fn join(&mut self, out: &mut Actions) {
        self.joined = true;
        let name = self.channel.name.clone();
        out.push(Action::Channel(name, ChannelState::Joined));
    }
}

impl SocketIoSession {
    pub(super) fn join_namespace(&mut self, channel: Channel, out: &mut Actions) -> bool {
        if !channel.name.starts_with('/') || channel.name == self.joined {
            return false;
        }
        // Joined again, perhaps with another auth payload.
        self.leave_namespace(&channel.name, out);
        if let Err(error) = connect(&channel).encode() {
            let why = Reason::Codec(error.to_string());
            out.push(Action::Channel(channel.name, ChannelState::Refused(why)));
            return true;
        }
        if self.link.connected {
            self.ask_for(&channel, out);
        }
        let joined = false;
        self.namespaces.push(Namespace { channel, joined });
        true
    }

    /// Asks the server to join us, unless it has been asked and has not answered: of a second CONNECT it makes a second socket.
    fn ask_for(&mut self, channel: &Channel, out: &mut Actions) {
        let mut asked = self.link.asked.iter();
        if !asked.any(|(name, _)| *name == channel.name) {
            let asked = (channel.name.clone(), channel.auth.clone());
            self.link.asked.push(asked);
            transmit(&connect(channel), out);
        }
    }

    /// The payload of the CONNECT that this packet answers.
    fn take_asked(&mut self, packet: &Packet) -> Option<Option<Value>> {
        let (Packet::Connect { namespace, .. } | Packet::ConnectError { namespace, .. }) = packet
        else {
            return None;
        };
        let asked = &mut self.link.asked;
        let place = asked.iter().position(|(name, _)| name == namespace)?;
        Some(asked.swap_remove(place).1)
    }

    /// The app has another payload than the one that was answered.
    fn ask_again(&mut self, channel: &Channel, granted: bool, out: &mut Actions) {
        if granted {
            self.say_left(&channel.name, out);
        }
        self.ask_for(channel, out);
    }

    pub(super) fn leave_namespace(&mut self, name: &str, out: &mut Actions) -> bool {
        let all = &mut self.namespaces;
        let place = all.iter().position(|other| other.channel.name == name);
        let left = place.map(|place| all.remove(place));
        if left.as_ref().is_some_and(|left| left.joined) {
            self.say_left(name, out);
        }
        left.is_some()
    }

    fn say_left(&mut self, name: &str, out: &mut Actions) {
        // The reference server ends the link over what is said in a namespace that it has not granted.
        if self.link.connected && name != self.joined {
            let namespace = name.to_owned();
            if !self.link.left.contains(&namespace) {
                self.link.left.push(namespace.clone());
            }
            transmit(&Packet::Disconnect { namespace }, out);
        }
    }

    /// A new attempt: none of them is joined any more.
    pub(super) fn begin_namespaces(&mut self, out: &mut Actions) {
        for namespace in &mut self.namespaces {
            if std::mem::take(&mut namespace.joined) {
                let name = namespace.channel.name.clone();
                out.push(Action::Channel(name, ChannelState::Joining));
            }
        }
    }

    /// The session's own namespace is joined: the others follow. One of them may have become the session's own.
    pub(super) fn rejoin(&mut self, out: &mut Actions) {
        let mut others = Vec::new();
        for namespace in &mut self.namespaces {
            match namespace.channel.name == self.joined {
                true => namespace.join(out),
                false => others.push(namespace.channel.clone()),
            }
        }
        for channel in others {
            self.ask_for(&channel, out);
        }
    }

    /// Whether what is sent to this namespace is heard there.
    pub(super) fn has_joined(&self, name: &str) -> bool {
        let mut all = self.namespaces.iter();
        all.any(|namespace| namespace.joined && namespace.channel.name == name)
    }

    /// A packet of a namespace other than the session's own.
    pub(super) fn handle_other(&mut self, packet: Packet, out: &mut Actions) {
        let name = packet.namespace().to_owned();
        let asked = self.take_asked(&packet);
        let mut all = self.namespaces.iter();
        let Some(place) = all.position(|other| other.channel.name == name) else {
            // Left before it was granted.
            if matches!(packet, Packet::Connect { .. }) {
                self.say_left(&name, out);
            }
            return;
        };
        let channel = &self.namespaces[place].channel;
        if asked.is_some_and(|payload| payload != channel.auth) {
            let granted = matches!(packet, Packet::Connect { .. });
            return self.ask_again(&channel.clone(), granted, out);
        }
        let was_left = self.link.left.iter().position(|left| *left == name);
        match packet {
            Packet::Connect { .. } => {
                was_left.map(|place| self.link.left.swap_remove(place));
                self.namespaces[place].join(out);
            }
            Packet::Event { .. } | Packet::BinaryEvent { .. } if was_left.is_some() => {}
            Packet::ConnectError { data, .. } => self.refuse(place, refusal(data.as_ref()), out),
            Packet::Disconnect { .. } => self.refuse(place, Reason::Disconnected, out),
            Packet::Event { ack_id, args, .. } => {
                self.deliver_other(name, ack_id, args, Vec::new(), out);
            }
            Packet::BinaryEvent {
                ack_id,
                args,
                attachments,
                ..
            } => self.deliver_other(name, ack_id, args, attachments, out),
            Packet::Ack { ack_id, args, .. } => self.handle_ack(ack_id, &args, Vec::new(), out),
            Packet::BinaryAck {
                ack_id,
                args,
                attachments,
                ..
            } => self.handle_ack(ack_id, &args, attachments, out),
        }
    }

    /// An event there is data: whether it is a line, the app knows.
    fn deliver_other(
        &mut self,
        namespace: String,
        ack_id: Option<u64>,
        mut args: Vec<Value>,
        attachments: Vec<Vec<u8>>,
        out: &mut Actions,
    ) {
        let name = args.first();
        let request = ack_id.and_then(|ack_id| self.take_request(&namespace, ack_id, name, out));
        let event = (!args.is_empty()).then(|| plain(&args.remove(0)));
        let first = args.first().cloned().unwrap_or_default();
        let body = match attachment(&first, &attachments) {
            Some(bytes) => Body::Binary(bytes.to_vec()),
            None => Body::Text(plain(&first)),
        };
        out.push(Action::Deliver(Incoming {
            body,
            kind: Kind::Data,
            channel: event,
            namespace: Some(namespace),
            data: Some(Value::Array(args)),
            attachments,
            request,
            ..Incoming::default()
        }));
    }

    fn refuse(&mut self, place: usize, why: Reason, out: &mut Actions) {
        let name = self.namespaces.remove(place).channel.name;
        out.push(Action::Channel(name, ChannelState::Refused(why)));
    }
}

fn connect(channel: &Channel) -> Packet {
    Packet::Connect {
        namespace: channel.name.clone(),
        data: channel.auth.clone(),
    }
}
