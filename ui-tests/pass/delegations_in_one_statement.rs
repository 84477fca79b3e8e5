//! What a child borrows is free when its delegation ends, and what its operand borrows lives to the end of the statement.

#[antiphon::coroutine(yield = u32)]
fn popped(wire: &mut Vec<u32>) -> u32 {
    yield_!(0);
    wire.pop().unwrap_or(0)
}

#[antiphon::coroutine(yield = u32)]
fn kept(wire: &[u32]) -> &[u32] {
    yield_!(0);
    wire
}

fn make() -> Vec<u32> {
    vec![1, 2]
}

#[antiphon::coroutine(yield = u32)]
fn in_turn(mut wire: Vec<u32>) -> (u32, u32, u32) {
    (yield_from!(popped(&mut wire)), yield_from!(popped(&mut wire)), yield_from!(box popped(&mut wire)))
}

#[antiphon::coroutine(yield = u32)]
fn of_temporaries() -> usize {
    yield_from!(kept(&make())).len() + yield_from!(box kept(&make())).len() + yield_from!(popped(&mut make())) as usize
}

#[antiphon::coroutine(yield = u32)]
fn of_iterators(mut wire: Vec<u32>) {
    (yield_from!(wire.drain(..1)), yield_from!(wire.drain(..)));
}

#[antiphon::coroutine(yield = u32)]
async fn awaiting(mut wire: Vec<u32>) -> (u32, u32) {
    (yield_from!(popped(&mut wire).boxed()), yield_from!(popped(&mut wire).boxed()))
}

fn main() {
    let _ = (in_turn(make()), of_temporaries(), of_iterators(make()), awaiting(make()));
}
