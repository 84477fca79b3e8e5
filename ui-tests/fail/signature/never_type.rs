#[antiphon::coroutine(yield = u32)]
fn numbers(mut n: u32) -> ! {
    loop {
        yield_!(n);
        n += 1;
    }
}

fn main() {}
