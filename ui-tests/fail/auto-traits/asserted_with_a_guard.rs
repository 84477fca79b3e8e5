use std::sync::Mutex;

fn assert_send<T: Send>(_: T) {}

#[antiphon::coroutine(yield = u32, send = u32)]
fn counter(total: &Mutex<u32>) -> u32 {
    let mut guard = total.lock().unwrap();
    while let n @ 1.. = yield_!(*guard) {
        *guard += n;
    }
    *guard
}

fn main() {
    assert_send(counter(&Mutex::new(1)));
}
