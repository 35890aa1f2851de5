//! `cargo xtask serve`: the embedded chat server and the page, until Ctrl-C.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{unknown, value};
use crate::process::run as run_command;
use crate::tools::Tools;
use crate::{page, server};

/// Trunk writes its output here, so that `dist/` keeps the page that `cargo xtask build` made.
const DIST: &str = "target/serve";

struct Options {
    page_port: u16,
    chat_port: u16,
    /// For the chat server.
    flags: Vec<&'static str>,
    /// For Trunk.
    words: Vec<&'static str>,
    /// The folder that Trunk serves.
    folder: PathBuf,
}

/// Serves until it is stopped.
pub fn run(tools: &mut Tools, args: Parser) -> Result<bool> {
    let options = parse(args)?;
    let folder = tools.root().join(&options.folder);
    if !folder.join("index.html").is_file() {
        bail!("there is no example in {}", folder.display());
    }
    tools.need_wasm_target()?;
    tools.need_trunk()?;
    tools.need_wasm_bindgen()?;
    if options.words.contains(&"--release") {
        tools.need_wasm_opt()?;
    }
    tools.need_crates()?;
    let chat = server::start(tools, options.chat_port, &options.flags)
        .context("no chat server: choose another port with --chat-port N")?;
    announce(&options, &chat.url);
    let dist = tools.root().join(DIST);
    fs_err::create_dir_all(&dist)?;
    let mut trunk = page::trunk(tools, "serve");
    trunk.current_dir(folder).args(&options.words);
    trunk.args(["--port", &options.page_port.to_string(), "--dist"]);
    trunk.arg(dist);
    run_command(trunk).context("no page: where its port is taken, choose another with --port N")?;
    Ok(true)
}

fn parse(mut args: Parser) -> Result<Options> {
    let mut options = Options {
        page_port: 4180,
        chat_port: 4181,
        flags: Vec::new(),
        words: Vec::new(),
        folder: PathBuf::new(),
    };
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("port") => options.page_port = value(&mut args, "port", "a port")?,
            Arg::Long("chat-port") => options.chat_port = value(&mut args, "chat-port", "a port")?,
            Arg::Long("example") => {
                let name = args.value()?.string()?;
                options.folder = ["examples", &name].iter().collect();
            }
            Arg::Long("release") => options.words.push("--release"),
            Arg::Long("open") => options.words.push("--open"),
            Arg::Long("tls") => options.flags.push("--tls"),
            other => return Err(unknown(other)),
        }
    }
    Ok(options)
}

fn announce(options: &Options, chat: &str) {
    println!("\nThe chat server: {chat}/channel (also /relay and /echo)");
    let page = format!("http://127.0.0.1:{}/", options.page_port);
    println!("The page, once it is compiled (minutes the first time, seconds later): {page}");
    // An example names its server itself.
    if options.folder.as_os_str().is_empty() {
        println!("Both at once: {page}?url={chat}/channel");
    }
    println!("Ctrl-C ends both.\n");
}
