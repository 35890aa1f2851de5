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

use anyhow::{Context, Result, bail};

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
    .context("cannot watch for Ctrl-C")
}

/// Ends every process that this run started, and their descendants.
pub fn end_all() {
    if STARTED.load(Ordering::SeqCst) > 0 {
        let own = std::process::id();
        end_family(own, &format!("{MARK}={own}."));
    }
}

/// A child that does not outlive this value.
pub struct ChildGuard {
    child: Child,
    name: String,
    mark: String,
}

impl ChildGuard {
    /// Starts it; its input is empty, and its output goes where the command says.
    pub fn start(mut command: Command) -> Result<Self> {
        wait_if_stopping();
        let name = name_of(&command);
        let number = STARTED.fetch_add(1, Ordering::SeqCst);
        let mark = format!("{}.{number}.", std::process::id());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.env(MARK, &mark).stdin(Stdio::null());
        let child = command.spawn();
        Ok(Self {
            child: child.with_context(|| format!("cannot start {name}"))?,
            name,
            mark: format!("{MARK}={mark}"),
        })
    }

    /// Its status if it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait();
        status.with_context(|| format!("cannot watch {}", self.name))
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait();
        // Whoever gave up because of an interrupt leaves the last word to the handler.
        wait_if_stopping();
        status.with_context(|| format!("cannot wait for {}", self.name))
    }

    /// The lines of its standard output, if that is piped.
    pub fn lines(&mut self) -> Receiver<String> {
        let (sender, receiver) = channel();
        if let Some(stdout) = self.child.stdout.take() {
            thread::spawn(move || {
                // Nobody may listen any more; the pipe is drained all the same.
                read_lines(stdout, |line| drop(sender.send(line)));
            });
        }
        receiver
    }
}

impl Drop for ChildGuard {
    fn drop(&mut self) {
        end_family(self.child.id(), &self.mark);
        let _ = self.child.wait();
    }
}

fn read_lines(stdout: ChildStdout, mut take: impl FnMut(String)) {
    let mut reader = BufReader::new(stdout);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(length) if length > 0) {
        let line = String::from_utf8_lossy(&bytes);
        take(line.trim_end_matches(['\r', '\n']).to_owned());
        bytes.clear();
    }
}

/// What a captured child printed on its standard output, and how it ended.
pub struct Captured {
    pub lines: Vec<String>,
    /// Why it counts as failed, if it does.
    pub problem: Option<String>,
    /// It was ended by us, after its limit.
    pub is_too_late: bool,
}

/// Runs it to its end; its errors go to ours.
pub fn run(command: Command) -> Result<()> {
    let name = name_of(&command);
    let status = ChildGuard::start(command)?.wait()?;
    if !status.success() {
        bail!("{name} failed ({status}): see above");
    }
    Ok(())
}

/// Runs it, and shows what it prints; whether it ended well is told by what it printed.
pub fn run_to_verdict(command: Command) -> Result<bool> {
    Ok(ChildGuard::start(command)?.wait()?.success())
}

/// Runs it, shows each line that it prints, keeps them, and ends it after `limit`.
pub fn capture(mut command: Command, limit: Duration) -> Result<Captured> {
    command.stdout(Stdio::piped());
    let started = Instant::now();
    let mut running = ChildGuard::start(command)?;
    let receiver = running.lines();
    let mut lines = Vec::new();
    let mut show = |line: String| {
        println!("{line}");
        lines.push(line);
    };
    let mut is_too_late;
    let problem = loop {
        // Also between two lines: a child may print all the time.
        is_too_late = started.elapsed() > limit;
        if is_too_late {
            break Some(format!("did not end within {} s", limit.as_secs()));
        }
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
            }
        }
    };
    wait_if_stopping();
    Ok(Captured {
        lines,
        problem,
        is_too_late,
    })
}

