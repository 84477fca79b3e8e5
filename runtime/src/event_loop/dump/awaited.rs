//! What is waited for, and the way there.

use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;
use std::vec::Vec;

use super::function;
use crate::event_loop::debug::{Note, What};
use crate::event_loop::task::TaskId;

/// Something that a task waits for, and the place in its code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Awaited {
    /// The operation: `sleep`, `Queue::get`, …; of somebody else's future its type.
    pub what: &'static str,
    /// The task that is waited for, if it is one of the same loop.
    pub task: Option<TaskId>,
    /// What the operation is about, if it is a socket: its addresses.
    pub about: Option<Rc<str>>,
    /// The `.await`. Where a `Box<dyn Future>` or somebody else's combinator is in between, a place in that.
    pub at: &'static Location<'static>,
    /// Since when, in the loop's time. If somebody else's future is waited for, when that was last polled.
    pub since: Duration,
    /// The way there from the task's body, the outermost first.
    pub chain: Vec<AwaitLevel>,
}

/// One level of the way from a task's body to what it waits for: something that was awaited, or delegated to, and itself waits.
///
/// Levels are `.await`s and `yield_from!`s in the bodies of `async` coroutines, and operations of the loop that have a body:
/// `timeout`, `race`, `task_group`, `shield`, `cancellable`, `CancelScope::run`. The compiler tells nobody of the `.await`s in an
/// ordinary `async fn`, so it is one level with what it awaits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct AwaitLevel {
    /// The operation; or the function whose coroutine or future is awaited; or the type.
    pub what: &'static str,
    /// What an operation runs: a function, or a type.
    pub body: Option<&'static str>,
    /// The `.await`, or the `yield_from!`.
    pub at: &'static Location<'static>,
}

/// Whether it lies in the event loop's own files.
fn is_ours(at: &Location<'_>) -> bool {
    let here = file!();
    at.file().starts_with(&here[..here.len() - "dump/awaited.rs".len()])
}

/// Each thing that waits and has nothing in it that does, with what is around it.
pub(super) fn all(notes: &[Note]) -> Vec<Awaited> {
    let innermost = notes.iter().enumerate().filter(|(_, note)| note.within == 0);
    innermost.map(|(index, note)| one(note, index, notes)).collect()
}

fn one(innermost: &Note, index: usize, notes: &[Note]) -> Awaited {
    let later = notes.iter().enumerate().skip(index + 1);
    let around: Vec<&Note> = later.filter(|(later, note)| later - note.within <= index).map(|(_, note)| note).collect();
    let mut chain: Vec<AwaitLevel> = Vec::new();
    let mut inner = innermost;
    for (level, outer) in around.iter().zip(around.iter().skip(1).map(Some).chain([None])) {
        let is_said = match level.what {
            What::Operation(_) => false,
            // By what is awaited at this place.
            What::Awaited => {
                level.at == inner.at && (matches!(inner.what, What::Operation(_)) || std::ptr::eq(inner, innermost))
            }
            // By who awaits it.
            What::Coroutine => outer.is_some_and(|outer| body(outer) == body(level)),
        };
        inner = level;
        // How the loop polls a task is its own business.
        if !is_said && !is_ours(level.at) {
            let body = matches!(level.what, What::Operation(_)).then(|| body(level)).flatten();
            chain.push(AwaitLevel { what: what(level), body, at: level.at });
        }
    }
    chain.reverse();
    Awaited {
        what: what(innermost),
        task: innermost.task,
        about: innermost.about.clone(),
        at: innermost.at,
        since: Duration::from_nanos(innermost.since.unwrap_or(0)),
        chain,
    }
}

/// The function that is polled, or the type.
fn body(note: &Note) -> Option<&'static str> {
    note.polls.map(function)
}

fn what(note: &Note) -> &'static str {
    match note.what {
        What::Operation(operation) => operation,
        What::Awaited | What::Coroutine => body(note).unwrap_or("something"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_in_types() {
        for (name, expected) in [
            ("app::f::{{closure}}", "app::f"),
            ("app::f::{{closure}}::{{closure}}", "app::f"),
            ("antiphon::async_generator::RunToEnd<app::f::{{closure}}>", "app::f"),
            ("a::Timeout<a::Shield<app::f<alloc::vec::Vec<u8>>::{{closure}}>>", "app::f<alloc::vec::Vec<u8>>"),
            ("a::Two<a::Branch<app::f::{{closure}}>, a::Branch<app::g::{{closure}}>>", "app::f"),
            ("<app::T as app::Work>::run::{{closure}}", "<app::T as app::Work>::run"),
            ("&mut app::f::{{closure}}", "app::f"),
            ("core::future::pending::Pending<()>", "core::future::pending::Pending<()>"),
        ] {
            assert_eq!(function(name), expected);
        }
    }
}
