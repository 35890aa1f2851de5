//! Finds the processes that came from one, and ends them.

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, Signal, System};
use sysinfo::{RefreshKind, UpdateKind};

/// How long a process may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// Asks the process, whoever has the mark in its environment, and all their descendants, to end; kills who does not.
///
/// The mark is found where the parent has ended; the descent where a program overwrites its environment, as Chrome's do.
pub fn end_family(pid: u32, mark: &str) {
    let system = living();
    let family = family(&system, pid, mark);
    for process in family.iter().filter_map(|pid| system.process(*pid)) {
        process
            .kill_with(Signal::Term)
            .unwrap_or_else(|| process.kill());
    }
    let deadline = Instant::now() + GRACE;
    while is_one_left(&family) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(30));
    }
    let system = living();
    for process in family.iter().filter_map(|pid| system.process(*pid)) {
        process.kill();
    }
}

fn is_one_left(family: &HashSet<Pid>) -> bool {
    let system = living();
    let mut left = family.iter().filter_map(|pid| system.process(*pid));
    left.any(is_alive)
}

/// All processes, without their threads.
fn living() -> System {
    let kind = ProcessRefreshKind::nothing()
        .with_environ(UpdateKind::Always)
        .without_tasks();
    System::new_with_specifics(RefreshKind::nothing().with_processes(kind))
}

/// Not one that only waits for its parent to ask for its status.
fn is_alive(process: &Process) -> bool {
    !matches!(
        process.status(),
        ProcessStatus::Zombie | ProcessStatus::Dead
    )
}

fn family(system: &System, pid: u32, mark: &str) -> HashSet<Pid> {
    let marked = |process: &Process| {
        let mut entries = process.environ().iter();
        entries.any(|entry| entry.to_string_lossy().starts_with(mark))
    };
    let living = || {
        system
            .processes()
            .iter()
            .filter(|(_, process)| is_alive(process))
    };
    let first = Pid::from_u32(pid);
    let mut family: HashSet<Pid> = living()
        .filter(|(pid, process)| **pid == first || marked(process))
        .map(|(pid, _)| *pid)
        .collect();
    loop {
        let known = family.len();
        let born = |process: &Process| process.parent().is_some_and(|pid| family.contains(&pid));
        let children: Vec<Pid> = living()
            .filter(|(_, process)| born(process))
            .map(|(pid, _)| *pid)
            .collect();
        family.extend(children);
        if family.len() == known {
            family.remove(&Pid::from_u32(std::process::id()));
            return family;
        }
    }
}

/// Whether the process has not ended.
#[cfg(test)]
pub fn is_running(pid: u32) -> bool {
    living().process(Pid::from_u32(pid)).is_some_and(is_alive)
}
