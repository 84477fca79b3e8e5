use std::rc::Rc;

#[antiphon::coroutine(yield = usize, boxed = Send)]
fn lengths() {
    yield_!(Rc::new(String::new()).len());
}

fn main() {
    for _n in lengths() {}
}
