//! Whole lives of connections, simulated: the real machine and its sessions, several clients in a room, a clock, a network and
//! a server that fail in every way. All of it follows from a seed.
//!
//! What is looked at after every step; a violation names its number:
//!
//! 1. At most one live socket, and nothing is sent over another.
//! 2. Nothing from an older socket changes anything.
//! 3. An accepted message goes through its states in order, ends in one, and does not overtake another.
//! 4. What is delivered was received, every receiver shows it once, in order per sender, and is told where one is missing.
//! 5. Nothing fails without a reason, and nothing disappears.
//! 6. After `close()` nothing happens until `open()`; in every waiting state there is a deadline.
//! 7. Once network and server behave, the connection is open again within the retry bound.
//! 8. A good link is never declared dead, whatever the timers do.
//! 9. A dead link is noticed within its heartbeat's bound.
//! 10. Reconnects keep to the backoff.
//! 11. The same seed gives the same run; the outbox is bounded.
//! 12. Nothing follows to another address, and nothing goes to one that was left.
//! 13. A channel is joined where its app wants it, once on each link, and heard nowhere else.
//!
//! `cargo xtask simulate --runs N --seed S` runs it at length.
#![allow(
    clippy::disallowed_methods,
    reason = "the ban on Instant::now is for wasm32, and this runs natively"
)]

mod addresses;
mod alive;
mod app;
mod browser;
mod channels;
mod client;
mod driver;
mod fates;
mod faults;
mod finish;
mod generate;
mod link;
mod pace;
mod receivers;
mod regressions;
mod rules;
mod script;
mod server;
mod server_json;
mod server_resuming;
mod server_socketio;
mod server_stomp;
mod shrink;
mod simulation;
mod stats;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use script::Script;
use simulation::{Simulation, Trace};
use stats::Stats;

/// How many runs a plain `cargo test` makes, and how long at the most. They are the same each time, so that a change of the code alone
/// fails it; `cargo xtask simulate` makes others.
const RUNS: u64 = 2_000;
const FIRST: u64 = 20_261_122;
const LIMIT: Duration = Duration::from_secs(12);
const FAILED_SEEDS: &str = include_str!("failed-seeds.txt");

