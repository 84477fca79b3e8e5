#[antiphon::coroutine(yield = u32)]
fn numbers(early: bool) -> String {
    if early {
        return 1;
    }
    yield_!(1);
    2
}

fn main() {}
