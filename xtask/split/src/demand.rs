//! Splits a program where its functions say so: what they name is loaded on demand.
//!
//! What the program starts with goes into `leptos-chat.wasm`, the rest into further files, and a script that loads those is put
//! beside them. The program is as the linker left it, with its relocations: what nothing leads to stays out, so that whatever is
//! offered to JavaScript, and never asked for, is no longer offered here.
use std::path::Path;

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, Module, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

/// The classes of wasm-streams, which the page never makes: it comes with what Leptos has for servers.
const UNUSED_CLASSES: &str = "intounderlying";
/// What the linker's output begins its exports with that belong to an export of that name: wasm-bindgen's own.
const PREFIXES: [&str; 2] = ["__wbindgen_describe_", "__wbg_"];

/// Puts the program and what it loads on demand into the folder.
pub fn split(program: &[u8], folder: &Path) -> Result<()> {
    let program = without_unused_exports(program)?;
    let main = folder.join("leptos-chat.wasm");
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./leptos-chat.js";
    transform(options).map_err(|error| anyhow!("{error}"))?;
    Ok(())
}

/// The program, all sections but that of the exports as they are.
fn without_unused_exports(program: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        match payload? {
            Payload::ExportSection(exports) => {
                let mut kept = ExportSection::new();
                for export in exports {
                    let export = export?;
                    if !is_unused(export.name) {
                        RoundtripReencoder.parse_export(&mut kept, export)?;
                    }
                }
                module.section(&kept);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
                    let data = &program[range];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok(module.finish())
}

fn is_unused(export: &str) -> bool {
    let name = PREFIXES.iter().fold(export, |name, prefix| {
        name.strip_prefix(prefix).unwrap_or(name)
    });
    name.starts_with(UNUSED_CLASSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_nobody_makes_is_not_offered_nor_described() {
        for name in [
            "intounderlyingsink_write",
            "__wbg_intounderlyingsink_free",
            "__wbindgen_describe_intounderlyingsink_write",
            "__wbindgen_describe___wbg_intounderlyingsink_free",
        ] {
            assert!(is_unused(name), "{name}");
        }
        assert!(!is_unused("main") && !is_unused("__wbindgen_describe_cast"));
    }
}
