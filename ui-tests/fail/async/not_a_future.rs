async fn later() {}

struct Text;

#[antiphon::coroutine(yield = u32)]
async fn f<T>(anything: T) -> Result<(), ()> {
    yield_!(5_u32.await);
    anything.await;
    later.await;
    Text {}.await?;
    Ok(())
}

fn main() {}
