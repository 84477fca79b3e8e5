use antiphon::prelude::*;

#[antiphon::coroutine(yield = &'a mut u32)]
fn places<'a>(list: &'a mut [u32]) {
    yield_!(&mut list[0]);
    yield_!(&mut list[0]);
}

fn main() {
    let mut list = [1, 2];
    let mut c = Box::pin(places(&mut list));
    let first = c.start();
    c.resume();
    drop(first);
}
