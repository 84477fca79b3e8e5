//! Plain `yield` in functions under the attribute.

use antiphon::prelude::*;
use antiphon_tests::converse;
use std::pin::pin;

#[antiphon::coroutine(yield = i64, send = i64)]
fn positions() -> i64 {
    let heard = yield 10;
    let list = vec![(yield heard * 100), yield 20];
    let text = format!("{}", yield 30);
    let chosen = match yield 40 {
        n if n > 4 => yield n,
        n => n,
    };
    list.into_iter().sum::<i64>() + text.len() as i64 + chosen
}

#[test]
fn it_stands_wherever_an_expression_does() {
    let (yielded, returned) = converse(pin!(positions()));
    assert_eq!(yielded, [10, 100, 20, 30, 40, 5]);
    assert_eq!(returned, 2 + 3 + 1 + 6);
}

#[test]
fn it_is_the_macro() {
    #[antiphon::coroutine(yield = i64, send = i64)]
    fn with_the_macro() -> i64 {
        let heard = yield_!(10);
        let list = vec![yield_!(heard * 100), yield_!(20)];
        let text = format!("{}", yield_!(30));
        let chosen = match yield_!(40) {
            n if n > 4 => yield_!(n),
            n => n,
        };
        list.into_iter().sum::<i64>() + text.len() as i64 + chosen
    }
    assert_eq!(converse(pin!(positions())), converse(pin!(with_the_macro())));
    assert_eq!(size_of_val(&positions()), size_of_val(&with_the_macro()));
}

#[test]
fn without_an_operand() {
    #[antiphon::coroutine(send = u32)]
    fn sum() -> u32 {
        let first = yield;
        first + yield
    }
    let mut c = pin!(sum());
    assert_eq!([c.start(), c.send(1), c.send(2)], [Yielded(()), Yielded(()), Complete(3)]);
}

#[test]
fn errors_and_the_close_come_at_it() {
    #[antiphon::coroutine(yield = u32, throw = &'static str, close)]
    fn parent() -> Result<&'static str, &'static str> {
        let Ok(resumed) = yield 1 else { return Ok("closed") };
        resumed?;
        Ok("resumed")
    }
    let mut c = pin!(parent());
    c.start();
    assert_eq!(c.throw("no"), Ok(Complete(Err("no"))));
    let mut c = pin!(parent());
    c.start();
    assert_eq!(c.close(), Ok(Some(Ok("closed"))));
}

struct Tree(Vec<Tree>, u32);

impl Tree {
    #[antiphon::coroutine(yield = u32, boxed)]
    fn walk(&self) {
        for child in &self.0 {
            yield_from!(child.walk());
        }
        yield self.1;
    }
}

#[test]
fn in_methods_and_beside_delegations() {
    let tree = Tree(vec![Tree(vec![], 1), Tree(vec![Tree(vec![], 2)], 3)], 4);
    assert!(tree.walk().eq([1, 2, 3, 4]));
}

#[test]
fn in_one_that_awaits() {
    #[antiphon::coroutine(yield = u32)]
    async fn awaiting() -> u32 {
        yield std::future::ready(1).await;
        std::future::ready(2).await
    }
    let mut c = pin!(awaiting());
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let mut step = || pin!(c.resume()).poll(&mut cx);
    assert_eq!([step(), step()], [Yielded(1), Complete(2)].map(std::task::Poll::Ready));
}
