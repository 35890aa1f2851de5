//! `cargo xtask serve`: the embedded chat server and the page, until Ctrl-C.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{unknown, value};
use crate::process::ChildGuard;
use crate::tools::Tools;
use crate::{page, server};

const POLL: Duration = Duration::from_millis(200);
/// Trunk writes its output here, so that `dist/` keeps the page that `cargo xtask build` made.
const DIST: &str = "target/serve";

struct Options {
    page_port: u16,
    chat_port: u16,
    release: bool,
    tls: bool,
    open: bool,
    /// The folder that Trunk serves.
    folder: PathBuf,
}

/// Serves until it is stopped.
pub fn run(tools: &mut Tools, args: Parser) -> Result<bool> {
    let options = parse(args)?;
    check_ports(&options)?;
    tools.need_wasm_target()?;
    tools.need_trunk()?;
    tools.need_wasm_bindgen()?;
    if options.release {
        tools.need_wasm_opt()?;
    }
    tools.need_crates()?;

    let program = server::build(tools)?;
    let flags: &[&str] = if options.tls { &["--tls"] } else { &[] };
    let mut chat = server::start(&program, options.chat_port, flags)?;
    let mut trunk = start_trunk(tools, &options)?;
    wait_until_served(&mut trunk, options.page_port)?;
    announce(&options, &chat.url);
    loop {
        if let Some(status) = trunk.ended()? {
            bail!("Trunk ended ({status}): see above");
        }
        if let Some(status) = chat.process.ended()? {
            bail!("the chat server ended ({status}): see above");
        }
        sleep(POLL);
    }
}

fn parse(mut args: Parser) -> Result<Options> {
    let mut options = Options {
        page_port: 4180,
        chat_port: 4181,
        release: false,
        tls: false,
        open: false,
        folder: PathBuf::new(),
    };
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("port") => options.page_port = port(&mut args, "port")?,
            Arg::Long("chat-port") => options.chat_port = port(&mut args, "chat-port")?,
            Arg::Long("example") => {
                let name = args.value()?.string()?;
                options.folder = ["examples", &name].iter().collect();
            }
            Arg::Long("release") => options.release = true,
            Arg::Long("tls") => options.tls = true,
            Arg::Long("open") => options.open = true,
            other => return Err(unknown(other)),
        }
    }
    if options.page_port == options.chat_port {
        bail!("--port and --chat-port must differ");
    }
    Ok(options)
}

fn port(args: &mut Parser, name: &str) -> Result<u16> {
    value(args, name, "a port from 1 to 65535").map(NonZeroU16::get)
}

fn check_ports(options: &Options) -> Result<()> {
    for (option, port) in [
        ("port", options.page_port),
        ("chat-port", options.chat_port),
    ] {
        if !server::is_free(port) {
            bail!(
                "port {port} is taken, maybe by another `cargo xtask serve`: end that program, \
                 or choose another port with --{option} N"
            );
        }
    }
    Ok(())
}

fn start_trunk(tools: &Tools, options: &Options) -> Result<ChildGuard> {
    println!("==> compiling the page (minutes the first time, seconds later)");
    let dist = tools.root().join(DIST);
    fs_err::create_dir_all(&dist)?;
    let folder = tools.root().join(&options.folder);
    if !folder.join("index.html").is_file() {
        bail!("there is no example in {}", folder.display());
    }
    let mut trunk = page::trunk(tools, "serve");
    trunk
        .args(["--port", &options.page_port.to_string(), "--dist"])
        .arg(dist);
    trunk.current_dir(folder);
    trunk.args(options.release.then_some("--release"));
    trunk.args(options.open.then_some("--open"));
    ChildGuard::start(trunk)
}

/// Trunk listens once its first build is over, be it good or bad.
fn wait_until_served(trunk: &mut ChildGuard, port: u16) -> Result<()> {
    loop {
        match status_line(port) {
            Some(line) if line.contains(" 200") => return Ok(()),
            Some(_) => {
                println!(
                    "the page did not compile: see above; Trunk tries again when a file changes"
                );
                return Ok(());
            }
            None => {}
        }
        if let Some(status) = trunk.ended()? {
            bail!("Trunk ended ({status}) before it served the page: see above");
        }
        sleep(POLL);
    }
}

/// The first bytes of the answer to `GET /`, if anybody answers.
fn status_line(port: u16) -> Option<String> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let request =
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).ok()?;
    let mut start = [0; 15];
    stream.read_exact(&mut start).ok()?;
    Some(String::from_utf8_lossy(&start).into_owned())
}

fn announce(options: &Options, chat: &str) {
    let page = format!("http://127.0.0.1:{}/", options.page_port);
    println!("\nThe page: {page}");
    println!("The chat server: {chat}/channel (also /relay and /echo)");
    // An example names its server itself.
    if options.folder == Path::new("") {
        println!("Both at once: {page}?url={chat}/channel");
    }
    println!("Ctrl-C ends both.\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::line;

    #[test]
    fn default_ports_are_none_of_the_tutorials() {
        let options = parse(line("")).expect("no options");
        for port in [options.page_port, options.chat_port] {
            assert!(![8080, 3000, 3001].contains(&port));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for wrong in [
            "--port 4181",
            "--port 0",
            "--port=70000",
            "--nonsense",
            "word",
        ] {
            assert!(parse(line(wrong)).is_err(), "{wrong}");
        }
        let options = parse(line("--chat-port=5000 --tls --port 4999")).expect("options");
        assert_eq!((options.page_port, options.chat_port), (4999, 5000));
        assert!(options.tls && !options.release && !options.open);
    }

    #[test]
    fn a_taken_port_is_named_with_its_option() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let chat_port = listener.local_addr().expect("its address").port();
        let options = parse(line("")).expect("no options");
        let error = check_ports(&Options {
            page_port: 0,
            chat_port,
            ..options
        });
        let error = error.expect_err("it is taken").to_string();
        assert!(error.contains("--chat-port") && error.contains(&chat_port.to_string()));
    }
}
