#[antiphon::coroutine(yield = u32, send = u8, yield = u64)]
fn numbers() {
    yield_!(1);
}

fn main() {}
