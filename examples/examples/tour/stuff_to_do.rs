//! An event loop in a few lines.
//!
//! A task that waits for data yields the name of the source, and the loop sends it the
//! data once it has arrived. Here all of it has arrived before the loop begins.

use antiphon::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;

type Task = Pin<Box<dyn Coroutine<Yield = &'static str, Send = &'static str, Return = ()>>>;

enum Stuff {
    Call(Task),
    Notify { source: &'static str, data: &'static str },
}

#[antiphon::coroutine(yield = &'static str, send = &'static str)]
fn read(source: &'static str) -> &'static str {
    yield_!(source)
}

#[antiphon::coroutine(yield = &'static str, send = &'static str)]
fn handle_chat(sender: &'static str, receiver: &'static str) {
    let mut message = "";
    while message != "BYE!" {
        message = yield_from!(read(sender));
        println!("{sender} to {receiver}: {message}");
    }
}

fn run_loop(mut stuff_to_do: VecDeque<Stuff>) {
    let mut waiting: HashMap<&str, Task> = HashMap::new();
    while let Some(stuff) = stuff_to_do.pop_front() {
        let (state, task) = match stuff {
            Stuff::Call(mut task) => (task.start(), task),
            Stuff::Notify { source, data } => {
                let mut task = waiting.remove(source).unwrap();
                (task.send(data), task)
            }
        };
        if let Yielded(source) = state {
            waiting.insert(source, task);
        }
    }
}

pub(crate) fn main() {
    run_loop(VecDeque::from([
        Stuff::Call(Box::pin(handle_chat("Ann", "Bob"))),
        Stuff::Call(Box::pin(handle_chat("Cleo", "Dan"))),
        Stuff::Notify { source: "Cleo", data: "Are you there?" },
        Stuff::Notify { source: "Ann", data: "Hello" },
        Stuff::Notify { source: "Cleo", data: "BYE!" },
        Stuff::Notify { source: "Ann", data: "BYE!" },
    ]));
}
