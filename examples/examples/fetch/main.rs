//! Downloads several things at once, by HTTP/1.1, on one thread.
//!
//! ```text
//! cargo run --release --example fetch                   # from a server that it starts itself
//! cargo run --release --example fetch -- serve [ADDRESS]
//! cargo run --release --example fetch -- http://127.0.0.1:7003/100000 http://127.0.0.1:7003/20
//! ```
//!
//! The server has a thing of every length, and sends it slowly; so several take as long as the longest.

mod client;
mod server;

use std::error::Error;
use std::process::ExitCode;

use antiphon::event_loop::{Server, TaskGroup, TcpListener, gather, task_group, time};
use antiphon_examples::{listen, run_program};

/// How many are downloaded at a time.
const AT_ONCE: usize = 8;

async fn serve(address: String) -> Result<(), Box<dyn Error>> {
    // Who comes when there are as many waits until one is done.
    Ok(Server::new(listen(&address).await?).limit(1000).grace(server::PATIENCE).serve(server::answer).await?)
}

async fn fetch(urls: Vec<String>) -> Result<(), Box<dyn Error>> {
    let permits = antiphon::event_loop::Semaphore::new(AT_ONCE);
    let begun = time();
    let fetched = gather(urls.into_iter().map(|url| {
        let permits = permits.clone();
        async move {
            let _permit = permits.acquire().await;
            let got = client::get(&url).await;
            match &got {
                Ok(length) => println!("{url}: {length} bytes"),
                Err(error) => eprintln!("fetch: {url}: {error}"),
            }
            got.ok()
        }
    }));
    let fetched: Vec<Option<u64>> =
        fetched.await.into_iter().map(|got| got.expect("fetching does not panic")).collect();
    let failed = fetched.iter().filter(|got| got.is_none()).count();
    let bytes: u64 = fetched.iter().flatten().sum();
    println!("{bytes} bytes in {:.1} s", (time() - begun).as_secs_f64());
    if failed > 0 { Err(format!("{failed} of {} failed", fetched.len()).into()) } else { Ok(()) }
}

/// Starts a server, downloads from it, and stops it.
async fn both() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
    let address = listener.local_addr()?;
    println!("listening at {address}");
    let all = task_group(async |group: TaskGroup<Box<dyn Error>>| {
        let server = Server::new(listener);
        let handle = server.handle();
        group.spawn(async { Ok(server.serve(server::answer).await?) });
        let fetched = fetch([500_000, 20, 300_000, 0].map(|length| format!("http://{address}/{length}")).into()).await;
        handle.close();
        fetched
    });
    all.await.map_err(|failed| failed.into_errors().remove(0))
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        None => run_program("fetch", both()),
        Some("serve") => {
            arguments.push("127.0.0.1:7003".to_owned());
            run_program("fetch", serve(arguments.swap_remove(1)))
        }
        Some(_) => run_program("fetch", fetch(arguments)),
    }
}
