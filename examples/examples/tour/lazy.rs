//! Five million numbers, listed and generated.
//!
//! The list holds them all at once, the generator only its place among them. Measured are
//! the list's allocation and the generator itself, which allocates nothing.

use std::pin::pin;

const COUNT: u64 = 5_000_000;

#[antiphon::coroutine(yield = u64)]
fn doubles() {
    for n in 0..COUNT {
        yield_!(2 * n);
    }
}

pub(crate) fn main() {
    let list: Vec<u64> = (0..COUNT).map(|n| 2 * n).collect();
    println!("list: {} bytes", list.capacity() * size_of::<u64>());
    println!("sum: {}", list.iter().sum::<u64>());

    let generator = pin!(doubles());
    println!("generator: {} bytes", size_of_val(&*generator));
    println!("sum: {}", generator.sum::<u64>());
}
