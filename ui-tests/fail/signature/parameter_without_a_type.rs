#[antiphon::coroutine(yield = u32)]
fn numbers(up_to) {
    for n in 0..up_to {
        yield_!(n);
    }
}

struct Counter;

impl Counter {
    #[antiphon::coroutine(yield = u32, boxed)]
    fn count(&self; up_to: u32) -> u32 {
        yield_from!(0..up_to);
        up_to
    }
}

fn main() {
    for _n in numbers(1) {}
    for _n in Counter.count(1) {}
}
