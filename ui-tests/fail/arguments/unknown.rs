#[antiphon::coroutine(yields = u32)]
fn numbers() {
    yield_!(1);
}

fn main() {}
