//! Splits a program of WebAssembly where its functions say so: split-wasm PROGRAM FOLDER.
//!
//! What the program starts with goes into `leptos-chat.wasm`, the rest into further files, and a script that loads those is put
//! beside them. The program is as the linker left it, with its relocations.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::Path;

use wasm_split_cli_support::{Options, transform};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(program), Some(folder)) = (args.next(), args.next()) else {
        return Err("name the program, and the folder for its parts".into());
    };
    let (program, folder) = (std::fs::read(program)?, Path::new(&folder));
    let main = folder.join("leptos-chat.wasm");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./leptos-chat.js";
    transform(options)?;
    Ok(())
}
