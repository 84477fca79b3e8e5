use std::fmt::Display;

#[antiphon::coroutine(yield = String)]
fn shown(one: &dyn Display, other: Box<dyn Display + '_>, end: &mut (dyn FnMut() + Send)) {
    yield_!(one.to_string());
    yield_!(other.to_string());
    end();
}

fn main() {
    let mut ended = false;
    assert!(shown(&1, Box::new("a"), &mut || ended = true).into_iter().eq(["1", "a"]));
    assert!(ended);
}
