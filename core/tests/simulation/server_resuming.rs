//! The JSON server that acknowledges, numbers its lines, and tells again what a client missed. It keeps its log over a restart, or
//! starts another one.

use std::collections::{HashMap, VecDeque};

use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;
use serde_json::{Value, json};

use crate::fates::Copy;
use crate::script::Kind;
use crate::server_json::json_bytes;
use crate::simulation::{Simulation, secs};

/// How many lines a small log holds.
const SMALL: usize = 8;
/// A link that was quiet for so long is given its resumption in time.
const QUIET: u64 = 12;

/// What it keeps.
#[derive(Debug, Default)]
pub struct Log {
    /// Counts the logs: each has another name.
    pub serial: u32,
    seq: u64,
    lines: VecDeque<(u64, String)>,
    /// The numbers of what was read, by id.
    ids: HashMap<String, u64>,
}

impl Log {
    fn name(&self) -> String {
        format!("log{}", self.serial)
    }
}

impl Simulation {
    /// The first words: what it promises.
    pub fn announce(&mut self, l: usize) {
        let log = &self.server.resuming;
        let welcome = json!({
            "system": true, "text": "welcome", "ack": true, "resume": true, "log": log.name(), "seq": log.seq,
        });
        self.say(l, json_bytes(&welcome.to_string()));
    }

    pub fn resuming_hears(&mut self, l: usize, text: &str) {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return;
        };
        match value.get("type").and_then(Value::as_str) {
            Some("ping") => {
                let pong = json!({"type": "pong", "id": value.get("id").cloned()});
                self.say(l, json_bytes(&pong.to_string()));
            }
            Some("resume") => self.tell_missed(l, &value),
            _ if value.get("text").is_some() => self.accept(l, value),
            _ => {}
        }
    }

    fn accept(&mut self, l: usize, mut line: Value) {
        let id = line.get("id").and_then(Value::as_str).map(str::to_owned);
        let known = id.as_ref().and_then(|id| self.server.resuming.ids.get(id));
        if let (Some(id), Some(seq)) = (&id, known.copied()) {
            return self.acknowledge(l, id, seq);
        }
        let copy = match line.get("resent") == Some(&Value::Bool(true)) {
            true => Copy::Marked,
            false if id.is_none() => Copy::Nameless,
            false => Copy::Original,
        };
        let words = line.get("text").and_then(Value::as_str).map(str::to_owned);
        self.read_token(l, &words.unwrap_or_default(), copy);
        let small = self.setup.small;
        let log = &mut self.server.resuming;
        log.seq += 1;
        let seq = log.seq;
        line["seq"] = seq.into();
        let line = line.to_string();
        log.lines.push_back((seq, line.clone()));
        if small && log.lines.len() > SMALL {
            log.lines.pop_front();
        }
        let to_all = self.server.kind == Kind::ResumingAll;
        if let Some(id) = id {
            self.server.resuming.ids.insert(id.clone(), seq);
            // Where the line itself comes back, it is the acknowledgement.
            if !to_all {
                self.acknowledge(l, &id, seq);
            }
        }
        self.say_to_room(&json_bytes(&line), (!to_all).then_some(l));
    }

    fn acknowledge(&mut self, l: usize, id: &str, seq: u64) {
        let ack = json!({"type": "ack", "id": id, "seq": seq});
        self.say(l, json_bytes(&ack.to_string()));
    }

    fn tell_missed(&mut self, l: usize, asked: &Value) {
        let log = &self.server.resuming;
        let after = asked.get("after").and_then(Value::as_u64).unwrap_or(0);
        let ours = asked.get("log").and_then(Value::as_str) == Some(&log.name());
        let missed: Vec<String> = log
            .lines
            .iter()
            .filter(|(seq, _)| ours && *seq > after)
            .map(|(_, line)| line.clone())
            .collect();
        let oldest = log.lines.front().map_or(log.seq + 1, |(seq, _)| *seq);
        let complete = ours && oldest <= after + 1;
        let (name, seq) = (log.name(), log.seq);
        self.stats.resumed += u64::from(complete);
        for line in missed {
            self.say(l, json_bytes(&line));
        }
        let resumed = json!({"type": "resumed", "log": name, "seq": seq, "complete": complete});
        self.say(l, json_bytes(&resumed.to_string()));
    }

    /// It comes back with its log, or with another one.
    pub fn restart_log(&mut self, keeps: bool) {
        if !keeps {
            let serial = self.server.resuming.serial + 1;
            self.server.resuming = Log {
                serial,
                ..Log::default()
            };
        }
    }

    /// Notes which log the server has named to a client that hears it.
    pub fn note_greeting(&mut self, l: usize, message: &Message) {
        let text = message.as_text().filter(|_| self.server.kind.resumes());
        let value = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let welcome = value.filter(|value| value.get("ack").is_some());
        let log = welcome
            .as_ref()
            .and_then(|value| value.get("log")?.as_str());
        let serial = log.and_then(|log| log.strip_prefix("log")?.parse().ok());
        if let Some(serial) = serial.filter(|_| !self.links[l].abandoned) {
            let c = self.links[l].client;
            self.clients[c].greetings.push((l, serial));
        }
    }

    /// Whether what was missed was told before the connection went on without it: what comes later comes behind the mark of the gap,
    /// or, where the app closed before, when it opens again.
    pub fn told_in_time(&self, c: usize) -> bool {
        let client = &self.clients[c];
        let seen = &client.seen;
        // While the page stands still, nothing is told to it.
        let since = |at: Instant| match client.froze >= at && client.woke >= client.froze {
            true => client.woke_after(at) + (self.now - client.woke),
            false => self.now - at,
        };
        let lately = |at: Option<Instant>| at.is_some_and(|at| since(at) <= secs(60));
        !self.server.kind.resumes() || !lately(seen.gap_at) && !lately(seen.opened_at)
    }

    /// Rule 4: no gap is told where everything could be told again.
    pub fn judge_told_gap(&mut self, c: usize) {
        self.clients[c].seen.gap_at = Some(self.now);
        let client = &self.clients[c];
        let Some(l) = client.link.filter(|_| self.server.kind.resumes()) else {
            return;
        };
        let before = client.greetings.iter().rev().find(|(link, _)| *link != l);
        let knew = before.is_some_and(|(_, serial)| *serial == self.server.resuming.serial);
        let since = client
            .disturbed
            .max(client.woke)
            .max(self.links[l].disturbed);
        // Over a dead link nothing can be told.
        let quiet = self.now - since > secs(QUIET) && self.links[l].dead_since.is_none();
        if knew && quiet && !self.setup.small {
            self.fail(
                "4",
                format!("client {c} is told of a gap, and nothing was missed"),
            );
        }
    }
}
