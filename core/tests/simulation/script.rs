//! A script: who takes part, and what happens when. Made from a seed, written as text, read back from text.

use std::fmt;
use std::str::FromStr;

/// What kind of server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// JSON to everybody, the sender too: proof.
    Channel,
    /// JSON to the others: no proof, no answer to a heartbeat.
    Relay,
    /// Plain text, answered to the sender alone.
    Echo,
    /// Socket.IO with acknowledgements and recovery, to everybody.
    SioFull,
    /// Socket.IO with acknowledgements, without recovery, to the others.
    SioAcks,
    /// Socket.IO with recovery, without acknowledgements, to everybody.
    SioEcho,
    /// Socket.IO with recovery, without acknowledgements, to the others: no proof.
    SioRelay,
    /// A STOMP broker with receipts and heart-beats.
    Stomp,
    /// A STOMP broker that grants neither.
    Spring,
    /// SockJS with its raw endpoint, a channel inside.
    SockRaw,
    /// SockJS with frames only, a channel inside.
    SockChannel,
    /// SockJS with frames only, a relay inside.
    SockRelay,
    /// SockJS with frames only, a STOMP broker inside.
    SockStomp,
    /// JSON to the others, with acknowledgements, numbers and resumption.
    Resuming,
    /// The same to everybody, the sender too.
    ResumingAll,
}

impl Kind {
    /// How many there were at first.
    pub const FIRST: usize = 13;
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Channel, "channel"),
        (Self::Relay, "relay"),
        (Self::Echo, "echo"),
        (Self::SioFull, "sio-full"),
        (Self::SioAcks, "sio-acks"),
        (Self::SioEcho, "sio-echo"),
        (Self::SioRelay, "sio-relay"),
        (Self::Stomp, "stomp"),
        (Self::Spring, "spring"),
        (Self::SockRaw, "sock-raw"),
        (Self::SockChannel, "sock-channel"),
        (Self::SockRelay, "sock-relay"),
        (Self::SockStomp, "sock-stomp"),
        (Self::Resuming, "resuming"),
        (Self::ResumingAll, "resuming-all"),
    ];

    pub fn name(self) -> &'static str {
        name(&Self::ALL, self)
    }

    pub fn is_socketio(self) -> bool {
        matches!(
            self,
            Self::SioFull | Self::SioAcks | Self::SioEcho | Self::SioRelay
        )
    }

    pub fn is_stomp(self) -> bool {
        matches!(self, Self::Stomp | Self::Spring | Self::SockStomp)
    }

    pub fn is_sockjs(self) -> bool {
        self == Self::SockRaw || self.is_framed()
    }

    pub fn is_framed(self) -> bool {
        matches!(self, Self::SockChannel | Self::SockRelay | Self::SockStomp)
    }

    pub fn is_relay(self) -> bool {
        matches!(self, Self::Relay | Self::SockRelay)
    }

    /// Whether it proves each message to its sender.
    pub fn proves(self) -> bool {
        !matches!(
            self,
            Self::Relay | Self::Echo | Self::SioRelay | Self::SockRelay
        )
    }

    /// Whether what is sent goes back to the sender too.
    pub fn is_to_all(self) -> bool {
        !self.is_relay()
            && !matches!(
                self,
                Self::SioAcks | Self::SioRelay | Self::Echo | Self::Resuming
            )
    }

    /// Whether it acknowledges, numbers its lines, and tells again what was missed.
    pub fn resumes(self) -> bool {
        matches!(self, Self::Resuming | Self::ResumingAll)
    }

    pub fn recovers(self) -> bool {
        matches!(self, Self::SioFull | Self::SioEcho | Self::SioRelay)
    }
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    pub seed: u64,
    pub kind: Kind,
    pub clients: u8,
    /// The protocol is found out.
    pub auto: bool,
    /// What is in doubt is never sent again by itself, or always; else where second copies are recognised.
    pub never: bool,
    pub always: bool,
    /// The URL comes from an app's provider.
    pub provided: bool,
    /// Small bounds on the outbox.
    pub small: bool,
    /// The driver forgets to take off an old socket's handlers.
    pub leaky: bool,
    /// Subscribers send from within their call.
    pub chatty: bool,
    /// One way, in milliseconds.
    pub latency: u32,
    pub jitter: u32,
}

impl Setup {
    fn switches(&mut self) -> [(&'static str, &mut bool); 7] {
        [
            ("auto", &mut self.auto),
            ("never", &mut self.never),
            ("always", &mut self.always),
            ("provided", &mut self.provided),
            ("small", &mut self.small),
            ("leaky", &mut self.leaky),
            ("chatty", &mut self.chatty),
        ]
    }
}

macro_rules! ops {
    ($($(#[doc = $doc:literal])* $op:ident $name:literal,)*) => {
        /// What happens; `c` is a client, `a` and `b` are the step's numbers. Times are in milliseconds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op { $($(#[doc = $doc])* $op,)* }
        impl Op {
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$op, $name),)*];
        }
    };
}

