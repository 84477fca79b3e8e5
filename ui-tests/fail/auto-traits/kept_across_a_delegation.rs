use std::rc::Rc;

fn assert_send<T: Send>(_: T) {}

#[antiphon::coroutine(yield = u32)]
fn parent() {
    let shared = Rc::new([1, 2]);
    yield_from!(shared.to_vec());
    yield_from!(child());
    drop(shared);
}

#[antiphon::coroutine(yield = u32)]
fn child() {
    yield_!(1);
}

fn main() {
    assert_send(parent());
}
