//! Parts a program in two: what it starts with, and the rest, which comes later in a file of its own.
//!
//! Both share the memory, the tables and the globals of the first. A function of the rest that the first part names has a stub
//! there: it makes the rest be there, then calls the function by its slot in the table. What the rest names of the first
//! part has a slot likewise. What stands in the table anyway keeps its slots: the rest puts itself there once it is there.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportKind, Function, TableType};
use wasmparser::ExternalKind;

use crate::late::Late;
use crate::program::Program;
use crate::{first, outline, rest};

/// A program in two parts.
#[derive(Debug)]
pub struct Parts {
    pub first: Vec<u8>,
    pub rest: Vec<u8>,
}

/// Parts the program: what is late by its name goes into the rest, with all that only it leads to, and what is late in others.
pub fn part(wasm: &[u8], late: &Late) -> Result<Parts> {
    let whole = outline::outlined(wasm, &late.tails, |name| !late.has(name))?;
    let functions = Program::read(wasm)?.kinds.len();
    let program = Program::read(&whole)?;
    let is_late = |function: u32| {
        let name = program.names.get(&function);
        function as usize >= functions || name.is_some_and(|name| late.has(name))
    };
    let cut = Cut::new(&program, is_late)?;
    Ok(Parts {
        first: first::part(&cut, &whole)?,
        rest: rest::part(&cut, &whole)?,
    })
}

/// Where a program is cut. Its functions are those that are not imported, by their indices in the whole.
pub struct Cut<'a> {
    pub program: &'a Program<'a>,
    pub first: BTreeSet<u32>,
    pub rest: BTreeSet<u32>,
    /// The functions that are called by their slots in the first table.
    pub slots: BTreeMap<u32, u32>,
    /// How many slots the first table has with those.
    size: u32,
}

impl<'a> Cut<'a> {
    fn new(program: &'a Program<'a>, is_late: impl Fn(u32) -> bool) -> Result<Self> {
        let is_early = |function: &u32| !is_late(*function);
        let roots = roots(program);
        let first = reached(program, &roots, is_early)?;
        let all = reached(program, &roots, |_| true)?;
        let rest = all.difference(&first).copied().collect();
        let (slots, size) = (BTreeMap::new(), 0);
        let mut cut = Self {
            program,
            first,
            rest,
            slots,
            size,
        };
        cut.give_slots()?;
        Ok(cut)
    }

    fn give_slots(&mut self) -> Result<()> {
        self.size = self.old_size()?;
        let of_the_rest = |function: &u32| self.rest.contains(function);
        let mut wanted = self.named(&self.first, &self.rest)?;
        wanted.extend(self.named(&self.rest, &self.first)?);
        wanted.extend(roots(self.program).into_iter().filter(of_the_rest));
        let slots = self.program.slots.iter();
        let known: BTreeMap<u32, u32> = slots.map(|(slot, function)| (*function, *slot)).collect();
        for function in wanted {
            let slot = known.get(&function).copied().unwrap_or(self.size);
            self.size = self.size.max(slot + 1);
            self.slots.insert(function, slot);
        }
        Ok(())
    }

    /// How many slots the first table of the whole has.
    pub fn old_size(&self) -> Result<u32> {
        let table = self.program.tables.first();
        Ok(u32::try_from(
            table.context("there is no table of functions")?.initial,
        )?)
    }

    /// What some functions name of others.
    fn named(&self, by: &BTreeSet<u32>, of: &BTreeSet<u32>) -> Result<BTreeSet<u32>> {
        let mut named = BTreeSet::new();
        for function in by {
            let all = self.program.named_in(*function)?;
            named.extend(all.into_iter().filter(|function| of.contains(function)));
        }
        Ok(named)
    }

    /// A table as both parts have it: the first has room for the further slots.
    pub fn table(&self, index: usize) -> Result<TableType> {
        let mut table = self.program.tables[index];
        if index == 0 {
            let more = u64::from(self.size) - table.initial;
            table.initial += more;
            table.maximum = table.maximum.map(|most| most + more);
        }
        Ok(RoundtripReencoder.table_type(table)?)
    }

    /// What the parts share but functions, with the names under which the rest asks for it.
    pub fn shared(&self) -> Vec<(String, ExportKind, usize)> {
        let kinds = [
            ("table", ExportKind::Table, self.program.tables.len()),
            ("memory", ExportKind::Memory, self.program.memories.len()),
            ("global", ExportKind::Global, self.program.globals.len()),
        ];
        let all = |(name, kind, count)| {
            (0..count).map(move |index| (format!("{name}{index}"), kind, index))
        };
        kinds.into_iter().flat_map(all).collect()
    }

    /// Calls what stands in the function's slot, and before it this function, if one is named.
    pub fn stub(&self, function: u32, before: Option<u32>) -> Result<Function> {
        let mut stub = Function::new([]);
        let mut code = stub.instructions();
        let Some(slot) = self.slots.get(&function) else {
            // Nothing of this part leads here.
            code.unreachable().end();
            return Ok(stub);
        };
        if let Some(before) = before {
            code.call(before);
        }
        let kind = self.program.kinds[usize::try_from(function)?];
        let params = self.program.types[usize::try_from(kind)?].params().len();
        for param in 0..u32::try_from(params)? {
            code.local_get(param);
        }
        code.i32_const(i32::try_from(*slot)?);
        code.call_indirect(0, kind).end();
        Ok(stub)
    }
}

