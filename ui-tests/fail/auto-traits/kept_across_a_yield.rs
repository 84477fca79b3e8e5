use std::rc::Rc;

#[antiphon::coroutine(yield = u32)]
fn numbers() {
    let shared = Rc::new(1);
    yield_!(1);
    drop(shared);
}

fn main() {
    std::thread::spawn(|| numbers().into_iter().count());
    let c = numbers();
    std::thread::spawn(move || drop(c));
}
