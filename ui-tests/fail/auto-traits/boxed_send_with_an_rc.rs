use std::rc::Rc;

#[antiphon::coroutine(yield = u32, boxed = Send)]
fn f() {
    let shared = Rc::new(1);
    yield_!(1);
    drop(shared);
}

fn main() {
    f();
}
