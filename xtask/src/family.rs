//! Finds a process and all that came from it, and ends them.

use std::collections::BTreeMap;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::output;

/// How long a process may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// Asks the process, its descendants and whoever has the mark to end; kills who does not.
#[cfg(unix)]
pub fn end_family(pid: u32, mark: &str) {
    let family = family(pid, mark, &processes());
    if family.is_empty() {
        return;
    }
    signal("TERM", &family);
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        let now = processes();
        if family.iter().all(|pid| !now.contains_key(pid)) {
            return;
        }
        thread::sleep(Duration::from_millis(30));
    }
    let now = processes();
    let left: Vec<u32> = family
        .into_iter()
        .filter(|pid| now.contains_key(pid))
        .collect();
    signal("KILL", &left);
}

#[cfg(not(unix))]
pub fn end_family(pid: u32, _mark: &str) {
    if pid == std::process::id() {
        return; // each `Running` ends its own; taskkill would end us too
    }
    let mut command = Command::new("taskkill");
    command.args(["/T", "/F", "/PID", &pid.to_string()]);
    let _ = output(command);
}

/// The shell's `kill`, since the standard library can only kill, and only its own children.
#[cfg(unix)]
fn signal(name: &str, pids: &[u32]) {
    if pids.is_empty() {
        return;
    }
    let mut command = Command::new("sh");
    command.args(["-c", "name=$1; shift; kill -s \"$name\" \"$@\"", "sh", name]);
    command.args(pids.iter().map(u32::to_string));
    let _ = output(command);
}

/// One process that has not ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Process {
    parent: u32,
    environment: String,
}

/// By process id.
pub type Processes = BTreeMap<u32, Process>;

/// The living processes, from `/proc`, else (macOS) from `ps`, which does not tell the environment.
#[cfg(unix)]
pub fn processes() -> Processes {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        let mut command = Command::new("ps");
        command.args(["-A", "-o", "pid=,ppid=,stat="]);
        return output(command)
            .unwrap_or_default()
            .lines()
            .filter_map(parse_ps)
            .collect();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid: u32| {
            let parent = parse_stat(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)?;
            let bytes = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            let environment = String::from_utf8_lossy(&bytes).into_owned();
            Some((
                pid,
                Process {
                    parent,
                    environment,
                },
            ))
        })
        .collect()
}

/// The parent, from `pid (name) state parent ...`; nothing for a process that only waits to be reaped.
fn parse_stat(stat: &str) -> Option<u32> {
    // The name may hold spaces and parentheses: the last `)` ends it.
    let (_, after) = stat.rsplit_once(')')?;
    let mut words = after.split_whitespace();
    let state = words.next()?;
    if matches!(state, "Z" | "X") {
        None
    } else {
        words.next()?.parse().ok()
    }
}

fn parse_ps(line: &str) -> Option<(u32, Process)> {
    let mut words = line.split_whitespace();
    let pid = words.next()?.parse().ok()?;
    let parent = words.next()?.parse().ok()?;
    let alive = !words.next()?.starts_with('Z');
    alive.then_some((
        pid,
        Process {
            parent,
            environment: String::new(),
        },
    ))
}

/// The process, those with the mark, and all their descendants; never this process.
fn family(pid: u32, mark: &str, processes: &Processes) -> Vec<u32> {
    let mut family: Vec<u32> = processes
        .iter()
        .filter(|(id, process)| {
            **id == pid
                || process
                    .environment
                    .split('\0')
                    .any(|entry| entry.starts_with(mark))
        })
        .map(|(id, _)| *id)
        .collect();
    let mut next = 0;
    while next < family.len() {
        let parent = family[next];
        for (id, process) in processes {
            if process.parent == parent && !family.contains(id) {
                family.push(*id);
            }
        }
        next += 1;
    }
    family.retain(|id| *id != std::process::id());
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(parent: u32, environment: &str) -> Process {
        Process {
            parent,
            environment: environment.to_owned(),
        }
    }

    #[test]
    fn stat_lines() {
        assert_eq!(parse_stat("12 (a b) c) S 7 12 12 0"), Some(7));
        assert_eq!(parse_stat("12 (sh) Z 7 12"), None);
        assert_eq!(parse_stat("rubbish"), None);
    }

    #[test]
    fn ps_lines() {
        assert_eq!(parse_ps("  12     7 S+"), Some((12, process(7, ""))));
        assert_eq!(parse_ps("  12     7 Z"), None);
        assert_eq!(parse_ps(""), None);
    }

    #[test]
    fn family_is_the_marked_and_all_descendants() {
        let table = Processes::from([
            (1, process(0, "")),
            (10, process(1, "")),
            (11, process(10, "")),
            (12, process(11, "")),
            (20, process(1, "A=b\0XTASK_CHILD=5.0.\0")), // its parent died
            (21, process(20, "")),
            (30, process(1, "XTASK_CHILD=5.01.\0")),
            (31, process(1, "")),
        ]);
        let mut found = family(10, "XTASK_CHILD=5.0.", &table);
        found.sort_unstable();
        assert_eq!(found, [10, 11, 12, 20, 21]);
    }
}
