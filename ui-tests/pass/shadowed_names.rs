#![allow(dead_code, non_camel_case_types)]

mod core {}
mod std {}
struct Result;
struct Option;
struct Some;
struct Ok;
struct Generator;
struct Boxed;
struct Box;
trait Future {}

#[antiphon::coroutine(yield = u32, send = u8, throw = (), close)]
fn numbers(handle: u32, __slot: u32, body: u32, types: u32) {
    let (sent, next, value, child) = (handle, __slot, body, types);
    let _ = yield_!(sent + next + value + child);
    let _ = yield_from!(box numbers(1, 2, 3, 4));
}

fn main() {
    use antiphon::Coroutine as _;
    assert_eq!(::std::pin::pin!(numbers(1, 2, 3, 4)).start(), antiphon::CoroutineState::Yielded(10));
}
