//! A script from a seed: every fault the issue of networks has, at any moment.

use fastrand::Rng;

use crate::script::{Kind, Op, Script, Setup, Step};

/// How often each step comes, and the most that its first number may be.
const WEIGHTS: &[(Op, u32)] = &[
    (Op::Open, 3),
    (Op::Close, 2),
    (Op::RetryNow, 2),
    (Op::Send, 26),
    (Op::Burst, 5),
    (Op::Again, 4),
    (Op::Stall, 4),
    (Op::StallUp, 4),
    (Op::StallDown, 4),
    (Op::StallLink, 4),
    (Op::Slow, 2),
    (Op::Lag, 2),
    (Op::Cut, 6),
    (Op::Reset, 6),
    (Op::ServerClose, 4),
    (Op::CloseAll, 2),
    (Op::AcceptClose, 2),
    (Op::Refuse, 3),
    (Op::FreezeServer, 3),
    (Op::Kill, 3),
    (Op::Garbage, 2),
    (Op::Bye, 1),
    (Op::Offline, 4),
    (Op::Hide, 3),
    (Op::Show, 4),
    (Op::FreezePage, 4),
    (Op::Sleep, 2),
    (Op::BfCache, 2),
    (Op::Late, 4),
    (Op::Provider, 2),
    (Op::Forbid, 1),
    (Op::Say, 2),
    (Op::Stale, 3),
];

/// Close codes that servers use, and that the default policy judges in both ways.
const CODES: [u32; 14] = [
    1000, 1001, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 3000, 4000, 4401, 4999, 1002,
];

/// Close codes for the app: the browser takes some of them.
const OWN_CODES: [u32; 6] = [1000, 1000, 1000, 3000, 4999, 1001];

/// The script of this seed.
pub fn script(seed: u64) -> Script {
    let mut random = Rng::with_seed(seed);
    let setup = setup(seed, &mut random);
    let count = match random.u32(0..10) {
        0..=5 => random.usize(3..25),
        6..=8 => random.usize(10..50),
        _ => random.usize(30..110),
    };
    let hasty = random.u32(0..3);
    // Two thirds of the scripts are about a few kinds of faults only, which then meet more often.
    let few: Option<Vec<Op>> = (random.u32(0..3) > 0).then(|| {
        let mut ops = vec![Op::Send];
        ops.extend((0..random.usize(2..7)).map(|_| op(&mut random, None)));
        ops
    });
    let mut steps = opening(&setup, &mut random);
    for _ in 0..count {
        let op = op(&mut random, few.as_deref());
        let (a, b) = numbers(op, &setup, &mut random);
        let c = random.u8(0..setup.clients);
        let gap = gap(hasty, &mut random);
        steps.push(Step { gap, op, c, a, b });
        if op == Op::Close && random.bool() {
            cross(&mut steps, &mut random);
        }
    }
    hesitate(&mut steps, seed);
    wander(&mut steps, &setup, seed);
    Script { setup, steps }
}

/// Some apps take messages back, and send some that are worth nothing later. They came later, and have a dice of their own.
fn hesitate(steps: &mut Vec<Step>, seed: u64) {
    let mut random = Rng::with_seed(seed ^ 0xca9ce1);
    if random.u32(0..8) > 0 {
        return;
    }
    let mut place = 0;
    while let Some(step) = steps.get_mut(place) {
        place += 1;
        if !matches!(step.op, Op::Send | Op::Again) {
            continue;
        }
        if step.op == Op::Send && random.u32(0..3) == 0 {
            step.op = Op::Brief;
            step.b = [0, 0, time(&mut random)][random.usize(0..3)];
        }
        let step = *step;
        if random.u32(0..4) == 0 {
            let (gap, op) = (random.u32(0..2_000), Op::Cancel);
            steps.insert(
                place,
                Step {
                    gap,
                    op,
                    a: 0,
                    ..step
                },
            );
        }
    }
}

/// Some apps go to another address, and join and leave a channel. They came later still.
fn wander(steps: &mut Vec<Step>, setup: &Setup, seed: u64) {
    let mut random = Rng::with_seed(seed ^ 0x3a9de2);
    if random.u32(0..6) > 0 {
        return;
    }
    let (moves, joins) = (random.bool(), random.bool());
    for _ in 0..random.usize(1..8) {
        let op = match random.u32(0..4) {
            0 if moves => Op::Move,
            1 => Op::Leave,
            _ if joins => Op::Join,
            _ => continue,
        };
        let (c, gap) = (random.u8(0..setup.clients), random.u32(0..500));
        let place = random.usize(0..=steps.len());
        let step = Step {
            gap,
            op,
            c,
            a: 0,
            b: 0,
        };
        steps.insert(place, step);
    }
}

/// All clients come.
fn opening(setup: &Setup, random: &mut Rng) -> Vec<Step> {
    let step = |op, c, (a, b)| Step {
        gap: 0,
        op,
        c,
        a,
        b,
    };
    let mut steps = Vec::new();
    if random.u32(0..12) == 0 {
        // The server is down when they come.
        let numbers = numbers(Op::Refuse, setup, random);
        steps.push(step(Op::Refuse, 0, numbers));
    }
    steps.extend((0..setup.clients).map(|c| step(Op::Open, c, (0, 0))));
    steps
}

