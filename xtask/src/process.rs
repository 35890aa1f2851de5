//! Starts children, and ends each of them, with all its descendants, on every way out.
//!
//! A child gets its own process group and a mark in its environment. Ctrl-C at a terminal therefore reaches xtask
//! alone, which then ends the whole family in one go; a browser that moved to a group of its own is found by the
//! mark, or as a descendant of a process that has it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::family::end_family;

/// The environment variable that marks our children. Its value is `<our pid>.<number of the child>.`
const MARK: &str = "XTASK_CHILD";

/// An interrupt came: nothing new may start.
static STOPPING: AtomicBool = AtomicBool::new(false);
static STARTED: AtomicU32 = AtomicU32::new(0);

/// On Ctrl-C, SIGTERM or a closed terminal, ends all children and then xtask.
pub fn end_all_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        STOPPING.store(true, Ordering::SeqCst);
        eprintln!("\nstopping");
        end_all();
        std::process::exit(130);
    })
    .map_err(|error| format!("cannot watch for Ctrl-C: {error}"))
}

/// Ends every process that this run started, and their descendants.
pub fn end_all() {
    if STARTED.load(Ordering::SeqCst) > 0 {
        end_family(
            std::process::id(),
            &format!("{MARK}={}.", std::process::id()),
        );
    }
}

/// A child that does not outlive this value.
pub struct Running {
    child: Child,
    name: String,
    mark: String,
}

impl Running {
    /// Starts it; its input is empty, and its output goes where the command says.
    pub fn start(mut command: Command) -> Result<Self> {
        wait_if_stopping();
        let name = name_of(&command);
        let number = STARTED.fetch_add(1, Ordering::SeqCst);
        let mark = format!("{}.{number}.", std::process::id());
        own_group(&mut command);
        command.env(MARK, &mark).stdin(Stdio::null());
        let child = command
            .spawn()
            .map_err(|error| format!("cannot start {name}: {error}"))?;
        Ok(Self {
            child,
            name,
            mark: format!("{MARK}={mark}"),
        })
    }

    /// Its status if it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .map_err(|error| format!("cannot watch {}: {error}", self.name))
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait();
        // Whoever gave up because of an interrupt leaves the last word to the handler.
        wait_if_stopping();
        status.map_err(|error| format!("cannot wait for {}: {error}", self.name))
    }

    /// The lines of its standard output, if that is piped.
    pub fn lines(&mut self) -> Receiver<String> {
        let (sender, receiver) = channel();
        if let Some(stdout) = self.child.stdout.take() {
            thread::spawn(move || {
                read_lines(stdout, |line| {
                    // Nobody may listen any more; the pipe is drained all the same.
                    let _ = sender.send(line);
                });
            });
        }
        receiver
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end_family(self.child.id(), &self.mark);
        let _ = self.child.wait();
    }
}

fn read_lines(stdout: ChildStdout, mut take: impl FnMut(String)) {
    let mut reader = BufReader::new(stdout);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(length) if length > 0) {
        take(
            String::from_utf8_lossy(&bytes)
                .trim_end_matches(['\r', '\n'])
                .to_owned(),
        );
        bytes.clear();
    }
}

/// What a captured child printed on its standard output, and how it ended.
pub struct Captured {
    pub lines: Vec<String>,
    /// Why it counts as failed, if it does.
    pub problem: Option<String>,
}

/// Runs it to its end; its errors go to ours.
pub fn run(command: Command) -> Result<()> {
    let name = name_of(&command);
    let status = Running::start(command)?.wait()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{name} failed ({status})"))
    }
}

