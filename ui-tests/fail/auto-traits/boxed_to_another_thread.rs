#[antiphon::coroutine(yield = u32, boxed)]
fn f() {
    yield_!(1);
}

fn main() {
    let c = f();
    std::thread::spawn(move || c.count());
}