fn setup(seed: u64, random: &mut Rng) -> Setup {
    let kind = kind(seed, random);
    let clients = match kind {
        Kind::Echo => 1,
        _ => random.u8(1..4).max(random.u8(1..4)),
    };
    let again = random.u32(0..6);
    Setup {
        seed,
        kind,
        clients,
        // Found out from URL, subprotocol or first words; a broker inside frames has to be named.
        auto: kind != Kind::SockStomp && random.u32(0..4) == 0,
        never: again == 0,
        always: kind != Kind::Echo && again == 1,
        provided: random.u32(0..5) == 0,
        small: random.u32(0..4) == 0,
        leaky: random.u32(0..3) == 0,
        chatty: random.u32(0..4) == 0,
        latency: [1, 20, 60, 150, 400][random.usize(0..5)],
        jitter: [0, 10, 100, 300][random.usize(0..4)],
    }
}

/// The kinds that came later have a dice of their own, so that a seed that failed once keeps its script.
fn kind(seed: u64, random: &mut Rng) -> Kind {
    let (first, later) = Kind::ALL.split_at(Kind::FIRST);
    let kind = first[random.usize(0..first.len())].0;
    let mut other = Rng::with_seed(seed ^ 0x4e0);
    match other.u32(0..8) {
        0 => later[other.usize(0..later.len())].0,
        _ => kind,
    }
}

fn op(random: &mut Rng, few: Option<&[Op]>) -> Op {
    if let Some(few) = few {
        return few[random.usize(0..few.len())];
    }
    let all: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let mut left = random.u32(0..all);
    for (op, weight) in WEIGHTS {
        if left < *weight {
            return *op;
        }
        left -= weight;
    }
    Op::Send
}

fn gap(hasty: u32, random: &mut Rng) -> u32 {
    match random.u32(0..6) + hasty {
        0 => random.u32(5_000..40_000),
        1 => random.u32(1_000..12_000),
        2 | 3 => random.u32(100..6_000),
        4 => random.u32(10..500),
        5 => random.u32(0..50),
        _ => 0,
    }
}

/// The app has closed right after it sent, and the server closes before it can have read that.
fn cross(steps: &mut Vec<Step>, random: &mut Rng) {
    let Some(close) = steps.pop() else { return };
    let Step { gap, c, a, .. } = close;
    let step = |gap, op, a| Step {
        gap,
        op,
        c,
        a,
        b: 0,
    };
    steps.push(step(gap, Op::Burst, 2));
    steps.push(Step { gap: 0, ..close });
    steps.push(step(random.u32(0..20), Op::ServerClose, a));
}

/// A time that is mostly short, and sometimes longer than every deadline.
fn time(random: &mut Rng) -> u32 {
    match random.u32(0..8) {
        0..=1 => random.u32(1..1_000),
        2..=4 => random.u32(500..12_000),
        5..=6 => random.u32(5_000..60_000),
        _ => random.u32(30_000..240_000),
    }
}

fn numbers(op: Op, setup: &Setup, random: &mut Rng) -> (u32, u32) {
    let code = CODES[random.usize(0..CODES.len())];
    match op {
        Op::Close => (OWN_CODES[random.usize(0..OWN_CODES.len())], 0),
        Op::Send => (size(setup, random), 0),
        Op::Burst => (random.u32(2..14), 0),
        Op::Slow => (time(random), random.u32(50..20_000)),
        Op::Lag => (time(random), random.u32(50..700)),
        // Some servers are down for long.
        Op::Refuse if random.u32(0..8) == 0 => (random.u32(60_000..1_500_000), 0),
        Op::Cut => (random.u32(0..3), 0),
        Op::ServerClose | Op::CloseAll => (code, 0),
        Op::AcceptClose => (time(random).saturating_mul(3), code),
        Op::Garbage => (random.u32(0..8), 0),
        Op::Offline | Op::FreezePage => (time(random), random.u32(0..2)),
        Op::Sleep => (sleep(random), random.u32(0..2)),
        Op::Provider => (random.u32(1..6), 0),
        Op::Forbid => (u32::from(random.u32(0..4) == 0), 0),
        _ => (time(random), 0),
    }
}

fn size(setup: &Setup, random: &mut Rng) -> u32 {
    match random.u32(0..200) {
        0 => random.u32(1_000_000..1_100_000),
        1..=4 => random.u32(5_000..100_000),
        5..=30 => random.u32(500..4_000),
        _ if setup.small => random.u32(0..1_500),
        _ => random.u32(0..200),
    }
}

/// Seconds to days.
fn sleep(random: &mut Rng) -> u32 {
    match random.u32(0..4) {
        0 => random.u32(1_000..60_000),
        1 => random.u32(60_000..3_600_000),
        2 => random.u32(3_600_000..50_000_000),
        _ => random.u32(50_000_000..400_000_000),
    }
}
