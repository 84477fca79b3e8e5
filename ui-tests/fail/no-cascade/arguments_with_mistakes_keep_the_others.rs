use antiphon::prelude::*;

#[antiphon::coroutine(yield = u32, send = u8, thrown = String)]
fn numbers() -> u64 {
    let told: u8 = yield_!(1);
    u64::from(told)
}

fn main() {
    let mut c = Box::pin(numbers());
    let _: CoroutineState<u32, u64> = c.start();
    c.send(1_u8);
}
