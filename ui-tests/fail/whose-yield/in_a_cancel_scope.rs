const LIMIT: std::time::Duration = std::time::Duration::from_secs(1);

#[antiphon::coroutine(yield = u32)]
async fn numbers() {
    let _ = antiphon::event_loop::timeout(LIMIT, async { yield_!(1) }).await;
    let _ = antiphon::event_loop::race([async { yield_!(2) }]).await;
    let _ = antiphon::event_loop::task_group(async |group| {
        group.spawn(antiphon::event_loop::sleep(LIMIT));
        yield_from!([3]);
    });
}

fn main() {
    let _ = LIMIT;
}
