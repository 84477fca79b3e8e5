//! A tour of generators and coroutines: small programs, each with its title, its source and its output.
//!
//! ```text
//! cargo run --release --example tour
//! ```
//!
//! Each file beside this one is a stop. It is a complete program with a `main` of its own; `page` prints it and runs it.

#[macro_use]
mod page;

mod double_number;
mod hello_world;
mod lazy;
mod next_and_for;
mod one_two_three;
mod refactored;
mod shout;
mod simple_coro;
mod stuff_to_do;
mod tally;
mod trampoline_call;
mod trampoline_error;
mod trampoline_panic;
mod trampoline_stop;
mod trampoline_turns;
mod transaction;
mod where_it_stands;

use page::Page;

fn main() {
    let pages = pages![
        one_two_three,
        next_and_for,
        double_number,
        hello_world,
        simple_coro,
        shout,
        tally,
        lazy,
        refactored,
        transaction,
        where_it_stands,
        trampoline_turns,
        trampoline_call,
        trampoline_error,
        trampoline_panic,
        trampoline_stop,
        stuff_to_do,
    ];
    for (number, page) in (1..).zip(pages) {
        page.show(number);
    }
}
