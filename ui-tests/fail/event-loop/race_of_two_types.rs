use antiphon::event_loop::race;

async fn first() {
    let _ = race((async { 7 }, async { "seven" })).await;
    let _ = race(async { 7 }).await;
}

fn main() {
    let _ = first();
}
