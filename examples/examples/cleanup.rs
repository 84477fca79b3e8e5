//! A task that is cancelled, and finishes its work properly.
//!
//! ```text
//! cargo run --example cleanup [-- --at-once]
//! ```
//!
//! The worker writes records, in batches. When it is cancelled (after a while, or by ctrl-c), it is told so where it waits;
//! what it has in hand is written in a shield, which has a limit of its own.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use antiphon::event_loop::{Cancelled, cancellable, shield, sleep, spawn, timeout};
use antiphon_examples::{event_loop, run};

const SECOND: Duration = Duration::from_secs(1);

/// Stands for a slow disk.
async fn write(batch: &mut Vec<u32>) {
    if batch.is_empty() {
        return;
    }
    sleep(SECOND / 2).await;
    println!("written: {batch:?}");
    batch.clear();
}

/// How many records it has written when it ends.
async fn worker() -> u32 {
    let mut batch = Vec::new();
    for record in 1.. {
        // A batch that is being written is not torn apart: the cancel is told here, where it is between two records.
        match cancellable(sleep(SECOND / 4)).await {
            Ok(()) => batch.push(record),
            Err(Cancelled) => {
                println!("cancelled with {} records in hand", batch.len());
                let lost = match shield(timeout(SECOND, write(&mut batch))).await {
                    Ok(()) => 0,
                    Err(_) => batch.len() as u32,
                };
                return record - 1 - lost;
            }
        }
        if batch.len() == 3 {
            shield(write(&mut batch)).await;
        }
    }
    unreachable!("there is always another record")
}

fn main() -> io::Result<ExitCode> {
    run(&event_loop()?, async {
        let worker = spawn(worker()).named("worker");
        let waits = cancellable(sleep(3 * SECOND)).await;
        println!("{}", if waits.is_ok() { "enough" } else { "interrupted" });
        worker.cancel();
        // Also when this one is cancelled, by ctrl-c.
        let records = shield(worker).await.expect("the worker does not panic");
        println!("the worker has ended; {records} records are safe");
    })
}
