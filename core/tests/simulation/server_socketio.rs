//! The Socket.IO server: heartbeats, acknowledgements, and connection state recovery.

use std::collections::VecDeque;
use std::time::Duration;

use leptos_chat_core::time::Instant;
use serde_json::{Value, json};

use crate::script::Kind;
use crate::simulation::Simulation;

const PING_EVERY: Duration = Duration::from_secs(25);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// A link that does not CONNECT is closed after this.
const CONNECT_WITHIN: Duration = Duration::from_secs(45);
/// How long a session may be recovered, and its packets are kept.
const KEPT_FOR: Duration = Duration::from_secs(120);
const MAX_PAYLOAD: u32 = 900_000;
/// A time that offsets of our days stand for.
const EPOCH: u64 = 1_700_000_000_000;
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// What the server knows of one link.
#[derive(Debug, Default)]
pub struct Sio {
    sid: Option<String>,
    pid: Option<String>,
    ping_at: Option<Instant>,
    deadline: Option<Instant>,
}

impl Sio {
    pub fn next(&self) -> Option<Instant> {
        self.ping_at.into_iter().chain(self.deadline).min()
    }

    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// What is kept for those who may come back.
#[derive(Debug, Default)]
pub struct Memory {
    sessions: Vec<Kept>,
    packets: VecDeque<Packet>,
    pub serial: u64,
}

#[derive(Debug)]
struct Kept {
    pid: String,
    sid: String,
    until: Instant,
}

#[derive(Debug)]
struct Packet {
    offset: String,
    at: Instant,
    text: String,
    /// The sender, where it went to the others.
    except: Option<String>,
}

impl Simulation {
    pub fn sio_opens(&mut self, l: usize) {
        self.server.memory.serial += 1;
        let sid = format!("e{}", self.server.memory.serial);
        let hello = json!({
            "sid": sid, "upgrades": [], "pingInterval": PING_EVERY.as_millis() as u64,
            "pingTimeout": PING_TIMEOUT.as_millis() as u64, "maxPayload": MAX_PAYLOAD,
        });
        self.say(l, format!("0{hello}").into());
        let now = self.now;
        let sio = &mut self.links[l].peer.sio;
        sio.ping_at = Some(now + PING_EVERY);
        sio.deadline = Some(now + CONNECT_WITHIN);
    }

    pub fn sio_hears(&mut self, l: usize, text: &str) {
        let now = self.now;
        if text.get(1..3).is_some_and(|rest| rest.ends_with('/')) && text.starts_with('4') {
            return self.sio_hears_aside(l, text);
        }
        match text.as_bytes() {
            // A client that pings, or says nothing, is thrown out.
            [b'2', ..] | [] => self.server_closes(l, 1005),
            [b'3', ..] => {
                let sio = &mut self.links[l].peer.sio;
                sio.deadline = None;
                sio.ping_at = Some(now + PING_EVERY);
            }
            [b'4', b'0', ..] => self.sio_connects(l, &text[2..]),
            [b'4', b'1', ..] => {
                // The client has left of its own will: there is nothing to come back to.
                let sio = &mut self.links[l].peer.sio;
                (sio.sid, sio.pid) = (None, None);
                self.links[l].peer.joined = false;
            }
            [b'4', b'2', ..] if self.links[l].peer.joined => self.sio_event(l, &text[2..]),
            _ => {}
        }
    }

    fn sio_connects(&mut self, l: usize, auth: &str) {
        let auth: Value = serde_json::from_str(auth).unwrap_or_default();
        let asked = |name: &str| auth.get(name).and_then(Value::as_str).map(str::to_owned);
        let recovers = self.server.kind.recovers();
        let found = match (asked("pid"), asked("offset")) {
            (Some(pid), Some(offset)) if recovers => self.sio_restores(&pid, &offset),
            _ => None,
        };
        let sid = match found {
            Some((kept, missed)) => {
                for text in missed {
                    self.say(l, text.into());
                }
                self.stats.recovered += 1;
                self.links[l].peer.sio.pid = Some(kept.pid);
                kept.sid
            }
            None => {
                self.server.memory.serial += 1;
                let serial = self.server.memory.serial;
                self.links[l].peer.sio.pid = recovers.then(|| format!("P{serial}"));
                format!("s{serial}")
            }
        };
        let pid = self.links[l].peer.sio.pid.clone();
        let mut answer = json!({"sid": sid});
        if let Some(pid) = pid {
            answer["pid"] = pid.into();
        }
        self.links[l].peer.sio.sid = Some(sid);
        self.links[l].peer.sio.deadline = None;
        self.joins(l);
        self.say(l, format!("40{answer}").into());
    }