/// What the program's functions are called by from outside: JavaScript, the start, slots of the table.
fn roots(program: &Program) -> Vec<u32> {
    let exports = program.exports.iter();
    let functions = exports.filter(|export| export.kind == ExternalKind::Func);
    let slots = program.slots.iter().map(|(_, function)| *function);
    functions
        .map(|export| export.index)
        .chain(program.start)
        .chain(slots)
        .collect()
}

/// All that the roots lead to by what `passes`.
fn reached(
    program: &Program,
    roots: &[u32],
    passes: impl Fn(&u32) -> bool,
) -> Result<BTreeSet<u32>> {
    let mut open = roots.to_vec();
    let mut found = BTreeSet::new();
    while let Some(function) = open.pop() {
        let is_defined = program.body(function).is_some();
        if is_defined && passes(&function) && found.insert(function) {
            open.extend(program.named_in(function)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportSection,
        FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType,
        Module, NameMap, NameSection, RefType, TableSection, TypeSection, ValType,
    };
    use wasmparser::{Imports, Parser, Payload, Validator};

    use super::*;
    use crate::mark;

    /// `start` calls `early` and `late`, which calls `only` and `early` too; `late` stands in the table. What is imported has index 0.
    fn program() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("js", "log", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for calls in [&[2, 3][..], &[0], &[4, 2], &[]] {
            functions.function(0);
            let mut function = Function::new([]);
            let mut body = function.instructions();
            body.local_get(0);
            for called in calls {
                body.call(*called);
            }
            body.end();
            code.function(&function);
        }
        let mut tables = TableSection::new();
        let maximum = Some(2);
        let element_type = RefType::FUNCREF;
        let (minimum, table64, shared) = (2, false, false);
        tables.table(TableType {
            element_type,
            minimum,
            maximum,
            table64,
            shared,
        });
        let mut elements = ElementSection::new();
        let slot = ConstExpr::i32_const(1);
        elements.active(None, &slot, Elements::Functions((&[3]).into()));
        let mut memories = MemorySection::new();
        let (maximum, memory64, page_size_log2) = (None, false, None);
        memories.memory(MemoryType {
            minimum: 1,
            maximum,
            memory64,
            shared,
            page_size_log2,
        });
        let mut globals = GlobalSection::new();
        let stack = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared,
        };
        globals.global(stack, &ConstExpr::i32_const(8));
        let mut exports = ExportSection::new();
        exports.export("start", ExportKind::Func, 1);
        let mut names = NameMap::new();
        for (index, name) in ["log", "start", "early", "late", "only"].iter().enumerate() {
            names.append(u32::try_from(index).expect("few"), name);
        }
        let mut all_names = NameSection::new();
        all_names.functions(&names);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions);
        module.section(&tables).section(&memories).section(&globals);
        module.section(&exports).section(&elements).section(&code);
        module.section(&all_names);
        module.finish()
    }

    fn valid(wasm: &[u8]) -> Program<'_> {
        Validator::new()
            .validate_all(wasm)
            .expect("a valid program");
        Program::read(wasm).unwrap_or_default()
    }

    fn imports(wasm: &[u8]) -> Vec<String> {
        let imports = Parser::new(0)
            .parse_all(wasm)
            .find_map(|payload| match payload {
                Ok(Payload::ImportSection(imports)) => Some(imports),
                _ => None,
            });
        let names = imports.into_iter().flatten().map(|import| match import {
            Ok(Imports::Single(_, import)) => format!("{}.{}", import.module, import.name),
            other => panic!("{other:?}"),
        });
        names.collect()
    }

    #[test]
    fn what_is_late_goes_into_the_rest_with_all_that_only_it_leads_to() {
        let whole = program();
        let program = valid(&whole);
        let cut = Cut::new(&program, |function| function == 3).expect("a cut");
        assert_eq!(cut.first, BTreeSet::from([1, 2]));
        assert_eq!(cut.rest, BTreeSet::from([3, 4]));
        // What stood in the table keeps its slot, and what the rest calls gets one.
        assert_eq!(cut.slots, BTreeMap::from([(3, 1), (2, 2)]));
    }

    #[test]
    fn both_parts_are_programs_that_share_what_they_have() {
        let parts = part(&program(), &Late::parse("late\n")).expect("parts");
        let first = valid(&parts.first);
        assert_eq!(imports(&parts.first), ["js.log", "rest.need"]);
        assert_eq!(first.tables[0].initial, 3);
        // Each index is one more: a stub stands for `late`, and `early` is in the table for the rest.
        assert_eq!(first.slots, [(1, 4), (2, 3)]);
        let names: Vec<&str> = first.exports.iter().map(|export| export.name).collect();
        assert_eq!(names, ["start", "table0", "memory0", "global0"]);
        Validator::new()
            .validate_all(&parts.rest)
            .expect("a valid program");
        let shared = ["js.log", "first.table0", "first.memory0", "first.global0"];
        assert_eq!(imports(&parts.rest), shared);
    }

    #[test]
    fn marks_lie_behind_the_memory_that_the_program_has() {
        let marking = mark::marked(&program()).expect("a marked program");
        assert_eq!((marking.first, marking.count), (65_536, 4));
        assert_eq!(valid(&marking.program).memories[0].initial, 2);
    }
}
