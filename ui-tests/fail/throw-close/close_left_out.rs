use antiphon::prelude::*;

#[antiphon::coroutine(yield = u32, send = u32)]
fn f() -> u32 {
    match yield_!(1) {
        Ok(sent) => sent,
        Err(GeneratorExit) => 0,
    }
}

fn main() {
    f();
}
