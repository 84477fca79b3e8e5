use antiphon::prelude::*;
use std::pin::pin;

#[antiphon::coroutine(yield = u64, send = u64)]
fn double_number(mut number: u64) {
    loop {
        number *= 2;
        number = yield_!(number);
    }
}

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn tally() -> u32 {
    let mut sum = 0;
    for _ in 0..5 {
        sum += yield_!("got it");
    }
    sum
}

#[antiphon::coroutine(yield = &'static str, send = u32)]
fn pipe() -> String {
    let sum = yield_from!(tally());
    format!("Sum is {sum}")
}

#[antiphon::coroutine(yield = u32)]
fn countdown(from: u32) {
    for n in (0..from).rev() {
        yield_!(n + 1);
    }
}

#[antiphon::coroutine(yield = String, send = u32)]
fn nested() -> Result<u32, String> {
    let v = [yield_!("a".to_string()), yield_!(format!("b{}", yield_!("c".into())))];
    let line = format!("{}", yield_!("d".into()));
    assert_eq!(line, "5");
    if v[0] == 0 {
        return Err("zero".into());
    }
    let n: u32 = "12".parse::<u32>().map_err(|e| e.to_string())?;
    Ok(n + v[1])
}

#[test]
fn basics() {
    let mut c = pin!(double_number(4));
    assert_eq!(c.start(), Yielded(8));
    assert_eq!(c.send(5), Yielded(10));
    let mut p = pin!(pipe());
    assert_eq!(p.start(), Yielded("got it"));
    for _ in 0..4 {
        assert_eq!(p.send(2), Yielded("got it"));
    }
    assert_eq!(p.send(2), Complete("Sum is 10".to_string()));
    assert_eq!(p.try_send(2).unwrap_err().into_value(), 2);
    let mut all = vec![];
    for n in countdown(3) {
        all.push(n);
    }
    for n in pin!(countdown(3)) {
        all.push(n);
    }
    assert_eq!(all, [3, 2, 1, 3, 2, 1]);
    let mut c = pin!(nested());
    assert_eq!(c.start(), Yielded("a".into()));
    assert_eq!(c.send(1), Yielded("c".into()));
    assert_eq!(c.send(7), Yielded("b7".into()));
    assert_eq!(c.send(5), Yielded("d".into()));
    assert_eq!(c.send(5), Complete(Ok(17)));
}
