//! The arguments of the command.

use leptos_chat_server::Options;
use lexopt::{Arg, Error, Parser, ValueExt};

pub(crate) const HELP: &str = "\
leptos-chat-server: a small chat server for development.
It has no login: do not put it on the internet.

Usage: leptos-chat-server [OPTIONS]

Options:
      --listen HOST:PORT     where to listen; port 0 picks a free one [default: 127.0.0.1:4181]
      --tls                  serve wss:// with a self-signed certificate made on the spot
      --allow-origin ORIGIN  let pages from ORIGIN connect too, besides loopback and this host;
                             may be given again; '*' lets all in
      --max-message BYTES    largest message a client may send [default: 16777216]
      --max-queue BYTES      how much may wait for one client before it is closed [default: 33554432]
      --max-clients N        how many may be connected at once [default: 1000]
      --log FILE             keep the channel's last lines in this file, over restarts
      --faults               misbehave on request, for tests: ?fault=... and /control
      --verbose              log more
  -h, --help                 show this
  -V, --version              show the version

Endpoints (WebSocket):
  /channel   what one sends goes to all, the sender too, as binary frames; JSON lines are
             numbered, second copies dropped, and what a client missed is told again
  /relay     what one sends goes to all others, as text frames
  /echo      answers the sender alone
/health answers plain HTTP with ok.

When it is ready it prints one line on stdout: listening on ws://HOST:PORT
";

/// What the arguments ask for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Serve(Settings),
}

/// How to serve.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) options: Options,
    pub(crate) is_verbose: bool,
}

/// Reads the arguments.
pub(crate) fn parse(mut arguments: Parser) -> Result<Command, Error> {
    let mut settings = Settings::default();
    let options = &mut settings.options;
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
            Arg::Long("listen") => options.listen = arguments.value()?.string()?,
            Arg::Long("tls") => options.tls = true,
            Arg::Long("faults") => options.faults = true,
            Arg::Long("verbose") => settings.is_verbose = true,
            Arg::Long("allow-origin") => options.allow_origins.push(arguments.value()?.string()?),
            Arg::Long("max-message") => options.max_message = arguments.value()?.parse()?,
            Arg::Long("max-queue") => options.max_queue = arguments.value()?.parse()?,
            Arg::Long("log") => options.log = Some(arguments.value()?.into()),
            Arg::Long("max-clients") => options.max_clients = arguments.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve(settings))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        match parse(Parser::from_args(arguments)) {
            Ok(Command::Serve(settings)) => settings,
            other => panic!("not to be served: {other:?}"),
        }
    }

    #[test]
    fn all_options_are_read() {
        let arguments = "--listen [::1]:0 --tls --faults --allow-origin a://b --allow-origin=c://d \
                         --max-message 1 --max-queue 2 --max-clients 3 --log /tmp/log --verbose";
        let settings = settings(&arguments.split_whitespace().collect::<Vec<_>>());
        assert_eq!(settings.options.listen, "[::1]:0");
        assert!(settings.options.tls && settings.options.faults && settings.is_verbose);
        assert_eq!(settings.options.allow_origins, ["a://b", "c://d"]);
        let options = settings.options;
        assert_eq!(options.log.as_deref(), Some(Path::new("/tmp/log")));
        assert_eq!(
            (options.max_message, options.max_queue, options.max_clients),
            (1, 2, 3)
        );
    }

    #[test]
    fn the_help_states_the_real_defaults() {
        let options = settings(&[]).options;
        for default in [
            options.listen,
            options.max_message.to_string(),
            options.max_queue.to_string(),
            options.max_clients.to_string(),
        ] {
            assert!(HELP.contains(&format!("[default: {default}]")), "{default}");
        }
    }

    #[test]
    fn unknown_arguments_are_errors() {
        for arguments in [
            &["--port"][..],
            &["channel"],
            &["--listen"],
            &["--max-clients", "many"],
        ] {
            assert!(
                parse(Parser::from_args(arguments)).is_err(),
                "{arguments:?}"
            );
        }
    }
}
