#![deny(warnings)]

struct Point {
    x: u32,
    y: u32,
}

#[antiphon::coroutine(yield = u32)]
fn sums(Point { x, y: mut z }: Point, (a, _): (u32, u32), [b, c]: [u32; 2], &d: &u32, ref e: u32) {
    z += x;
    yield_!(z);
    yield_!(a + b + c + d + e);
}

fn main() {
    assert!(sums(Point { x: 1, y: 2 }, (1, 2), [3, 4], &5, 6).into_iter().eq([3, 19]));
}
