#[antiphon::coroutine(send = impl ToString)]
fn listener() {
    println!("{}", yield_!().to_string());
}

fn main() {}
