//! Producers and consumers: a queue between them, and a semaphore for what there are few of.
//!
//! ```text
//! cargo run --example producers [-- --at-once]
//! ```
//!
//! Three bakers put loaves on a shelf that has room for four, so a baker whose bread nobody buys waits. There are two ovens. When
//! the bakers go home the shelf is closed; the customers take what is left, and go.

use std::convert::Infallible;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use antiphon::event_loop::{Queue, Semaphore, TaskGroup, sleep, task_group, time};
use antiphon_examples::{event_loop, run};

const MINUTE: Duration = Duration::from_millis(100);

fn say(what: &str) {
    println!("{:>3} min: {what}", time().as_millis() / MINUTE.as_millis());
}

async fn baker(name: &'static str, minutes: u32, ovens: Semaphore, shelf: Queue<String>) {
    for number in 1..=3 {
        let loaf = format!("{name}'s loaf {number}");
        {
            let _oven = ovens.acquire().await;
            sleep(minutes * MINUTE).await;
        }
        say(&format!("{loaf} is baked"));
        shelf.put(loaf).await.expect("the shelf is closed after the bakers have gone");
    }
}

async fn customer(name: &'static str, shelf: Queue<String>) -> Result<usize, Infallible> {
    let mut bought = 0;
    // An error says that the shelf is closed and empty.
    while let Ok(loaf) = shelf.get().await {
        say(&format!("{name} buys {loaf}"));
        bought += 1;
        sleep(6 * MINUTE).await;
    }
    Ok(bought)
}

async fn bakery() {
    let shelf = Queue::new(4);
    let ovens = Semaphore::new(2);
    let served = task_group(async |shop: TaskGroup| {
        let customers = ["Ada", "Grace"].map(|name| shop.spawn(customer(name, shelf.clone())));
        let bakers = task_group(async |kitchen: TaskGroup| {
            for (name, minutes) in [("Bo", 3), ("Cy", 4), ("Di", 5)] {
                kitchen.spawn(baker(name, minutes, ovens.clone(), shelf.clone()));
            }
        });
        bakers.await.expect("nobody cancels the kitchen itself");
        say("the bakers go home");
        shelf.shutdown();
        let mut served = 0;
        for customer in customers {
            served += customer.await.expect("a customer does not panic");
        }
        Ok(served)
    });
    say(&format!("{} loaves were sold", served.await.expect("nobody cancels the shop itself")));
}

fn main() -> io::Result<ExitCode> {
    run(&event_loop()?, bakery())
}
