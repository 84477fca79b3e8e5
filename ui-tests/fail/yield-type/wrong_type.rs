#[antiphon::coroutine(yield = u32)]
fn numbers() {
    yield_!(1);
    yield_!("two");
}

fn main() {}
