#![deny(warnings)]

#[antiphon::coroutine(yield = u32)]
fn mixed(n: u32) {
    let double = |n: u32| -> u32 { n * 2 };
    let future = async move { std::future::ready(n).await };
    drop(future);
    yield_!(double(n));
}

fn main() {
    assert!(mixed(2).into_iter().eq([4]));
}
