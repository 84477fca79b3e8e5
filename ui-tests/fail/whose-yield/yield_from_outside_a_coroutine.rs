use antiphon::prelude::*;

fn plain() {
    yield_from!([1, 2, 3]);
}

fn main() {}
