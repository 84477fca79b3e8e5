#[antiphon::coroutine(crate = Self)]
fn a_type() {}

#[antiphon::coroutine(crate = antiphon<u8>)]
fn with_arguments() {}

fn main() {}
