#[antiphon::coroutine(yeild = u8, sned = u32)]
fn numbers() {
    yield_!(1);
}

fn main() {
    let mut numbers = std::pin::pin!(numbers());
    antiphon::Coroutine::send(&mut numbers, 1_u32);
}
