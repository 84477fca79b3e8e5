use antiphon::prelude::*;

#[antiphon::coroutine(send = &'a str)]
fn keeper<'a>() {
    let first = yield_!();
    yield_!();
    println!("{first}");
}

fn main() {
    let mut c = Box::pin(keeper());
    c.start();
    {
        let text = String::from("short-lived");
        c.send(&text);
    }
    c.send("");
}
