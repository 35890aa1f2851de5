//! Takes what does not run in a first chat out of the functions that do: each tail of a block becomes a function of its own, which
//! comes later.

use std::collections::BTreeSet;
use std::hash::Hasher;

use anyhow::{Context, Result};
use fnv::FnvHasher;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, FunctionSection, Module, TypeSection, ValType};
use wasmparser::{FuncToValidate, FunctionBody, Parser, Payload, ValidPayload, Validator};

use crate::cold::Cold;
use crate::flow::{Flow, Tail};
use crate::late::plain_name;
use crate::program::{self, Program};

/// What stands for a tail in a list: its function's name, and its instructions without the numbers that they name.
pub type Key = u64;

/// The program with the tails of these keys as functions behind its own. What `passes` by its name alone is looked through.
pub fn outlined(
    wasm: &[u8],
    cold: &BTreeSet<Key>,
    passes: impl Fn(&str) -> bool,
) -> Result<Vec<u8>> {
    let program = Program::read(wasm)?;
    let mut outline = Outline {
        program: &program,
        next: program.imported + u32::try_from(program.bodies.len())?,
        types: Vec::new(),
        made: Vec::new(),
    };
    let mut bodies = Vec::new();
    for (function, body) in program.defined().zip(valid_bodies(wasm)?) {
        let name = program.names.get(&function).copied().unwrap_or_default();
        bodies.push(match cold.is_empty() || !passes(name) {
            true => copied(&program, function)?,
            false => outline.function(function, name, cold, body)?,
        });
    }
    outline.write(wasm, &bodies)
}

/// The tails of functions that were called, in any of some programs.
#[derive(Default)]
pub struct Tails {
    ran: BTreeSet<Key>,
    cold: BTreeSet<Key>,
}

impl Tails {
    /// Adds those of a program, by the marks of its functions.
    pub fn add(&mut self, wasm: &[u8], marks: &[(bool, &[u8])]) -> Result<()> {
        let program = Program::read(wasm)?;
        let all = program.defined().zip(valid_bodies(wasm)?).zip(marks);
        for ((function, body), (_, tails)) in all.filter(|(_, (is_called, _))| *is_called) {
            let flow = flow(&program, function, body)?;
            let name = program.names.get(&function).copied().unwrap_or_default();
            let (live, codes) = (flow.live(), codes(&flow));
            let mut until = 0;
            for (tail, mark) in flow.tails.iter().zip(*tails) {
                let key = || key(name, &codes[tail.start..tail.end]);
                if *mark != 0 {
                    self.ran.insert(key());
                } else if tail.start >= until && Cold::of(&flow, &live, tail).is_some() {
                    self.cold.insert(key());
                    until = tail.end;
                }
            }
        }
        Ok(())
    }

    /// Those that ran nowhere.
    pub fn cold(&self) -> BTreeSet<Key> {
        self.cold.difference(&self.ran).copied().collect()
    }
}

struct Outline<'a> {
    program: &'a Program<'a>,
    /// The index of the next function.
    next: u32,
    /// Their types are all new: a tool that makes the program small joins those that are alike.
    types: Vec<(Vec<ValType>, Vec<ValType>)>,
    made: Vec<Function>,
}

type Body<'a> = (
    FuncToValidate<wasmparser::ValidatorResources>,
    FunctionBody<'a>,
);