ops! {
    /// The app opens.
    Open "open",
    /// The app closes, with the code `a`; the browser refuses some.
    Close "close",
    /// The person wants the next attempt now.
    RetryNow "retry-now",
    /// The app sends `a` bytes.
    Send "send",
    /// The app sends `a` short messages in one turn.
    Burst "burst",
    /// The app sends `a` bytes that may wait `b` for the link, and where that is nothing are sent once, now or never.
    Brief "brief",
    /// The app takes back the oldest message that waits.
    Cancel "cancel",
    /// The person sends the oldest failed message again.
    Again "again",
    /// The app goes to another address.
    Move "move",
    /// The app joins a channel beside the chat.
    Join "join",
    /// The app leaves it.
    Leave "leave",
    /// Both ways of the client's network stand still for `a`; TCP keeps what is in them.
    Stall "stall",
    /// What the client sends is lost for `a`, until TCP sends it again; soon the other way starves too.
    StallUp "stall-up",
    /// The same for what it receives.
    StallDown "stall-down",
    /// This link alone stands still for `a`: another one would work.
    StallLink "stall-link",
    /// The client's uplink has `b` bytes a second for `a`.
    Slow "slow",
    /// Latency grows by `b` for `a`.
    Lag "lag",
    /// The link is dead, and nobody is told (`a` 0), the server is (1), or the client is (2).
    Cut "cut",
    /// The link is reset: both ends are told, and a part of what was on the way is lost.
    Reset "reset",
    /// The server closes this client with the code `a`.
    ServerClose "server-close",
    /// The server closes everybody with the code `a`.
    CloseAll "close-all",
    /// For `a` the server accepts and closes with the code `b` at once.
    AcceptClose "accept-close",
    /// For `a` the server refuses handshakes.
    Refuse "refuse",
    /// For `a` the server does nothing at all.
    FreezeServer "freeze-server",
    /// The server dies, forgets everything, and is back after `a`.
    Kill "kill",
    /// The server sends nonsense of kind `a`.
    Garbage "garbage",
    /// The protocol's own error or goodbye.
    Bye "bye",
    /// The browser is offline for `a`; `b` is 1 where the link does not survive it.
    Offline "offline",
    /// The tab is hidden: timers are throttled.
    Hide "hide",
    /// The tab is visible again.
    Show "show",
    /// The page is frozen for `a`; `b` is 1 where no event tells of its end.
    FreezePage "freeze-page",
    /// All devices sleep for `a`; `b` is 1 where no link survives it.
    Sleep "sleep",
    /// The page is in the back/forward cache for `a`.
    BfCache "bf-cache",
    /// The next timer fires `a` late.
    Late "late",
    /// The provider retries (`a` 1), gives up (2), hangs (3), answers twice (4) or late (5), once.
    Provider "provider",
    /// The browser refuses the next socket: `a` 0 for another error, 1 for security.
    Forbid "forbid",
    /// The server says something of its own.
    Say "say",
    /// Inputs from older and unknown sockets arrive.
    Stale "stale",
}

/// One step, `gap` after the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub gap: u32,
    pub op: Op,
    pub c: u8,
    pub a: u32,
    pub b: u32,
}

/// What happens in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    pub setup: Setup,
    pub steps: Vec<Step>,
}

fn name<T: PartialEq + Copy>(table: &[(T, &'static str)], wanted: T) -> &'static str {
    let found = table.iter().find(|(value, _)| *value == wanted);
    found.map_or("?", |(_, name)| name)
}

fn named<T: Copy>(table: &[(T, &'static str)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(_, other)| *other == name)
        .map(|(value, _)| *value)
}

impl Op {
    pub fn name(self) -> &'static str {
        name(Self::ALL, self)
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut setup = self.setup.clone();
        let kind = setup.kind.name();
        write!(f, "{kind} seed={} clients={}", setup.seed, setup.clients)?;
        write!(f, " latency={} jitter={}", setup.latency, setup.jitter)?;
        for (name, on) in setup.switches() {
            if *on {
                write!(f, " {name}")?;
            }
        }
        for Step { gap, op, c, a, b } in &self.steps {
            write!(f, "\n{gap} {} {c} {a} {b}", op.name())?;
        }
        Ok(())
    }
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let setup = read_setup(lines.next().ok_or("an empty script")?)?;
        let steps = lines.map(|line| read_step(line).ok_or(format!("what is `{line}`?")));
        Ok(Self {
            setup,
            steps: steps.collect::<Result<_, _>>()?,
        })
    }
}

fn read_setup(line: &str) -> Result<Setup, String> {
    let mut words = line.split_whitespace();
    let kind = words.next().and_then(|word| named(&Kind::ALL, word));
    let mut setup = Setup {
        seed: 0,
        kind: kind.ok_or(format!("no server in `{line}`"))?,
        clients: 1,
        auto: false,
        never: false,
        always: false,
        provided: false,
        small: false,
        leaky: false,
        chatty: false,
        latency: 20,
        jitter: 0,
    };
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, "1"));
        let value: u64 = value.parse().map_err(|_| format!("what is `{word}`?"))?;
        let small = u32::try_from(value).unwrap_or(u32::MAX);
        match name {
            "seed" => setup.seed = value,
            "clients" => setup.clients = u8::try_from(value).unwrap_or(u8::MAX),
            "latency" => setup.latency = small,
            "jitter" => setup.jitter = small,
            _ => match setup
                .switches()
                .into_iter()
                .find(|(other, _)| *other == name)
            {
                Some((_, on)) => *on = true,
                None => return Err(format!("what is `{word}`?")),
            },
        }
    }
    Ok(setup)
}

fn read_step(line: &str) -> Option<Step> {
    let mut words = line.split_whitespace();
    Some(Step {
        gap: words.next()?.parse().ok()?,
        op: named(Op::ALL, words.next()?)?,
        c: words.next()?.parse().ok()?,
        a: words.next()?.parse().ok()?,
        b: words.next()?.parse().ok()?,
    })
}
