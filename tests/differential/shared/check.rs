//! What is compared: antiphon's coroutine with the plain function, with the native coroutine, and with the record of
//! what native coroutines did, which is there where the compiler has none.

use crate::differential::bodies;
use crate::differential::body::{Body, Kind};
use crate::differential::drive::Run;
use crate::differential::plan::{Plan, Stop};
use crate::{OF_THIS_EDITION, RECORD};

/// Runs in which antiphon's do not what a plain function does, and why that is so.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("parameters::structure_with_a_rest", "drop 0", WHOLE),
    ("parameters::tuple_with_a_rest", "drop 0", WHOLE),
    ("parameters::array_with_a_rest", "drop 0", WHOLE),
];

const WHOLE: &str =
    "such a pattern takes its argument apart in the body, as in an `async fn`; before the start it is whole";

/// Everything that a body does, in whatever way it is ended: a title and the events, for each run. Where a run is ended
/// on the way, the events after that; those before it are the same as in the run that returns.
type Traces = Vec<(String, String)>;

pub(crate) fn agreement(path: &str, body: &Body) {
    let ours = traces(body, body.ours, true);
    assert_same("with its yields hidden in a macro", &ours, &traces(body, body.hidden, true));
    assert_same("with the keyword", &ours, &traces(body, body.keyword, true));
    assert_same("on a stack of frames", &ours, &traces(body, body.boxed, true));
    if let Some(native) = body.native {
        assert_same("as a native coroutine", &ours, &traces(body, native, true));
    }
    let topic = path.rmatch_indices("::").nth(1).map_or(0, |(at, separator)| at + separator.len());
    let title = &path[topic..];
    compare_with_plain(title, &ours, &traces(body, body.plain, false));
    if body.kind == Kind::WithParameters {
        return;
    }
    let recorded = sections().find(|(name, _)| *name == title).map(|(_, lines)| lines);
    let recorded = recorded.unwrap_or_else(|| panic!("{title} is not recorded; see ci/differential.sh"));
    assert_eq!(lines(&ours), recorded, "\nleft: antiphon's; right: recorded of the native one");
}

fn compare_with_plain(title: &str, ours: &Traces, plain: &Traces) {
    let events = |traces: &Traces, run| traces.iter().find(|(title, _)| title == run).map(|(_, events)| events.clone());
    let known = || DIFFERENCES.iter().filter(|(of, ..)| *of == title);
    for (_, run, reason) in known() {
        assert_ne!(events(ours, *run), events(plain, *run), "{run}: no longer a difference: {reason}");
    }
    // A function that is unwound has no place for a second panic.
    let comparable =
        |(run, _): &&(String, String)| !run.contains(DROP_PANIC) && known().all(|(_, known, _)| known != run);
    let only = |traces: &Traces| traces.iter().filter(comparable).cloned().collect();
    assert_same("as a plain function", &only(ours), &only(plain));
}

#[test]
fn differences_are_of_bodies_that_exist() {
    let all: Vec<_> = all().map(|(title, _)| title).collect();
    assert!(DIFFERENCES.iter().all(|(title, ..)| all.iter().any(|known| known == title)));
}

/// All that a body does. `twice` are those runs in which a destructor panics while the body is dropped.
fn traces(body: &Body, run_body: fn(&Run), twice: bool) -> Traces {
    let mut traces = Traces::new();
    let mut seen = Vec::new();
    for script in 0..body.scripts {
        let mut note = |title: String, events: &[String]| {
            let title = if body.scripts > 1 { format!("script {script}, {title}") } else { title };
            traces.push((title, events.join(" ")));
        };
        let run = |stop| {
            let run = Run::new(Plan { script, stop });
            run_body(&run);
            (run.trace.count(), run.trace.split())
        };
        let (events, (whole, _)) = run(Stop::Return);
        // Scripts differ in answers to questions that may not be asked.
        if seen.contains(&whole) {
            continue;
        }
        seen.push(whole.clone());
        note("return".to_owned(), &whole);
        let ended = |stop| {
            let (_, (before, after)) = run(stop);
            assert_eq!(before, whole[..before.len().min(whole.len())], "it does the same up to where it is ended");
            after
        };
        let yields = whole.iter().filter(|event| event.starts_with("yield ")).count();
        // Parameters are dropped also if it is not started. The plain function is then unwound from its first act.
        let yields_first = whole.first().is_some_and(|event| event.starts_with("yield "));
        let first = if body.kind == Kind::WithParameters && yields_first { 0 } else { 1 };
        for n in first..=yields {
            let dropped = ended(Stop::Drop(n));
            note(format!("drop {n}"), &dropped);
            for event in 1..=if twice && dropped.len() > 1 { dropped.len() } else { 0 } {
                note(format!("drop {n}{DROP_PANIC}{event}"), &ended(Stop::DropPanic(n, event)));
            }
        }
        for event in 1..=events {
            note(format!("panic {event}"), &ended(Stop::Panic(event)));
        }
    }
    traces
}

const DROP_PANIC: &str = " with panic ";

fn assert_same(what: &str, ours: &Traces, other: &Traces) {
    assert_eq!(lines(ours), lines(other), "\nleft: antiphon's; right: the same body {what}");
}

fn lines(traces: &Traces) -> Vec<String> {
    traces.iter().map(|(title, events)| format!("    {title}: {events}").trim_end().to_owned()).collect()
}

/// The record: a title for each body, and below it its lines, indented.
fn sections() -> impl Iterator<Item = (&'static str, Vec<String>)> {
    let mut lines = RECORD.lines().peekable();
    std::iter::from_fn(move || {
        let title = lines.next()?;
        Some((title, std::iter::from_fn(|| lines.next_if(|line| line.starts_with(' '))).map(str::to_owned).collect()))
    })
}

fn all() -> impl Iterator<Item = (String, &'static Body)> {
    bodies::ALL
        .iter()
        .chain(OF_THIS_EDITION)
        .flat_map(|&(topic, list)| list.iter().map(move |body| (format!("{topic}::{}", body.name), body)))
}

/// The bodies that native coroutines can have.
fn recorded() -> impl Iterator<Item = (String, &'static Body)> {
    all().filter(|(_, body)| body.kind == Kind::Parameterless)
}

#[test]
fn the_record_has_these_bodies_and_no_others() {
    let found: Vec<_> = sections().map(|(title, _)| title).collect();
    assert_eq!(found, recorded().map(|(title, _)| title).collect::<Vec<_>>());
}

#[test]
fn native_coroutines_take_part() {
    match all().filter(|(_, body)| body.native.is_some()).count() {
        0 => println!("skipped: the compiler has no native coroutines; their record takes their place"),
        n => println!("{n} bodies are compared with native coroutines"),
    }
}

/// `BLESS=1` writes it anew.
#[cfg(native)]
#[test]
fn the_record_is_what_native_coroutines_do() {
    let sections = recorded().map(|(title, body)| {
        let native = body.native.expect("the compiler has native coroutines");
        format!("{title}\n{}\n", lines(&traces(body, native, true)).join("\n"))
    });
    let record: String = sections.collect();
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(crate::RECORD_PATH, record).expect("the record is written");
    }
    for (one, other) in record.lines().zip(RECORD.lines()) {
        assert_eq!(one, other, "`ci/differential.sh --record` writes the record anew");
    }
    assert_eq!(record.lines().count(), RECORD.lines().count());
}
