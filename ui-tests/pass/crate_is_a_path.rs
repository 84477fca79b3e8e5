mod facade {
    pub use antiphon as inner;
}

#[facade::inner::coroutine(yield = u32, send = u32, throw = (), close, boxed, crate = crate::facade::inner)]
fn numbers() -> Result<(), ()> {
    println!("{:?}", yield_!(1));
    let _ = yield_from!(numbers());
    Ok(())
}

fn main() {
    use facade::inner::prelude::*;
    assert_eq!(numbers().start(), Yielded(1));
}
