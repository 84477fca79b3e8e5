/// # Safety
/// `number` points to a number.
#[antiphon::coroutine(yield = u32)]
unsafe fn read(number: *const u32) {
    yield_!(unsafe { *number });
}

fn main() {
    let number = 1;
    assert!(unsafe { read(&number) }.into_iter().eq([1]));
}
