//! `cargo xtask serve`: the embedded chat server and the page, until Ctrl-C.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::args::Args;
use crate::process::Running;
use crate::tools::Tools;
use crate::{Result, page, server};

const PAGE_PORT: u16 = 4180;
const CHAT_PORT: u16 = 4181;
const POLL: Duration = Duration::from_millis(200);

struct Options {
    page_port: u16,
    chat_port: u16,
    release: bool,
    tls: bool,
    open: bool,
}

/// Serves until it is stopped.
pub fn run(root: &Path, args: &[String]) -> Result<()> {
    let options = parse(Args::new(args))?;
    check_ports(&options)?;
    let mut tools = Tools::new(root);
    tools.need_wasm_target()?;
    tools.need_trunk()?;
    tools.need_wasm_bindgen()?;
    if options.release {
        tools.need_wasm_opt()?;
    }
    tools.need_crates()?;

    let program = server::build(&tools)?;
    let flags: &[&str] = if options.tls { &["--tls"] } else { &[] };
    let mut chat = server::start(&program, options.chat_port, flags)?;
    let mut trunk = start_trunk(&tools, &options)?;
    wait_until_served(&mut trunk, options.page_port)?;
    announce(&options, &chat.url);
    loop {
        if let Some(status) = trunk.ended()? {
            return Err(format!("Trunk ended ({status}): see above"));
        }
        if let Some(status) = chat.process.ended()? {
            return Err(format!("the chat server ended ({status}): see above"));
        }
        sleep(POLL);
    }
}

fn parse(mut args: Args) -> Result<Options> {
    let options = Options {
        page_port: args.port("--port", PAGE_PORT)?,
        chat_port: args.port("--chat-port", CHAT_PORT)?,
        release: args.flag("--release"),
        tls: args.flag("--tls"),
        open: args.flag("--open"),
    };
    args.finish()?;
    if options.page_port == options.chat_port {
        return Err("--port and --chat-port must differ".to_owned());
    }
    Ok(options)
}

fn check_ports(options: &Options) -> Result<()> {
    let ports = [
        ("--port", options.page_port),
        ("--chat-port", options.chat_port),
    ];
    match ports.into_iter().find(|(_, port)| !server::is_free(*port)) {
        None => Ok(()),
        Some((option, port)) => Err(format!(
            "port {port} is taken, maybe by another `cargo xtask serve`: end that program, or choose another port with {option} N"
        )),
    }
}

/// Its output goes to a folder of its own, so that `dist/` keeps the page that `cargo xtask build` made.
fn start_trunk(tools: &Tools, options: &Options) -> Result<Running> {
    println!("==> compiling the page (minutes the first time, seconds later)");
    let mut trunk = page::trunk(tools, "serve");
    trunk
        .args(["--port", &options.page_port.to_string(), "--dist"])
        .arg(tools.root().join("target/serve"));
    if options.release {
        trunk.arg("--release");
    }
    if options.open {
        trunk.arg("--open");
    }
    crate::tools::create_dir(&tools.root().join("target/serve"))?;
    Running::start(trunk)
}

/// Trunk listens once its first build is over, be it good or bad.
fn wait_until_served(trunk: &mut Running, port: u16) -> Result<()> {
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
            return Err(format!(
                "Trunk ended ({status}) before it served the page: see above"
            ));
        }
        sleep(POLL);
    }
}

/// The first bytes of the answer to `GET /`, if anybody answers.
fn status_line(port: u16) -> Option<String> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream
        .write_all(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
        )
        .ok()?;
    let mut start = [0; 15];
    stream.read_exact(&mut start).ok()?;
    Some(String::from_utf8_lossy(&start).into_owned())
}

fn announce(options: &Options, chat: &str) {
    let page = format!("http://127.0.0.1:{}/", options.page_port);
    println!("\nThe page: {page}");
    println!("The chat server: {chat}/channel (also /relay and /echo)");
    println!("Both at once: {page}?url={chat}/channel");
    println!("Ctrl-C ends both.\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &[&str]) -> Result<Options> {
        parse(Args::new(
            &words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>(),
        ))
    }

    #[test]
    fn default_ports_are_none_of_the_tutorials() {
        let options = options(&[]).expect("no options");
        for port in [options.page_port, options.chat_port] {
            assert!(![8080, 3000, 3001].contains(&port));
        }
    }

    #[test]
    fn one_port_cannot_serve_both() {
        assert!(options(&["--port", "4181"]).is_err());
        assert!(options(&["--nonsense"]).is_err());
    }

    #[test]
    fn a_taken_port_is_named_with_its_option() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let taken = options(&["--chat-port", &port.to_string(), "--port", "1"]);
        let error = check_ports(&Options {
            page_port: 0,
            ..taken.expect("valid")
        });
        assert!(
            error.is_err_and(
                |error| error.contains("--chat-port") && error.contains(&port.to_string())
            )
        );
    }
}
