//! Makes a failing script short: fewer steps, fewer clients, rounder numbers, as long as the same rule breaks.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::rules::Violation;
use crate::script::Script;
use crate::simulation::Simulation;
use crate::stats::Stats;

/// Runs one script. A panic of the machine is a violation as well.
pub fn run(script: &Script) -> (Option<Violation>, Stats) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut simulation = Simulation::new(script);
        simulation.run(script);
        (
            simulation.violation.take(),
            std::mem::take(&mut simulation.stats),
        )
    }));
    outcome.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words
            .or(panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic");
        let violation = Violation {
            rule: "panic",
            what: words.to_owned(),
        };
        (Some(violation), Stats::default())
    })
}

/// The shortest script that was found to break the same rule.
pub fn shrink(script: &Script, rule: &str) -> Script {
    let mut best = script.clone();
    let mut budget = 3_000;
    let mut breaks = |script: &Script| {
        budget -= 1;
        budget > 0
            && run(script)
                .0
                .is_some_and(|violation| violation.rule == rule)
    };
    loop {
        let before = best.clone();
        remove_steps(&mut best, &mut breaks);
        simplify_setup(&mut best, &mut breaks);
        simplify_steps(&mut best, &mut breaks);
        if best == before {
            return best;
        }
    }
}

fn remove_steps(best: &mut Script, breaks: &mut impl FnMut(&Script) -> bool) {
    let mut size = best.steps.len().next_power_of_two();
    while size > 0 {
        let mut from = 0;
        while from < best.steps.len() {
            let to = (from + size).min(best.steps.len());
            // Once with the time that the steps took, once without.
            let took: u32 = best.steps[from..to]
                .iter()
                .fold(0, |sum, step| sum.saturating_add(step.gap));
            let mut shorter = best.clone();
            shorter.steps.drain(from..to);
            let mut same_time = shorter.clone();
            if let Some(next) = same_time.steps.get_mut(from) {
                next.gap = next.gap.saturating_add(took);
            }
            if breaks(&shorter) {
                *best = shorter;
            } else if breaks(&same_time) {
                *best = same_time;
            } else {
                from = to;
            }
        }
        size /= 2;
    }
}

fn simplify_setup(best: &mut Script, breaks: &mut impl FnMut(&Script) -> bool) {
    let changes: [fn(&mut Script); 11] = [
        |script| script.setup.clients = 1,
        |script| script.setup.clients = 2,
        |script| script.setup.auto = false,
        |script| script.setup.never = false,
        |script| script.setup.always = false,
        |script| script.setup.provided = false,
        |script| script.setup.small = false,
        |script| script.setup.leaky = false,
        |script| script.setup.chatty = false,
        |script| script.setup.jitter = 0,
        |script| script.setup.latency = 20,
    ];
    for change in changes {
        let mut simpler = best.clone();
        change(&mut simpler);
        if simpler.setup.clients <= best.setup.clients && simpler != *best && breaks(&simpler) {
            *best = simpler;
        }
    }
}

fn simplify_steps(best: &mut Script, breaks: &mut impl FnMut(&Script) -> bool) {
    for place in 0..best.steps.len() {
        for number in 0..3 {
            for factor in [0, 10, 2] {
                let mut simpler = best.clone();
                let step = &mut simpler.steps[place];
                let value = match number {
                    0 => &mut step.gap,
                    1 => &mut step.a,
                    _ => &mut step.b,
                };
                *value = value.checked_div(factor).unwrap_or(0);
                if simpler != *best && breaks(&simpler) {
                    *best = simpler;
                }
            }
        }
    }
}
