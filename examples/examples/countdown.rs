//! Two countdowns at once, on one thread.
//!
//! ```text
//! cargo run --example countdown [-- --at-once]
//! ```
//!
//! Each is a coroutine that sleeps between its lines; while one sleeps, the other one runs.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use antiphon::event_loop::{TaskGroup, sleep, task_group};
use antiphon_examples::{event_loop, run};

async fn countdown(name: &'static str, from: u32) {
    for n in (1..=from).rev() {
        println!("T-minus {n} ({name})");
        sleep(Duration::from_secs(1)).await;
    }
    println!("lift-off ({name})");
}

fn main() -> io::Result<ExitCode> {
    run(&event_loop()?, async {
        let both = task_group(async |group: TaskGroup| {
            group.spawn(countdown("A", 2));
            group.spawn(countdown("B", 3));
        });
        both.await.expect("nobody cancels the group itself");
    })
}
