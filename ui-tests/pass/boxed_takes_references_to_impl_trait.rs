#![deny(warnings)]

use std::fmt::Display;

#[antiphon::coroutine(yield = String, boxed)]
fn shown(prefix: &str, value: &impl Display, other: &mut (impl Display + ?Sized)) {
    yield_!(format!("{prefix}{value}"));
    yield_!(format!("{prefix}{other}"));
}

fn main() {
    assert!(shown("a", &1, &mut *String::from("b")).eq(["a1", "ab"]));
}
