//! The command: reads its arguments, starts the server, stops it on Ctrl-C.
#![forbid(unsafe_code)]

mod cli;

use std::io::{self, Write};
use std::process::ExitCode;

use cli::Command;
use leptos_chat_server::{ServerHandle, start};

fn main() -> ExitCode {
    let settings = match cli::parse(lexopt::Parser::from_env()) {
        Ok(Command::Help) => return print(cli::HELP),
        Ok(Command::Version) => {
            return print(concat!(
                "leptos-chat-server ",
                env!("CARGO_PKG_VERSION"),
                "\n"
            ));
        }
        Ok(Command::Serve(settings)) => settings,
        Err(error) => return fail(&format!("{error}; see --help"), 2),
    };
    log_to_stderr(settings.is_verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}"), 1),
    };
    runtime.block_on(serve(settings))
}

async fn serve(settings: cli::Settings) -> ExitCode {
    let has_faults = settings.options.faults;
    // Before the ready line: who waits for that line may stop us at once.
    let stop = match stop_signal() {
        Ok(stop) => stop,
        Err(error) => return fail(&format!("cannot listen for Ctrl-C: {error}"), 1),
    };
    let server = match start(settings.options).await {
        Ok(server) => server,
        Err(error) => return fail(&error.to_string(), 1),
    };
    announce(&server, has_faults);
    if print(&format!("listening on {}\n", server.url(""))) != ExitCode::SUCCESS {
        return ExitCode::FAILURE;
    }
    stop.await;
    eprintln!("stopping");
    server.shutdown().await;
    ExitCode::SUCCESS
}

/// What a person should know, on stderr: stdout has the ready line alone.
fn announce(server: &ServerHandle, has_faults: bool) {
    eprintln!("This is a development server without a login. Do not put it on the internet.");
    if has_faults {
        eprintln!("Faults are on: clients can make it misbehave, and /control is open.");
    }
    if server.scheme == "wss" {
        let port = server.address.port();
        eprintln!(
            "The certificate is self-signed and new: open https://127.0.0.1:{port}/ once in the browser and accept it."
        );
    }
}

fn log_to_stderr(is_verbose: bool) {
    let level = if is_verbose {
        tracing::Level::DEBUG
    } else {
        tracing::Level::INFO
    };
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(level)
        .with_ansi(false)
        .init();
}

fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads us, so nobody can be told.
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(error: &str, code: u8) -> ExitCode {
    eprintln!("leptos-chat-server: {error}");
    ExitCode::from(code)
}

/// Resolves on Ctrl-C or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // If it cannot be listened for, the process is ended the hard way, as without us.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