/// Runs it, shows each line that it prints, keeps them, and ends it after `limit`.
pub fn capture(mut command: Command, limit: Duration) -> Result<Captured> {
    command.stdout(Stdio::piped());
    let started = Instant::now();
    let mut running = Running::start(command)?;
    let receiver = running.lines();
    let mut lines = Vec::new();
    let mut show = |line: String| {
        println!("{line}");
        lines.push(line);
    };
    let problem = loop {
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => show(line),
            Err(RecvTimeoutError::Disconnected) => break problem_of(running.wait()?),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = running.ended()? {
                    // A grandchild may hold the pipe open for ever: only what is under way still counts.
                    while let Ok(line) = receiver.recv_timeout(Duration::from_millis(200)) {
                        show(line);
                    }
                    break problem_of(status);
                }
                if started.elapsed() > limit {
                    break Some(format!("did not end within {} s", limit.as_secs()));
                }
            }
        }
    };
    wait_if_stopping();
    Ok(Captured { lines, problem })
}

/// The first line of its standard output that is wanted; an error if it ends or `limit` passes before.
pub fn wait_for_line(
    running: &mut Running,
    limit: Duration,
    wanted: impl Fn(&str) -> bool,
) -> Result<String> {
    let receiver = running.lines();
    let deadline = Instant::now() + limit;
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) if wanted(&line) => return Ok(line),
            Ok(line) => println!("{line}"),
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("it said nothing for {} s", limit.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(format!("it ended ({}): see above", running.wait()?));
            }
        }
    }
}

/// What it prints on its standard output, or nothing if it cannot run or fails.
pub fn output(mut command: Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Does a long step between a line that says why and a line that says how long it took.
pub fn step<T>(purpose: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {purpose}");
    let started = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() {
        "took"
    } else {
        "failed after"
    };
    println!("    {word} {:.1} s", started.elapsed().as_secs_f32());
    outcome
}

fn problem_of(status: ExitStatus) -> Option<String> {
    (!status.success()).then(|| status.to_string())
}

fn name_of(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program
        .file_stem()
        .unwrap_or(command.get_program())
        .to_string_lossy();
    match command.get_args().next() {
        Some(argument) if !argument.to_string_lossy().starts_with('-') => {
            format!("`{name} {}`", argument.to_string_lossy())
        }
        _ => format!("`{name}`"),
    }
}

/// Once an interrupt came the handler ends the process; until then nobody goes on.
fn wait_if_stopping() {
    while STOPPING.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::processes;

    #[cfg(unix)]
    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[cfg(unix)]
    #[test]
    fn dropping_a_child_ends_its_descendants_too() {
        let mut command = shell("sh -c 'echo $$; exec sleep 60' & wait");
        command.stdout(Stdio::piped());
        let mut running = Running::start(command).expect("sh is there");
        let line = running
            .lines()
            .recv_timeout(Duration::from_secs(10))
            .expect("it prints its pid");
        let grandchild: u32 = line.parse().expect("a pid");
        assert!(processes().contains_key(&grandchild));
        drop(running);
        assert!(!processes().contains_key(&grandchild));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_descendant_whose_parent_has_ended_is_ended_too() {
        let captured = capture(shell("sleep 60 & echo $!"), Duration::from_secs(30));
        let captured = captured.expect("sh is there");
        assert_eq!(captured.problem, None);
        let orphan: u32 = captured.lines[0].parse().expect("a pid");
        assert!(!processes().contains_key(&orphan));
    }

    #[cfg(unix)]
    #[test]
    fn a_child_that_takes_too_long_is_ended_and_named_so() {
        let captured = capture(shell("exec sleep 60"), Duration::from_millis(10));
        let captured = captured.expect("sh is there");
        assert!(
            captured
                .problem
                .is_some_and(|problem| problem.contains("did not end"))
        );
    }

    #[cfg(unix)]
    #[test]
    fn failures_are_named() {
        assert_eq!(
            capture(shell("exit 0"), Duration::from_secs(60))
                .expect("sh is there")
                .problem,
            None
        );
        assert!(
            capture(shell("exit 3"), Duration::from_secs(60))
                .expect("sh is there")
                .problem
                .is_some()
        );
        assert!(run(shell("exit 3")).is_err_and(|error| error.contains("sh")));
        assert!(
            run(Command::new("no-such-program"))
                .is_err_and(|error| error.contains("no-such-program"))
        );
        assert_eq!(output(shell("echo hi")).as_deref(), Some("hi\n"));
        assert_eq!(output(shell("exit 1")), None);
    }
}
