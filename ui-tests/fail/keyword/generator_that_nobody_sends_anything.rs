use antiphon::prelude::*;
use std::pin::pin;

fn main() {
    let mut numbers = pin!(antiphon::generator! {
        yield 1;
    });
    numbers.start();
}
