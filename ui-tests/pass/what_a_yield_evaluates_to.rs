//! What a yield evaluates to is coerced and inferred as the value of any expression.

use std::fmt::{Debug, Display};

#[antiphon::coroutine(send = &'a mut Vec<u32>)]
fn references<'a>(text: &'a mut Vec<u32>) {
    let list: &mut [u32] = yield_!();
    list.sort_unstable();
    let shared: &[u32] = yield_!();
    let debug: &dyn Debug = yield_!();
    println!("{shared:?} {debug:?}");
    yield_!().push(1);
    yield_!()[0] += 1;
    *yield_!() = vec![2];
    let mut last = text;
    last.push(1);
    last = yield_!();
    takes(yield_!(), last);
}

fn takes(_: &mut [u32], _: &dyn Debug) {}

#[antiphon::coroutine(send = Box<u32>)]
fn boxes() -> Box<dyn Display> {
    let first: Box<dyn Debug> = yield_!();
    let both: [Box<dyn Display>; 2] = [yield_!(), yield_!()];
    let option: Option<Box<dyn Display>> = Some(yield_!());
    println!("{first:?} {} {}", both[0], option.is_some());
    if *yield_!() == 1 {
        return yield_!();
    }
    yield_!()
}

#[antiphon::coroutine(send = u8)]
fn numbers() -> u64 {
    let untyped = yield_!();
    let sum = untyped + yield_!() * 2;
    let wide = u64::from(yield_!()) + yield_!() as u64;
    let reference = &yield_!();
    let list: Vec<_> = vec![yield_!(), *reference];
    let parsed: Result<u8, _> = u8::try_from(wide);
    let array = [0; 256][usize::from(yield_!())];
    wide + u64::from(sum) + list.len() as u64 + u64::from(parsed.is_ok()) + array
}

#[antiphon::coroutine(send = (String, Option<u8>), throw = std::fmt::Error, close)]
fn results<T: From<(String, Option<u8>)>>() -> Result<T, Box<dyn std::error::Error>> {
    let (mut text, _) = yield_!()??;
    while let Ok(Ok((more, Some(_)))) = yield_!() {
        text += &more;
    }
    let Ok(Ok((_, ref number))) = yield_!() else { return Err("closed".into()) };
    match yield_!() {
        Ok(Err(error)) => return Err(error.into()),
        Ok(Ok((ref text, None))) => println!("{text}{number:?}"),
        _ => {}
    }
    let _ = yield_!();
    Ok(yield_!()??.into())
}

#[antiphon::coroutine(send = fn(u8) -> u8)]
async fn functions() -> u8 {
    let function: Box<dyn Fn(u8) -> u8> = Box::new(yield_!());
    yield_!()(function(1))
}

fn main() {
    let list = &mut Vec::new();
    let _ = (references(list), boxes(), numbers(), results::<(String, Option<u8>)>(), functions());
    let _ = antiphon::generator!(yield = (), send = Box<u8> => -> Box<dyn Debug> { yield });
}
