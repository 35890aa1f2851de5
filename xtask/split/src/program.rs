//! What is read of a program of WebAssembly to part it.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use wasm_encoder::{Module, RawSection};
use wasmparser::{
    ElementItems, ElementKind, Export, FuncType, FunctionBody, GlobalType, KnownCustom, MemoryType,
    Name, Operator, Parser, Payload, TableType, TypeRef,
};

/// A program whose functions alone are imported: its memory, tables and globals are its own.
#[derive(Default)]
pub struct Program<'a> {
    /// By index: what functions take and give.
    pub types: Vec<FuncType>,
    /// How many functions are imported: those have the first indices.
    pub imported: u32,
    /// The index of each function's type.
    pub kinds: Vec<u32>,
    /// Of the functions that are not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<GlobalType>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    /// The functions in the first table, by their slots.
    pub slots: Vec<(u32, u32)>,
    pub names: HashMap<u32, &'a str>,
}

impl<'a> Program<'a> {
    pub fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut program = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            program.take(payload?)?;
        }
        Ok(program)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.types.push(kind?);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let TypeRef::Func(kind) = import?.ty else {
                        bail!("a program that imports more than functions is not parted here");
                    };
                    self.kinds.push(kind);
                    self.imported += 1;
                }
            }
            Payload::FunctionSection(functions) => {
                for kind in functions {
                    self.kinds.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    self.exports.push(export?);
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(elements) => {
                for element in elements {
                    let element = element?;
                    self.take_slots(element.kind, element.items)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    self.take_names(names)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_slots(&mut self, kind: ElementKind<'a>, items: ElementItems<'a>) -> Result<()> {
        let (
            ElementKind::Active {
                table_index,
                offset_expr,
            },
            ElementItems::Functions(functions),
        ) = (kind, items)
        else {
            return Ok(());
        };
        if table_index.unwrap_or(0) != 0 {
            return Ok(());
        }
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("a table of functions is filled from a place that is not a number");
        };
        let first = u32::try_from(value).context("a slot")?;
        for (slot, function) in (first..).zip(functions) {
            self.slots.push((slot, function?));
        }
        Ok(())
    }

    fn take_names(&mut self, names: wasmparser::NameSectionReader<'a>) -> Result<()> {
        for name in names {
            // What is not known there is of no use here.
            if let Ok(Name::Function(functions)) = name {
                for naming in functions {
                    let naming = naming?;
                    self.names.insert(naming.index, naming.name);
                }
            }
        }
        Ok(())
    }

    /// The body of a function that is not imported.
    pub fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies
            .get(usize::try_from(function.checked_sub(self.imported)?).ok()?)
    }

    /// What a function takes and gives.
    pub fn kind(&self, function: u32) -> Result<&FuncType> {
        let kind = self.kinds.get(usize::try_from(function)?);
        let kind = kind.and_then(|kind| self.types.get(usize::try_from(*kind).ok()?));
        kind.context("a function's type")
    }

    /// The functions that are not imported.
    pub fn defined(&self) -> impl Iterator<Item = u32> + use<> {
        self.imported..self.imported + u32::try_from(self.bodies.len()).unwrap_or(u32::MAX)
    }

    /// The bytes of a function's body.
    pub fn size(&self, function: u32) -> usize {
        self.body(function).map_or(0, |body| body.as_bytes().len())
    }

    /// The functions that a function names: it calls them, or gives them away.
    pub fn named_in(&self, function: u32) -> Result<Vec<u32>> {
        let Some(body) = self.body(function) else {
            return Ok(Vec::new());
        };
        let mut named = Vec::new();
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => named.push(function_index),
                _ => {}
            }
        }
        Ok(named)
    }
}

/// Copies a section as it is, if it is not one of names: those are of another program.
pub fn copy(module: &mut Module, wasm: &[u8], payload: &Payload) -> Result<()> {
    let is_of_names = matches!(payload, Payload::CustomSection(custom) if custom.name() == "name");
    match is_of_names {
        true => Ok(()),
        false => copy_all(module, wasm, payload),
    }
}

/// Copies a section as it is.
pub fn copy_all(module: &mut Module, wasm: &[u8], payload: &Payload) -> Result<()> {
    if let Some((id, range)) = payload.as_section() {
        let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
        module.section(&RawSection {
            id,
            data: &wasm[range],
        });
    }
    Ok(())
}