impl Outline<'_> {
    fn function(
        &mut self,
        function: u32,
        name: &str,
        cold: &BTreeSet<Key>,
        body: Body,
    ) -> Result<Function> {
        let flow = flow(self.program, function, body)?;
        let codes = codes(&flow);
        let is_cold = |tail: &&Tail| cold.contains(&key(name, &codes[tail.start..tail.end]));
        let mut live = None;
        let mut found: Vec<Cold> = Vec::new();
        for tail in flow.tails.iter().filter(is_cold) {
            if found.last().is_none_or(|last| tail.start >= last.tail.end) {
                let live = live.get_or_insert_with(|| flow.live());
                found.extend(Cold::of(&flow, live, tail));
            }
        }
        match found.is_empty() {
            true => copied(self.program, function),
            false => self.without(&flow, function, &found),
        }
    }

    /// The function with calls in place of these.
    fn without(&mut self, flow: &Flow, function: u32, cold: &[Cold]) -> Result<Function> {
        let params = self.program.kind(function)?.params().len();
        let mut locals = flow.locals.clone();
        let mut code = Function::new([]);
        let mut at = 0;
        let mut calls = cold.iter();
        let mut call = calls.next();
        while at < flow.ops.len() {
            match call {
                Some(cold) if cold.tail.start == at => {
                    let next = u32::try_from(locals.len())?;
                    locals.extend(cold.call(self.next, next, &mut code)?);
                    self.types.push(cold.kind());
                    self.made.push(cold.function()?);
                    self.next += 1;
                    at = cold.tail.end;
                    call = calls.next();
                }
                _ => {
                    code.instruction(&RoundtripReencoder.instruction(flow.ops[at].clone())?);
                    at += 1;
                }
            }
        }
        let mut whole = Function::new_with_locals_types(locals.into_iter().skip(params));
        // The first byte counts the locals of a function that has none.
        whole.raw(code.into_raw_body().into_iter().skip(1));
        Ok(whole)
    }

    fn write(self, wasm: &[u8], bodies: &[Function]) -> Result<Vec<u8>> {
        let first = u32::try_from(self.program.types.len())?;
        let mut module = Module::new();
        let mut same = RoundtripReencoder;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(types) => {
                    let mut all = TypeSection::new();
                    same.parse_type_section(&mut all, types)?;
                    for (params, results) in &self.types {
                        all.ty()
                            .function(params.iter().copied(), results.iter().copied());
                    }
                    module.section(&all);
                }
                Payload::FunctionSection(functions) => {
                    let mut all = FunctionSection::new();
                    same.parse_function_section(&mut all, functions)?;
                    for (kind, _) in (first..).zip(&self.types) {
                        all.function(kind);
                    }
                    module.section(&all);
                }
                Payload::CodeSectionStart { .. } => {
                    let mut all = CodeSection::new();
                    for body in bodies.iter().chain(&self.made) {
                        all.function(body);
                    }
                    module.section(&all);
                }
                Payload::CodeSectionEntry(_) => {}
                payload => program::copy_all(&mut module, wasm, &payload)?,
            }
        }
        let outlined = module.finish();
        Validator::new()
            .validate_all(&outlined)
            .context("what was taken out of functions")?;
        Ok(outlined)
    }
}

fn copied(program: &Program, function: u32) -> Result<Function> {
    let body = program.body(function).context("a function's body")?;
    let mut same = RoundtripReencoder;
    let mut copy = same.new_function_with_parsed_locals(body)?;
    for op in body.get_operators_reader()? {
        copy.instruction(&same.instruction(op?)?);
    }
    Ok(copy)
}

fn valid_bodies(wasm: &[u8]) -> Result<Vec<Body<'_>>> {
    let mut validator = Validator::new();
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let ValidPayload::Func(valid, body) = validator.payload(&payload?)? {
            bodies.push((valid, body));
        }
    }
    Ok(bodies)
}

fn flow<'a>(program: &Program, function: u32, (valid, body): Body<'a>) -> Result<Flow<'a>> {
    let valid = valid.into_validator(Default::default());
    Flow::read(&body, program.kind(function)?, &program.types, valid)
}

/// The instructions without what they name.
fn codes(flow: &Flow) -> Vec<u64> {
    let code = |op: &wasmparser::Operator| {
        let text = format!("{op:?}");
        let name = text.split_once([' ', '(']).map_or(&*text, |(name, _)| name);
        hash(name.bytes())
    };
    flow.ops.iter().map(code).collect()
}

fn key(name: &str, codes: &[u64]) -> Key {
    let code = codes.iter().flat_map(|code| code.to_le_bytes());
    hash(plain_name(name).bytes().chain(code))
}

