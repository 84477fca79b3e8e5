#[antiphon::coroutine(yield = Box<Frame>, send = Answer)]
fn of_types(from: Source) -> Outcome {
    let answer = yield_!(Box::new(from.frame()));
    answer.into()
}

#[antiphon::coroutine(yield = u8, throw = Oops, boxed)]
fn that_fails() {
    let _ = yield_!(1);
}

fn main() {}
