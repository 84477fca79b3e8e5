#![deny(warnings)]

#[antiphon::coroutine(yield = u32)]
fn numbers(n: u32) {
    yield_!(n);
    yield_from!([n + 1, n + 2]);
    println!("{:?}", yield_!(n + 3));
}

#[antiphon::coroutine]
fn one_line(n: u32) -> u32 { match n { 0 => 1, n => n } }

#[antiphon::coroutine(yield = u32)]
fn loops(mut n: u32) { loop { yield_!(n); n += 1; } }

fn main() {
    assert!(numbers(1).into_iter().eq(1..5));
    assert!(one_line(1).into_iter().next().is_none());
    assert!(loops(1).into_iter().take(2).eq([1, 2]));
}