/// The same on each machine.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hasher = FnvHasher::default();
    for byte in bytes {
        hasher.write_u8(byte);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::mark;

    /// Each takes a number, and gives one. LONG is what makes a tail long enough.
    const PROGRAM: &str = r#"(module
      (memory 1)
      (global $calls (mut i32) (i32.const 0))
      (func $mix (param $n i32) (param $m i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.xor (i32.mul (local.get $n) (i32.const 1000003)) (i32.rotl (local.get $m) (i32.const 7))))
      (func (export "if_and_else") (param $n i32) (result i32)
        (local $a i32) (local $b i64)
        (local.set $a (i32.const 5))
        (if (i32.lt_u (local.get $n) (i32.const 4))
          (then LONG
            (local.set $a (call $mix (local.get $a) (call $mix (local.get $n) (i32.const 70000))))
            (local.set $b (i64.extend_i32_u (call $mix (local.get $n) (i32.const 80000)))))
          (else LONG
            (local.set $n (call $mix (local.get $n) (call $mix (local.get $a) (i32.const 90000))))
            (local.set $b (i64.shl (i64.const 3) (i64.extend_i32_u (call $mix (local.get $n) (i32.const 80000)))))))
        (i32.add (i32.wrap_i64 (local.get $b)) (i32.add (local.get $a) (local.get $n))))
      (func (export "value_of_an_if") (param $n i32) (result i32)
        (call $mix (local.get $n)
          (if (result i32) (i32.and (local.get $n) (i32.const 1))
            (then LONG
              (local.set $n (call $mix (local.get $n) (i32.const 100000)))
              (call $mix (local.get $n) (call $mix (i32.const 200000) (local.get $n))))
            (else LONG (call $mix (call $mix (local.get $n) (i32.const 300000)) (call $mix (i32.const 9) (i32.const 400000)))))))
      (func (export "many_ways_out") (param $n i32) (result i32)
        (local $i i32) (local $sum i32)
        (block $done
          (loop $again
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $done (i32.gt_u (local.get $i) (i32.const 20))) LONG
            (local.set $sum LONG (call $mix (local.get $sum) (local.get $i)))
            (block $odd
              (br_if $odd (i32.eqz (i32.and (i32.add (local.get $i) (local.get $n)) (i32.const 1)))) LONG
              (local.set $sum (i32.add (local.get $sum) (call $mix (local.get $i) (i32.const 500000))))
              (br_if $again (i32.eq (local.get $i) (i32.const 3))) LONG
              (br_if $done (i32.eq (call $mix (local.get $i) (i32.const 0)) (call $mix (local.get $n) (i32.const 0)))) LONG
              (if (i32.eq (i32.add (local.get $i) (local.get $n)) (i32.const 25))
                (then LONG (return (call $mix (local.get $sum) (call $mix (i32.const 600000) (local.get $i)))))))
            (br $again)))
        LONG (call $mix (local.get $sum) (local.get $i)))
      (func (export "a_table") (param $n i32) (result i32)
        (local $sum i32)
        (block $three
          (block $two
            (block $one
              (br_if $one (i32.eq (local.get $n) (i32.const 11))) LONG
              (local.set $sum (call $mix (local.get $n) (call $mix (i32.const 700000) (local.get $n))))
              (br_table $one $two $three $one (i32.and (call $mix (local.get $n) (i32.const 0)) (i32.const 3))))
            LONG
            (local.set $sum (call $mix (local.get $sum) (i32.const 800000)))
            (br_if $three (i32.gt_u (local.get $n) (i32.const 8))) LONG
            (local.set $sum (call $mix (call $mix (local.get $sum) (i32.const 900000)) (i32.const 900001))))
          LONG
          (local.set $sum (call $mix (call $mix (local.get $sum) (i32.const 1000000)) (i32.const 900002))))
        LONG
        (call $mix (local.get $sum) (i32.const 3)))
      (func (export "it_traps") (param $n i32) (result i32)
        (if (i32.eq (local.get $n) (i32.const 2))
          (then LONG
            (i32.store (i32.const 16) (call $mix (local.get $n) (call $mix (i32.const 1100000) (local.get $n))))
            unreachable))
        (i32.add (i32.load (i32.const 16)) (local.get $n)))
      (func (export "how_many_calls") (param $n i32) (result i32) (global.get $calls)))"#;

    fn program() -> Vec<u8> {
        let long = "(drop (call $mix (i32.const 1234567) (i32.const 7654321)))".repeat(5);
        wat::parse_str(PROGRAM.replace("LONG", &long)).expect("a program")
    }

    /// Calls what each program offers with small numbers, one after the other, in the engine that runs the page's scripts.
    fn answers(programs: &[Vec<u8>]) -> Vec<String> {
        const SCRIPT: &str = "
            for (const hex of require('fs').readFileSync(0, 'utf8').trim().split('\\n')) {
                const made = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(hex, 'hex')));
                const all = [];
                for (let n = 0; n < 16; n += 1) {
                    for (const [name, offered] of Object.entries(made.exports)) {
                        try { all.push(name + ' ' + offered(n)); } catch (error) { all.push(name + ' ' + error.message); }
                    }
                }
                console.log(all.join());
            }";
        let mut node = Command::new("node");
        let piped = node
            .args(["-e", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = piped.spawn().expect("Node, which builds the page");
        let mut input = child.stdin.take().expect("piped");
        for program in programs {
            let hex: String = program.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(input, "{hex}").expect("it reads");
        }
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        let lines = String::from_utf8(output.stdout).expect("text");
        lines.lines().map(str::to_owned).collect()
    }

    /// The program without the tails that these marks say did not run, and how many those are.
    fn without(wasm: &[u8], marks: &[u8]) -> (Vec<u8>, u32) {
        let mut tails = Tails::default();
        let program = Program::read(wasm).expect("a program");
        let marks = mark::by_function(&program, marks).expect("enough marks");
        tails.add(wasm, &marks).expect("a valid program");
        let outlined = outlined(wasm, &tails.cold(), |_| true).expect("a valid program");
        let count = |wasm| Program::read(wasm).expect("a program").kinds.len();
        let more = count(&outlined) - count(wasm);
        (outlined, u32::try_from(more).expect("few"))
    }

    #[test]
    fn whatever_is_taken_out_does_the_same() {
        let whole = program();
        let program = Program::read(&whole).expect("a program");
        let marks = program
            .defined()
            .map(|function| mark::count(&program, function).expect("a function"));
        let mut nothing_ran = Vec::new();
        for count in marks {
            nothing_ran.push(1);
            nothing_ran.resize(nothing_ran.len() + count - 1, 0);
        }
        let mut programs = vec![whole.clone()];
        let (all, taken) = without(&whole, &nothing_ran);
        assert!(taken >= 6, "{taken}");
        programs.push(all);
        let mut alone = 0;
        for place in (0..nothing_ran.len()).filter(|place| nothing_ran[*place] == 0) {
            let mut marks = vec![1; nothing_ran.len()];
            marks[place] = 0;
            let (one, taken) = without(&whole, &marks);
            alone += taken;
            programs.push(one);
        }
        assert!(alone >= 14, "{alone}");
        let answers = answers(&programs);
        assert_eq!(answers.len(), programs.len());
        for answer in &answers {
            assert_eq!(*answer, answers[0]);
        }
    }

    #[test]
    fn what_ran_in_one_of_two_places_that_look_alike_stays_in_both() {
        let function = |name| {
            let rare = "(then (local.set $n (i32.mul (local.get $n) (i32.const 1234567))))";
            format!(
                r#"(func (export "{name}") (param $n i32) (result i32) (if (local.get $n) {}) (local.get $n))"#,
                rare.replace(
                    "(then",
                    &format!("(then {}", "(drop (i32.const 1))".repeat(20))
                )
            )
        };
        let text = format!("(module {} {})", function("one"), function("two"));
        let whole = wat::parse_str(text).expect("a program");
        // Each has marks for itself, for what follows the `if`, and for what follows its end.
        let count = |marks| without(&whole, marks).1;
        assert_eq!(count(&[1, 0, 1, 1, 0, 1]), 2);
        assert_eq!(count(&[1, 0, 1, 1, 1, 1]), 0);
    }

    #[test]
    fn a_function_that_is_left_in_ways_that_are_not_followed_stays_whole() {
        let rare = "(drop (i32.const 1))".repeat(20);
        let text = format!(
            r#"(module (func $other (param i32) (result i32) (local.get 0))
              (func (export "f") (param $n i32) (result i32)
                (if (local.get $n) (then {rare}))
                (if (i32.eq (local.get $n) (i32.const 3)) (then {rare} (return_call $other (i32.const 7))))
                (local.get $n)))"#
        );
        let whole = wat::parse_str(text).expect("a program");
        let (same, taken) = without(&whole, &[0, 1, 0, 0, 0, 0]);
        assert_eq!(taken, 0);
        assert_eq!(answers(&[same]), answers(&[whole]));
    }
}