    fn sio_restores(&mut self, pid: &str, offset: &str) -> Option<(Kept, Vec<String>)> {
        let now = self.now;
        let memory = &mut self.server.memory;
        memory.sessions.retain(|kept| kept.until > now);
        while memory
            .packets
            .front()
            .is_some_and(|packet| now - packet.at > KEPT_FOR)
        {
            memory.packets.pop_front();
        }
        let place = memory.sessions.iter().position(|kept| kept.pid == pid)?;
        let seen = memory
            .packets
            .iter()
            .position(|packet| packet.offset == offset)?;
        let kept = memory.sessions.remove(place);
        let missed = memory.packets.iter().skip(seen + 1);
        let missed = missed.filter(|packet| packet.except.as_ref() != Some(&kept.sid));
        let missed = missed.map(|packet| packet.text.clone()).collect();
        Some((kept, missed))
    }

    /// The link has ended: its session may be recovered.
    pub fn sio_keeps(&mut self, l: usize) {
        let sio = &self.links[l].peer.sio;
        if let (Some(pid), Some(sid)) = (sio.pid.clone(), sio.sid.clone()) {
            let until = self.now + KEPT_FOR;
            self.server.memory.sessions.push(Kept { pid, sid, until });
        }
    }

    fn sio_event(&mut self, l: usize, text: &str) {
        let start = text.find('[').unwrap_or(text.len());
        let ack = text[..start].parse::<u64>().ok();
        let args: Vec<Value> = serde_json::from_str(&text[start..]).unwrap_or_default();
        let [Value::String(name), chat] = args.as_slice() else {
            return;
        };
        let acks = matches!(self.server.kind, Kind::SioFull | Kind::SioAcks);
        let refused = acks
            && chat["text"]
                .as_str()
                .is_some_and(|text| text.contains("refuse me"));
        if !refused {
            self.read_chat(l, chat);
            self.sio_broadcast(l, name, chat);
        }
        if let Some(ack) = ack.filter(|_| acks) {
            let answer = if refused {
                json!([{"error": "not here"}])
            } else {
                json!([])
            };
            self.say(l, format!("43{ack}{answer}").into());
        }
    }

    fn sio_broadcast(&mut self, l: usize, name: &str, chat: &Value) {
        let to_all = self.server.kind.is_to_all();
        let mut args = vec![json!(name), chat.clone()];
        if self.server.kind.recovers() {
            let offset = self.sio_offset();
            args.push(offset.as_str().into());
            let packet = Packet {
                offset,
                at: self.now,
                text: format!("42{}", Value::from(args.clone())),
                except: (!to_all)
                    .then(|| self.links[l].peer.sio.sid.clone())
                    .flatten(),
            };
            self.server.memory.packets.push_back(packet);
        }
        let text = format!("42{}", Value::from(args));
        self.say_to_room(&text.into(), (!to_all).then_some(l));
    }

    fn sio_offset(&mut self) -> String {
        self.server.memory.serial += 1;
        let mut millis = EPOCH + self.now.since_start().as_millis() as u64;
        let mut digits = Vec::new();
        while millis > 0 {
            digits.push(DIGITS[(millis % 64) as usize]);
            millis /= 64;
        }
        digits.reverse();
        let time = String::from_utf8(digits).expect("all digits are ASCII");
        format!("{time}.{}", self.server.memory.serial)
    }

    pub fn sio_timer(&mut self, l: usize) {
        let now = self.now;
        if self.links[l].peer.sio.deadline.is_some_and(|at| at <= now) {
            self.server_closes(l, 1005);
        } else if self.links[l].peer.sio.ping_at.is_some_and(|at| at <= now) {
            self.say(l, "2".into());
            let sio = &mut self.links[l].peer.sio;
            sio.ping_at = None;
            sio.deadline = Some(now + PING_TIMEOUT);
        }
    }

    /// The server throws the client out with the protocol's own word.
    pub fn sio_bye(&mut self, l: usize) {
        self.links[l].peer.sio.forget();
        self.links[l].peer.joined = false;
        self.say(l, "41".into());
    }
}
