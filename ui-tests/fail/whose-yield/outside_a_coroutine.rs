use antiphon::prelude::*;

fn plain() {
    yield_!(1);
}

fn main() {}
