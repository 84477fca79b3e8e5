#[antiphon::coroutine(send = u32)]
fn listener() {
    let name: String = yield_!();
    drop(name);
}

fn main() {}
