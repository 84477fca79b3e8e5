#[antiphon::coroutine(yield = u32)]
fn numbers() {
    let _later = async {
        yield_!(1);
    };
}

fn main() {}
