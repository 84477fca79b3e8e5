//! Moving a block of yields into a child changes nothing that can be seen from outside (PEP 380's refactoring principle).
//!
//! Random programs are run by plain functions that call each other, and by coroutines that delegate in each way there is,
//! driven by the same answers: to the end, and dropped at each step on the way.

mod program;
mod protocol;

use antiphon::prelude::*;
use antiphon_tests::Log;
use program::{Held, Op, Random, WAYS, Way};
use std::pin::Pin;

/// The driver's answer to the n-th value.
fn answer(n: usize, value: u32) -> u32 {
    value.wrapping_mul(7).wrapping_add(u32::try_from(n).unwrap()) % 11
}

/// What was yielded, what was returned unless it was dropped before, and which guards were dropped when: each yield notes
/// itself in the same log.
type Trace = (Vec<u32>, Option<u32>, Vec<&'static str>);

/// Plain functions, which are told to give up where a coroutine would be dropped.
struct Plain<'a> {
    log: &'a Log,
    seen: Vec<u32>,
    drop_at: usize,
}

impl Plain<'_> {
    fn ask(&mut self, value: u32) -> Option<u32> {
        self.seen.push(value);
        self.log.note("yield");
        (self.seen.len() < self.drop_at).then(|| answer(self.seen.len(), value))
    }

    fn run(&mut self, program: &[Op]) -> Option<u32> {
        let mut sum = 0_u32;
        let mut held = Held::default();
        for op in program {
            match op {
                Op::Yield(n) => sum = sum.wrapping_add(self.ask(*n)?),
                Op::Call(program) => sum = sum.wrapping_add(self.run(program)?),
                Op::Hold(name) => held.0.push(self.log.guard(name)),
                Op::Scope(name) => {
                    let _guard = self.log.guard(name);
                    sum ^= self.ask(sum)?;
                    sum ^= self.ask(sum)?;
                }
                Op::ReturnIfOdd if sum % 2 == 1 => return Some(sum),
                Op::ReturnIfOdd => {}
            }
        }
        Some(sum)
    }
}

#[antiphon::coroutine(yield = u32, send = u32)]
fn interpret(way: Way, log: Log, program: &[Op]) -> u32 {
    let mut sum = 0_u32;
    let mut held = Held::default();
    for (index, op) in program.iter().enumerate() {
        match op {
            Op::Yield(n) => sum = sum.wrapping_add(yield_!(*n)),
            Op::Call(program) => {
                let child = interpret(way, log.clone(), program);
                let returned = match way.or_mixed(index + program.len()) {
                    Way::Polls => yield_from!(Box::pin(child)),
                    Way::Frames | Way::Mixed => yield_from!(box child),
                    Way::Boxed => yield_from!(child.boxed()),
                    Way::Erased => {
                        let child: Pin<Box<dyn Coroutine<Yield = u32, Send = u32, Return = u32>>> = Box::pin(child);
                        yield_from!(child)
                    }
                };
                sum = sum.wrapping_add(returned);
            }
            Op::Hold(name) => held.0.push(log.guard(name)),
            Op::Scope(name) => {
                let _guard = log.guard(name);
                sum ^= yield_!(sum);
                sum ^= yield_!(sum);
            }
            Op::ReturnIfOdd if sum % 2 == 1 => return sum,
            Op::ReturnIfOdd => {}
        }
    }
    sum
}

fn plain(program: &[Op], drop_at: usize) -> Trace {
    let log = Log::new();
    let mut plain = Plain { log: &log, seen: Vec::new(), drop_at };
    let returned = plain.run(program);
    (plain.seen, returned, log.take())
}

fn driven(mut c: impl Coroutine<Yield = u32, Send = u32, Return = u32> + Unpin, log: &Log, drop_at: usize) -> Trace {
    let mut seen = Vec::new();
    let mut state = c.start();
    loop {
        match state {
            Yielded(value) => {
                seen.push(value);
                log.note("yield");
                if seen.len() >= drop_at {
                    drop(c);
                    return (seen, None, log.take());
                }
                state = c.send(answer(seen.len(), value));
            }
            Complete(value) => {
                let trace = (seen, Some(value), log.take());
                drop(c);
                assert!(log.take().is_empty(), "something outlived the end");
                return trace;
            }
        }
    }
}

#[test]
fn no_trace_depends_on_how_it_is_delegated() {
    let mut random = Random(20);
    let mut dropped = 0;
    for depth in 1..=6 {
        for _ in 0..80 {
            let program = random.program(depth);
            let to_the_end = plain(&program, usize::MAX).0.len();
            let steps = (1..=to_the_end.min(30)).chain([usize::MAX]);
            for drop_at in steps {
                let expected = plain(&program, drop_at);
                dropped += usize::from(expected.1.is_none());
                for way in WAYS {
                    let log = Log::new();
                    let c = interpret(way, log.clone(), &program);
                    assert_eq!(driven(c.boxed(), &log, drop_at), expected, "{way:?}, boxed: {program:?}");
                    let c = interpret(way, log.clone(), &program);
                    assert_eq!(driven(Box::pin(c), &log, drop_at), expected, "{way:?}, pinned: {program:?}");
                }
            }
        }
    }
    assert!(dropped > 500, "only {dropped} runs were dropped on the way");
}
