/// # Safety
/// `number` points to a number.
#[antiphon::coroutine(yield = u32)]
unsafe fn read(number: *const u32) {
    // SAFETY: the precondition.
    yield_!(unsafe { *number });
}

fn main() {
    let number = 1;
    // SAFETY: the number outlives the coroutine.
    assert!(unsafe { read(&number) }.into_iter().eq([1]));
}
