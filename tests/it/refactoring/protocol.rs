//! The same with errors that are thrown and coroutines that are closed.
//!
//! A plain function that is called needs nobody to tell it that its caller is being closed. So what the model says is
//! PEP 380's rule: whoever waits for a child that was closed finds its own close at the expression, or the child's failure.

use super::program::{Held, Op, Random, WAYS, Way};
use antiphon::CloseError;
use antiphon::prelude::*;
use antiphon_tests::Log;
use std::pin::Pin;

/// What a program does about errors and its close, drawn from its length.
#[derive(Clone, Copy)]
struct Temper {
    passes_errors_on: bool,
    yields_when_closed: bool,
    fails_when_closed: bool,
}

impl Temper {
    fn of(program: &[Op]) -> Self {
        Temper {
            passes_errors_on: program.len() % 2 == 0,
            yields_when_closed: program.len() == 5,
            fails_when_closed: program.len() == 3,
        }
    }
}

/// What the driver does with a value.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send(u32),
    Throw(u32),
    Close,
    Drop,
}

/// How a run ended.
#[derive(Debug, PartialEq)]
enum End {
    Returned(Result<u32, u32>),
    Closed(Option<Result<u32, u32>>),
    Ignored(u32),
    Dropped,
}

type Trace = (Vec<u32>, End, Vec<&'static str>);

/// Everything is to be dropped.
struct Stop;

/// The programs as plain functions.
struct Plain<'a> {
    log: &'a Log,
    script: &'a [Step],
    seen: Vec<u32>,
    closed: bool,
    ignored: Option<u32>,
}

impl Plain<'_> {
    fn ask(&mut self, value: u32) -> Result<Result<Result<u32, u32>, GeneratorExit>, Stop> {
        if self.closed {
            self.ignored = Some(value);
            return Err(Stop);
        }
        let step = self.script[self.seen.len()];
        self.seen.push(value);
        self.log.note("yield");
        match step {
            Step::Send(value) => Ok(Ok(Ok(value))),
            Step::Throw(error) => Ok(Ok(Err(error))),
            Step::Close => {
                self.closed = true;
                Ok(Err(GeneratorExit))
            }
            Step::Drop => Err(Stop),
        }
    }

    /// What becomes of the sum; `Err` is what the program returns.
    fn settle(
        &mut self,
        temper: Temper,
        sum: u32,
        told: Result<Result<u32, u32>, GeneratorExit>,
    ) -> Result<Result<u32, Result<u32, u32>>, Stop> {
        match told {
            Ok(Ok(value)) => Ok(Ok(sum.wrapping_add(value))),
            Ok(Err(error)) if temper.passes_errors_on => Ok(Err(Err(error))),
            Ok(Err(error)) => Ok(Ok(sum.wrapping_add(100 * error))),
            Err(GeneratorExit) => {
                self.log.note("closed");
                if temper.yields_when_closed {
                    let _ = self.ask(sum)?;
                }
                Ok(Err(if temper.fails_when_closed { Err(sum) } else { Ok(sum) }))
            }
        }
    }

    fn run(&mut self, program: &[Op]) -> Result<Result<u32, u32>, Stop> {
        let temper = Temper::of(program);
        let mut sum = 0_u32;
        let mut held = Held::default();
        for op in program {
            let told = match op {
                Op::Yield(n) => self.ask(*n)?,
                Op::Call(program) => {
                    let closed_before = self.closed;
                    let returned = self.run(program)?;
                    // One that fails is not closed: it has failed.
                    if self.closed && !closed_before && returned.is_ok() { Err(GeneratorExit) } else { Ok(returned) }
                }
                Op::Hold(name) => {
                    held.0.push(self.log.guard(name));
                    continue;
                }
                Op::Scope(name) => {
                    let _guard = self.log.guard(name);
                    self.ask(sum)?
                }
                Op::ReturnIfOdd if sum % 2 == 1 => return Ok(Ok(sum)),
                Op::ReturnIfOdd => continue,
            };
            match self.settle(temper, sum, told)? {
                Ok(new) => sum = new,
                Err(returned) => return Ok(returned),
            }
        }
        Ok(Ok(sum))
    }
}

type Told = Result<Result<u32, u32>, GeneratorExit>;

