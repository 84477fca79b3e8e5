use antiphon::prelude::*;

#[antiphon::coroutine(yield = u32, throw = String)]
fn f() {
    let _ = yield_!(1);
}

fn main() {
    let mut c = Box::pin(f());
    c.start();
    let _ = c.throw("e");
}
