#[antiphon::coroutine(yield = u32)]
fn numbers() {
    fn helper(n: u32) {
        yield_!(n);
    }
    helper(1);
}

fn main() {}
