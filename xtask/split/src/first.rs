//! The first part of a program: it has the data, and stubs in place of what comes later.

use std::convert::Infallible;

use anyhow::Result;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, Module, StartSection,
    TableSection, TypeSection, ValType,
};
use wasmparser::{FuncType, Parser, Payload};

use crate::cut::Cut;
use crate::program;

/// What it imports, behind all else: JavaScript's function that returns when the rest is there, and throws where it cannot be had.
const NEED: (&str, &str) = ("rest", "need");

pub fn part(cut: &Cut, wasm: &[u8]) -> Result<Vec<u8>> {
    let mut part = Part::new(cut)?;
    for payload in Parser::new(0).parse_all(wasm) {
        part.take(payload?, wasm)?;
    }
    Ok(part.module.finish())
}

struct Part<'a> {
    cut: &'a Cut<'a>,
    module: Module,
    code: CodeSection,
    shifted: Shifted,
    /// Its type of functions that take and give nothing.
    plain: u32,
    /// Its function that makes the rest be there, and its global that says whether it was called.
    ensure: u32,
    is_there: u32,
}

impl<'a> Part<'a> {
    fn new(cut: &'a Cut<'a>) -> Result<Self> {
        let is_plain = |kind: &FuncType| kind.params().is_empty() && kind.results().is_empty();
        let types = &cut.program.types;
        let plain = types.iter().position(is_plain).unwrap_or(types.len());
        Ok(Self {
            cut,
            module: Module::new(),
            code: CodeSection::new(),
            shifted: Shifted(cut.program.imported),
            plain: u32::try_from(plain)?,
            ensure: 1 + u32::try_from(cut.program.kinds.len())?,
            is_there: u32::try_from(cut.program.globals.len())?,
        })
    }

    fn take(&mut self, payload: Payload, wasm: &[u8]) -> Result<()> {
        match payload {
            Payload::TypeSection(types) => self.types(types)?,
            Payload::ImportSection(imports) => {
                let mut all = ImportSection::new();
                self.shifted.parse_import_section(&mut all, imports)?;
                all.import(NEED.0, NEED.1, EntityType::Function(self.plain));
                self.module.section(&all);
            }
            Payload::FunctionSection(functions) => {
                let mut all = FunctionSection::new();
                self.shifted.parse_function_section(&mut all, functions)?;
                all.function(self.plain);
                self.module.section(&all);
            }
            Payload::TableSection(_) => self.tables()?,
            Payload::GlobalSection(globals) => self.globals(globals)?,
            Payload::ExportSection(exports) => self.exports(exports)?,
            Payload::StartSection { func, .. } => {
                let function_index = self.shifted.function_index(func)?;
                self.module.section(&StartSection { function_index });
            }
            Payload::ElementSection(elements) => {
                let mut all = ElementSection::new();
                self.shifted.parse_element_section(&mut all, elements)?;
                self.add_slots(&mut all)?;
                self.module.section(&all);
            }
            Payload::CodeSectionStart { .. } => {}
            Payload::CodeSectionEntry(body) => self.function(body)?,
            payload => program::copy(&mut self.module, wasm, &payload)?,
        }
        Ok(())
    }

    fn types(&mut self, types: wasmparser::TypeSectionReader) -> Result<()> {
        let mut all = TypeSection::new();
        self.shifted.parse_type_section(&mut all, types)?;
        if usize::try_from(self.plain)? == self.cut.program.types.len() {
            all.ty().function([], []);
        }
        self.module.section(&all);
        Ok(())
    }

    fn tables(&mut self) -> Result<()> {
        let mut all = TableSection::new();
        for index in 0..self.cut.program.tables.len() {
            all.table(self.cut.table(index)?);
        }
        self.module.section(&all);
        Ok(())
    }

    fn globals(&mut self, globals: wasmparser::GlobalSectionReader) -> Result<()> {
        let mut all = GlobalSection::new();
        self.shifted.parse_global_section(&mut all, globals)?;
        let flag = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        all.global(flag, &ConstExpr::i32_const(0));
        self.module.section(&all);
        Ok(())
    }

    fn exports(&mut self, exports: wasmparser::ExportSectionReader) -> Result<()> {
        let mut all = ExportSection::new();
        self.shifted.parse_export_section(&mut all, exports)?;
        for (name, kind, index) in self.cut.shared() {
            all.export(&name, kind, u32::try_from(index)?);
        }
        self.module.section(&all);
        Ok(())
    }

    /// The further slots, with functions or stubs.
    fn add_slots(&mut self, elements: &mut ElementSection) -> Result<()> {
        let old = self.cut.old_size()?;
        let slots = self.cut.slots.iter().filter(|(_, slot)| **slot >= old);
        let mut added: Vec<(u32, u32)> = slots.map(|(function, slot)| (*slot, *function)).collect();
        added.sort_unstable();
        let mut functions = Vec::new();
        for (_, function) in added {
            functions.push(self.shifted.function_index(function)?);
        }
        let place = ConstExpr::i32_const(i32::try_from(old)?);
        elements.active(None, &place, Elements::Functions(functions.into()));
        Ok(())
    }

    fn function(&mut self, body: wasmparser::FunctionBody) -> Result<()> {
        let program = self.cut.program;
        let function = program.imported + self.code.len();
        if self.cut.first.contains(&function) {
            self.shifted.parse_function_body(&mut self.code, body)?;
        } else {
            let stub = self.cut.stub(function, Some(self.ensure))?;
            self.code.function(&stub);
        }
        if usize::try_from(self.code.len())? == program.bodies.len() {
            self.code
                .function(&ensuring(program.imported, self.is_there));
            self.module.section(&self.code);
        }
        Ok(())
    }
}

/// Makes the rest be there, once.
fn ensuring(need: u32, is_there: u32) -> Function {
    let mut ensure = Function::new([]);
    let mut code = ensure.instructions();
    code.global_get(is_there).i32_eqz().if_(BlockType::Empty);
    code.call(need).i32_const(1).global_set(is_there);
    code.end().end();
    ensure
}

/// The same with one more imported function, behind the others, of which there are so many.
struct Shifted(u32);

impl Reencode for Shifted {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(function + u32::from(function >= self.0))
    }
}
