//! Whole lives of a chat at random servers and among random people: nobody's line is lost, and no line stands twice.

use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::{Action, Session};
use leptos_chat_core::wire::json::JsonFields;
use serde_json::Value;

use super::bench::{Bench, shown};

/// What a line's `id` is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ids {
    None,
    /// The line's alone.
    Random,
    /// The line's alone, until the server starts anew.
    Counted,
    /// The sender's.
    Senders,
}

/// Whom a line names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Names {
    None,
    /// As each says himself.
    Own,
    /// As the server says, another one for each link.
    Given,
}

/// A line in the server's log.
#[derive(Clone, Debug)]
struct Said {
    number: usize,
    ours: bool,
    frame: String,
}

struct Life {
    random: fastrand::Rng,
    ids: Ids,
    names: Names,
    echoes: bool,
    escapes: bool,
    memory: usize,
    log: Vec<Said>,
    /// What the page was told so far: the numbers of others' lines.
    told: Vec<usize>,
    /// How many lines were shown.
    shown: usize,
    /// Own lines that came back since the server had shown that they do.
    doubled: usize,
    learnt: bool,
    link: usize,
    count: usize,
    bench: Bench<JsonSession>,
    history: Vec<String>,
}

const WORDS: [&str; 5] = ["ok", "yes", "hello", "good morning all", "a < b & c"];

impl Life {
    fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let names = [Names::None, Names::Own, Names::Given][random.usize(..3)];
        let ids = [Ids::None, Ids::Random, Ids::Counted, Ids::Senders][random.usize(..4)];
        let user = (names == Names::Own).then(|| "ada".to_owned());
        Self {
            ids,
            names,
            echoes: random.bool(),
            escapes: random.bool(),
            memory: [0, 3, 30][random.usize(..3)],
            random,
            log: Vec::new(),
            told: Vec::new(),
            shown: 0,
            doubled: 0,
            learnt: false,
            link: 1,
            count: 0,
            bench: Bench::new(JsonSession::new(user, JsonFields::default())),
            history: Vec::new(),
        }
    }

    fn about(&self) -> String {
        format!(
            "{:?} {:?}, echoes {}, memory {}: {:#?}",
            self.ids, self.names, self.echoes, self.memory, self.history
        )
    }

    fn say(&mut self, who: usize, text: &str) -> Said {
        let ours = who == 0;
        self.count += 1;
        let mut line = serde_json::Map::new();
        let text = match self.escapes {
            true => text.replace('&', "&amp;").replace('<', "&lt;"),
            false => text.to_owned(),
        };
        line.insert("text".into(), text.into());
        let number = self.log.len();
        let id: Option<Value> = match self.ids {
            Ids::None => None,
            Ids::Random => Some(format!("{:016x}-x", self.random.u64(..)).into()),
            Ids::Counted => Some(self.count.into()),
            Ids::Senders => Some((who + 100).into()),
        };
        id.map(|id| line.insert("id".into(), id));
        match self.names {
            Names::None => None,
            Names::Own => line.insert("user".into(), ["ada", "bo", "cy"][who].into()),
            Names::Given if ours => {
                line.insert("user".into(), format!("guest {}", 10 * self.link).into())
            }
            Names::Given => line.insert("user".into(), format!("guest {who}").into()),
        };
        let frame = Value::Object(line).to_string();
        let said = Said {
            number,
            ours,
            frame,
        };
        self.log.push(said.clone());
        said
    }

    fn hear(&mut self, said: &Said) {
        if !said.ours && !self.told.contains(&said.number) {
            self.told.push(said.number);
        }
        let actions = self.bench.hear(said.frame.as_str());
        let before = self.shown;
        self.shown += shown(&actions).len();
        let what = format!("heard {}: {} shown", said.frame, self.shown - before);
        self.history.push(what);
        if said.ours && self.echoes {
            if self.learnt && self.shown > before {
                self.doubled += self.shown - before;
            }
            self.learnt |= actions
                .iter()
                .any(|action| matches!(action, Action::Echoed(_)));
        }
    }

    fn wait(&mut self, millis: u64) {
        self.bench.wait(crate::millis(millis));
        let actions = self.bench.act(|session, now, out| {
            if session.poll_timeout().is_some_and(|at| at <= now) {
                session.handle_timeout(now, out);
            }
        });
        self.shown += shown(&actions).len();
    }

    fn other_says(&mut self, heard: bool) {
        let who = self.random.usize(1..3);
        let number = self.log.len();
        let text = match heard {
            true => WORDS[self.random.usize(..WORDS.len())].to_owned(),
            // What is missed is told anew: else nothing could tell it from what was heard.
            false => format!("missed line number {number}"),
        };
        let said = self.say(who, &text);
        if heard {
            self.hear(&said);
        }
        self.wait(5_000);
    }

    fn we_say(&mut self) {
        let text = match self.learnt && self.random.bool() {
            true => WORDS[self.random.usize(..WORDS.len())].to_owned(),
            false => format!("our own line number {}", self.log.len()),
        };
        self.history.push(format!("we say {text}"));
        self.bench.say(text.as_str());
        self.wait(50);
        let said = self.say(0, &text);
        if self.echoes {
            self.hear(&said);
        }
        self.wait(5_000);
    }

    fn reconnect(&mut self) {
        let restarted = self.random.u8(..4) == 0;
        if restarted {
            self.log.iter_mut().for_each(|said| said.frame.clear());
            self.count = 0;
        } else {
            for _ in 0..self.random.usize(..3) {
                self.other_says(false);
            }
        }
        self.link += 1;
        self.history.push("reconnects".into());
        let actions = self.bench.reconnect();
        self.shown += shown(&actions).len();
        let last = self.log.len().saturating_sub(self.memory);
        let remembered: Vec<Said> = self.log[last..].to_vec();
        for said in remembered.iter().filter(|said| !said.frame.is_empty()) {
            self.hear(said);
        }
        self.wait(5_000);
    }

    fn live(&mut self) {
        for _ in 0..40 {
            match self.random.u8(..10) {
                0..4 => self.other_says(true),
                4..8 => self.we_say(),
                8 => self.reconnect(),
                _ => self.wait(60_000),
            }
        }
    }
}

#[test]
fn no_line_of_another_is_lost_and_none_stands_twice() {
    let (mut repeated, mut learnt) = (0, 0);
    for seed in 0..1_000 {
        let mut life = Life::new(seed);
        life.live();
        let about = || format!("seed {seed}: {}", life.about());
        let others = life.told.len();
        assert!(
            life.shown >= others,
            "{} of {others} shown, {}",
            life.shown,
            about()
        );
        assert_eq!(life.doubled, 0, "own lines stand twice, {}", about());
        repeated += usize::from(life.memory > 0);
        learnt += usize::from(life.learnt);
        // Others' lines stand once; own ones at most until the server has shown what it does with them.
        let own = life.log.iter().filter(|said| said.ours).count();
        let known = life.learnt || life.names == Names::Own;
        let at_most = if known { own.min(1) } else { own };
        let more = life.shown - others;
        assert!(more <= at_most, "{more} more, {}", about());
    }
    assert!(repeated > 300 && learnt > 300, "{repeated} {learnt}");
}
