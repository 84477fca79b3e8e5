#![deny(warnings)]

#[antiphon::coroutine(yield = u32)]
fn r#match(r#type: u32, r#yield: u32) {
    let r#loop = r#type + r#yield;
    yield_!(r#loop);
}

fn main() {
    assert!(r#match(1, 2).into_iter().eq([3]));
}
