use antiphon::coroutines;

coroutines! {
    #[corotine(yield = u32)]
    fn numbers() {
        yield 1;
    }

    #[antiphon::corutine(yield = u32)]
    fn others() {
        yield_!(1);
    }
}

fn main() {
    for _n in numbers() {}
    for _n in others() {}
}
