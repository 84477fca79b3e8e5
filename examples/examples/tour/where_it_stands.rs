//! Where does it stand?
//!
//! Nothing is stored for it: the body is asked. Each delegation on the way to the `yield_!`
//! answers too, like the lines of a Python traceback.

use antiphon::prelude::*;

#[antiphon::coroutine(yield = u32)]
fn leaf() {
    yield_!(1);
}

#[antiphon::coroutine(yield = u32)]
fn branch(depth: u32) {
    if depth == 0 {
        yield_from!(leaf());
    } else {
        yield_from!(box branch(depth - 1));
    }
}

pub(crate) fn main() {
    let mut c = branch(2).boxed();
    c.start();
    for at in c.backtrace() {
        let function = at.function().rsplit("::").next().unwrap_or_default();
        println!("{function}, column {}", at.location().column());
    }
}
