// As `macro_rules!` passes them on.
#[antiphon::coroutine(yield = invisible!(&str), crate = invisible!(::a::b), boxed)]
invisible!(pub) fn f(a: invisible!(&str), invisible!((b, _)): invisible!(impl A)) -> invisible!(impl A + B) {
    yield_!(invisible!(a + 1));
    invisible!(yield_from!(box a));
}
