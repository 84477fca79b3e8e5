#[antiphon::coroutine(yield = u32 send = u32)]
fn numbers() {
    yield_!(1);
}

fn main() {}
