// What is not written yet can be of any type, and comes to anything.
use antiphon::prelude::*;

#[allow(unreachable_code)]
#[antiphon::coroutine(yield = u8, send = String)]
fn later() -> u64 {
    yield_from!(todo!("the child"))
}

fn main() {
    let later = std::panic::catch_unwind(|| later().boxed().start());
    assert!(later.is_err());
}
