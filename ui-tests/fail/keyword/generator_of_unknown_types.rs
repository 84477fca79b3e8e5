use antiphon::prelude::*;
use std::pin::pin;

fn main() {
    let mut numbers = pin!(antiphon::generator! {
        let answer = yield 1;
        answer.len()
    });
    numbers.start();
}
