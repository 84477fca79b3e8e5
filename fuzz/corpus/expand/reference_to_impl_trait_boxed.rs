// `&impl A + 'a` is ambiguous.
#[antiphon::coroutine(yield = u32, boxed)]
fn f<'a>(text: &'a str, shown: &impl Display, pointer: *const impl Display) {
    yield_!(1);
}