/// The seed of one run among many: far from that of its neighbour.
fn seed_of(first: u64, run: u64) -> u64 {
    let mut mixed = first.wrapping_add(run.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn fresh_seed() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    now.as_nanos() as u64
}

/// Runs one seed; what is wrong comes with its shrunk script.
fn try_seed(seed: u64) -> Result<Stats, String> {
    let script = generate::script(seed);
    match shrink::run(&script) {
        (None, stats) => Ok(stats),
        (Some(violation), _) => {
            let short = shrink::shrink(&script, violation.rule);
            let what = shrink::run(&short)
                .0
                .map_or(violation.what, |violation| violation.what);
            Err(format!(
                "seed {seed} breaks rule {}: {what}\n{short}\n",
                violation.rule
            ))
        }
    }
}

/// Runs many seeds on all processors; stops at the first violation, unless it is to go on.
struct Campaign {
    first: u64,
    runs: u64,
    until: Option<Instant>,
    next: AtomicU64,
    stop: AtomicBool,
    go_on: bool,
    stats: Mutex<Stats>,
    violations: Mutex<Vec<String>>,
}

impl Campaign {
    fn new(first: u64, runs: u64) -> Self {
        Self {
            first,
            runs,
            until: None,
            next: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            go_on: false,
            stats: Mutex::default(),
            violations: Mutex::default(),
        }
    }

    /// Works on this thread and on others; wasm32 has this one alone.
    fn run(&self, threads: usize) {
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| self.work());
            }
            self.work();
        });
    }

    fn work(&self) {
        let mut own = Stats::default();
        while !self.stop.load(Ordering::Relaxed)
            && self.until.is_none_or(|until| Instant::now() < until)
        {
            let run = self.next.fetch_add(1, Ordering::Relaxed);
            if run >= self.runs {
                break;
            }
            match try_seed(seed_of(self.first, run)) {
                Ok(stats) => own.add(&stats),
                Err(violation) => {
                    println!("{violation}");
                    self.violations
                        .lock()
                        .expect("nobody panics with it")
                        .push(violation);
                    self.stop.store(!self.go_on, Ordering::Relaxed);
                }
            }
        }
        self.stats.lock().expect("nobody panics with it").add(&own);
    }

    fn outcome(&self) -> (Stats, Vec<String>) {
        let stats = self.stats.lock().expect("nobody panics with it").clone();
        let mut violations = self
            .violations
            .lock()
            .expect("nobody panics with it")
            .clone();
        violations.extend(stats.check_delays().err());
        (stats, violations)
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn the_rules_hold_in_every_run() {
    let campaign = Campaign {
        until: Some(Instant::now() + LIMIT),
        ..Campaign::new(FIRST, RUNS)
    };
    campaign.run(threads());
    let (stats, violations) = campaign.outcome();
    println!("{stats}");
    assert!(stats.runs > 0 || !violations.is_empty());
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn seeds_that_failed_once_hold() {
    let lines = FAILED_SEEDS
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    for line in lines.filter(|line| !line.is_empty()) {
        let seed = line.parse().expect("a seed to a line");
        if let Err(violation) = try_seed(seed) {
            panic!("{violation}");
        }
    }
}

fn trace_of(script: &Script) -> u64 {
    let mut simulation = Simulation::new(script);
    simulation.trace = Some(Trace::default());
    simulation.run(script);
    simulation.trace.map_or(0, |trace| trace.hash)
}

#[test]
fn the_same_seed_gives_the_same_run_byte_for_byte() {
    let first = fresh_seed();
    for run in 0..60 {
        let script = generate::script(seed_of(first, run));
        assert_eq!(trace_of(&script), trace_of(&script), "\n{script}");
    }
    let (one, other) = (generate::script(1), generate::script(2));
    assert_ne!(trace_of(&one), trace_of(&other));
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// `cargo xtask simulate` runs this, with `SIMULATE_RUNS` and `SIMULATE_SEED`.
#[test]
#[ignore = "long; see `cargo xtask simulate`"]
fn at_length() {
    let runs = variable("SIMULATE_RUNS").unwrap_or(100_000);
    let first = variable("SIMULATE_SEED").unwrap_or_else(fresh_seed);
    println!("the first seed is {first}");
    let campaign = Campaign {
        go_on: variable("SIMULATE_GO_ON").is_some(),
        ..Campaign::new(first, runs)
    };
    let started = Instant::now();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut told = Instant::now();
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(100));
                if told.elapsed() > Duration::from_secs(10) {
                    told = Instant::now();
                    let count = campaign.next.load(Ordering::Relaxed).min(runs);
                    println!(
                        "{count} of {runs} runs after {} s",
                        started.elapsed().as_secs()
                    );
                }
            }
        });
        campaign.run(threads());
        done.store(true, Ordering::Relaxed);
    });
    let (stats, violations) = campaign.outcome();
    println!("{stats}");
    assert!(
        violations.is_empty(),
        "{} violations\n{}",
        violations.len(),
        violations.join("\n")
    );
}

/// Prints what happens under the script in the file `SIMULATE_SCRIPT`, or that of the seed `SIMULATE_SEED`.
#[test]
#[ignore = "shows one script"]
fn show() {
    let file = std::env::var("SIMULATE_SCRIPT")
        .ok()
        .and_then(|path| std::fs::read_to_string(path).ok());
    let script = match file {
        Some(text) => text.parse().expect("a script"),
        None => generate::script(variable("SIMULATE_SEED").unwrap_or(1)),
    };
    println!("{script}");
    let mut simulation = Simulation::new(&script);
    simulation.trace = Some(Trace {
        hash: 0,
        print: true,
    });
    simulation.run(&script);
    println!("{:?}", simulation.violation);
}
