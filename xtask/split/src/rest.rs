//! The rest of a program: functions that put themselves into the table of the first part.

use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ImportSection, Module,
};
use wasmparser::{Parser, Payload};

use crate::cut::Cut;
use crate::program;

/// It imports under this name what the first part offers; its other imports are the whole's.
const FIRST: &str = "first";

pub fn part(cut: &Cut, wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    let mut code = CodeSection::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                let mut all = ImportSection::new();
                RoundtripReencoder.parse_import_section(&mut all, imports)?;
                import_shared(cut, &mut all)?;
                module.section(&all);
            }
            Payload::ElementSection(_) => {
                module.section(&slots(cut)?);
            }
            Payload::CodeSectionEntry(body) => {
                let function = cut.program.imported + code.len();
                if cut.rest.contains(&function) {
                    RoundtripReencoder.parse_function_body(&mut code, body)?;
                } else {
                    code.function(&cut.stub(function, None)?);
                }
                if usize::try_from(code.len())? == cut.program.bodies.len() {
                    module.section(&code);
                }
            }
            payload @ (Payload::TypeSection(_)
            | Payload::FunctionSection(_)
            | Payload::CustomSection(_)) => program::copy(&mut module, wasm, &payload)?,
            _ => {}
        }
    }
    Ok(module.finish())
}

fn import_shared(cut: &Cut, imports: &mut ImportSection) -> Result<()> {
    let mut same = RoundtripReencoder;
    for (name, kind, index) in cut.shared() {
        let entity = match kind {
            ExportKind::Table => EntityType::Table(cut.table(index)?),
            ExportKind::Memory => {
                EntityType::Memory(same.memory_type(cut.program.memories[index])?)
            }
            _ => EntityType::Global(same.global_type(cut.program.globals[index])?),
        };
        imports.import(FIRST, &name, entity);
    }
    Ok(())
}

/// Its functions in their slots, in as few runs as there are.
fn slots(cut: &Cut) -> Result<ElementSection> {
    let own = cut.slots.iter().map(|(function, slot)| (*slot, *function));
    let mut all: Vec<(u32, u32)> = own.chain(cut.program.slots.iter().copied()).collect();
    all.retain(|(_, function)| cut.rest.contains(function));
    all.sort_unstable();
    all.dedup();
    let mut elements = ElementSection::new();
    for run in all.chunk_by(|(slot, _), (next, _)| slot + 1 == *next) {
        let place = ConstExpr::i32_const(i32::try_from(run[0].0)?);
        let functions: Vec<u32> = run.iter().map(|(_, function)| *function).collect();
        elements.active(None, &place, Elements::Functions(functions.into()));
    }
    Ok(elements)
}