#[antiphon::coroutine(yield = u32, send = u32, throw = u32, close)]
fn interpret(way: Way, log: Log, program: &[Op]) -> Result<u32, u32> {
    let temper = Temper::of(program);
    let mut sum = 0_u32;
    let mut held = Held::default();
    for (index, op) in program.iter().enumerate() {
        let told: Told = match op {
            Op::Yield(n) => yield_!(*n),
            Op::Call(program) => {
                let child = interpret(way, log.clone(), program);
                match way.or_mixed(index + program.len()) {
                    Way::Polls => yield_from!(Box::pin(child)),
                    Way::Frames | Way::Mixed => yield_from!(box child),
                    Way::Boxed => yield_from!(child.boxed()),
                    Way::Erased => {
                        let child: Pin<Box<dyn Throw<u32, Yield = u32, Send = u32, Return = Result<u32, u32>>>> =
                            Box::pin(child);
                        yield_from!(child)
                    }
                }
            }
            Op::Hold(name) => {
                held.0.push(log.guard(name));
                continue;
            }
            Op::Scope(name) => {
                let _guard = log.guard(name);
                yield_!(sum)
            }
            Op::ReturnIfOdd if sum % 2 == 1 => return Ok(sum),
            Op::ReturnIfOdd => continue,
        };
        match told {
            Ok(Ok(value)) => sum = sum.wrapping_add(value),
            Ok(Err(error)) if temper.passes_errors_on => return Err(error),
            Ok(Err(error)) => sum = sum.wrapping_add(100 * error),
            Err(GeneratorExit) => {
                log.note("closed");
                if temper.yields_when_closed {
                    let _ = yield_!(sum);
                }
                return if temper.fails_when_closed { Err(sum) } else { Ok(sum) };
            }
        }
    }
    Ok(sum)
}

fn plain(program: &[Op], script: &[Step]) -> Trace {
    let log = Log::new();
    let mut plain = Plain { log: &log, script, seen: Vec::new(), closed: false, ignored: None };
    let ran = plain.run(program);
    let end = match (ran, plain.ignored) {
        (Ok(returned), _) if plain.closed => End::Closed(Some(returned)),
        (Ok(returned), _) => End::Returned(returned),
        (Err(Stop), Some(value)) => End::Ignored(value),
        (Err(Stop), None) => End::Dropped,
    };
    (plain.seen, end, log.take())
}

fn driven(
    mut c: impl Throw<u32, Yield = u32, Send = u32, Return = Result<u32, u32>> + Unpin,
    log: &Log,
    script: &[Step],
) -> Trace {
    let mut seen = Vec::new();
    let mut state = c.start();
    let end = loop {
        let value = match state {
            Yielded(value) => value,
            Complete(returned) => break End::Returned(returned),
        };
        let step = script[seen.len()];
        seen.push(value);
        log.note("yield");
        match step {
            Step::Send(value) => state = c.send(value),
            Step::Throw(error) => state = c.throw(error).unwrap(),
            Step::Close => match c.close() {
                Ok(returned) => break End::Closed(returned),
                Err(CloseError::Yielded(value)) => break End::Ignored(value),
                Err(error) => panic!("{error}"),
            },
            Step::Drop => {
                drop(c);
                return (seen, End::Dropped, log.take());
            }
        }
    };
    let trace = (seen, end, log.take());
    assert_eq!((c.status(), c.close()), (Status::Finished, Ok(None)));
    drop(c);
    assert!(log.take().is_empty(), "something outlived the end");
    trace
}

#[test]
fn no_trace_depends_on_how_it_is_delegated() {
    let mut random = Random(380);
    let mut ends = [0; 5];
    for depth in 1..=6 {
        for _ in 0..120 {
            let program = random.program(depth);
            for _ in 0..12 {
                let mut script: Vec<_> = (0..random.below(12))
                    .map(|_| {
                        let value = u32::try_from(random.below(10)).unwrap();
                        if random.below(4) == 0 { Step::Throw(value) } else { Step::Send(value) }
                    })
                    .collect();
                // A program yields more than that, or less.
                let last = [Step::Close, Step::Close, Step::Drop][random.below(3)];
                script.extend((0..1000).map(|_| last));
                let expected = plain(&program, &script);
                ends[match expected.1 {
                    End::Returned(Ok(_)) => 0,
                    End::Returned(Err(_)) => 1,
                    End::Closed(_) => 2,
                    End::Ignored(_) => 3,
                    End::Dropped => 4,
                }] += 1;
                for way in WAYS {
                    let log = Log::new();
                    let c = interpret(way, log.clone(), &program);
                    assert_eq!(driven(c.boxed(), &log, &script), expected, "{way:?}, boxed: {program:?}");
                    let c = interpret(way, log.clone(), &program);
                    assert_eq!(driven(Box::pin(c), &log, &script), expected, "{way:?}, pinned: {program:?}");
                    let c = interpret(way, log.clone(), &program);
                    assert_eq!(driven(c.shared(), &log, &script), expected, "{way:?}, shared: {program:?}");
                }
            }
        }
    }
    assert!(ends.iter().all(|&count| count > 50), "not enough of each end: {ends:?}");
}
