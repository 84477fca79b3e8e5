#[antiphon::coroutine(yield = u32)]
async fn f() {
    std::future::ready(()).await;
    yield_!("text");
}

fn main() {
    f();
}