/// The first line of its standard output that is wanted; an error if it ends or `limit` passes before.
pub fn wait_for_line(
    running: &mut ChildGuard,
    limit: Duration,
    wanted: impl Fn(&str) -> bool,
) -> Result<String> {
    let receiver = running.lines();
    let deadline = Instant::now() + limit;
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) if wanted(&line) => return Ok(line),
            Ok(line) => println!("{line}"),
            Err(RecvTimeoutError::Timeout) => bail!("it said nothing for {} s", limit.as_secs()),
            Err(RecvTimeoutError::Disconnected) => {
                bail!("it ended ({}): see above", running.wait()?)
            }
        }
    }
}

/// What it prints on its standard output, or nothing if it cannot run or fails.
pub fn output(mut command: Command) -> Option<String> {
    let quiet = command.stdin(Stdio::null()).stderr(Stdio::null());
    let output = quiet.output().ok()?;
    let text = || String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(text)
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

/// Runs it as a long step.
pub fn run_step(purpose: &str, command: Command) -> Result<()> {
    step(purpose, || run(command))
}

fn problem_of(status: ExitStatus) -> Option<String> {
    (!status.success()).then(|| status.to_string())
}

/// The program and its subcommand.
fn name_of(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program());
    let first = command.get_args().next().map(|word| word.to_string_lossy());
    match first.filter(|word| !word.starts_with('-')) {
        Some(word) => format!("`{} {word}`", name.display()),
        None => format!("`{}`", name.display()),
    }
}

/// Once an interrupt came the handler ends the process; until then nobody goes on.
fn wait_if_stopping() {
    while STOPPING.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::family::is_running;

    const LIMIT: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn dropping_a_child_ends_its_descendants_too() {
        let mut command = shell("sh -c 'echo $$; exec sleep 60' & wait");
        command.stdout(Stdio::piped());
        let mut running = ChildGuard::start(command).expect("sh is there");
        let line = running.lines().recv_timeout(LIMIT).expect("its pid");
        let grandchild: u32 = line.parse().expect("a pid");
        assert!(is_running(grandchild));
        drop(running);
        assert!(!is_running(grandchild));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_descendant_whose_parent_has_ended_is_ended_too() {
        let captured = capture(shell("sleep 60 & echo $!"), LIMIT).expect("sh is there");
        assert_eq!(captured.problem, None);
        assert!(!is_running(captured.lines[0].parse().expect("a pid")));
    }

    #[test]
    fn a_descendant_that_hides_its_environment_is_ended_too() {
        let script = "env -i sh -c 'echo $$; sleep 60; exit' & wait";
        let mut command = shell(script);
        command.stdout(Stdio::piped());
        let mut running = ChildGuard::start(command).expect("sh is there");
        let line = running.lines().recv_timeout(LIMIT).expect("its pid");
        drop(running);
        assert!(!is_running(line.parse().expect("a pid")));
    }

    #[test]
    fn a_child_that_takes_too_long_is_ended_and_named_so() {
        let captured = capture(shell("exec sleep 60"), Duration::from_millis(10));
        let problem = captured.expect("sh is there").problem.expect("a problem");
        assert!(problem.contains("did not end"));
    }

    #[test]
    fn a_child_that_prints_all_the_time_is_ended_too() {
        let script = "while :; do echo; done";
        let captured = capture(shell(script), Duration::from_millis(200)).expect("sh is there");
        assert!(captured.is_too_late);
    }

    #[test]
    fn failures_are_named() {
        let problem = |script| capture(shell(script), LIMIT).expect("sh is there").problem;
        assert_eq!(problem("exit 0"), None);
        assert!(problem("exit 3").is_some());
        let error = |command| run(command).expect_err("a failure").to_string();
        assert!(error(shell("exit 3")).contains("`sh` failed"));
        assert!(error(Command::new("no-such-program")).contains("no-such-program"));
        assert_eq!(output(shell("echo hi")).as_deref(), Some("hi\n"));
        assert_eq!(output(shell("exit 1")), None);
    }
}
