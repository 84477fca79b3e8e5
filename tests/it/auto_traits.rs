//! `Send`, `Sync` and `Unpin` follow what lives across a yield, not what is in scope.

use antiphon::prelude::*;
use std::rc::Rc;

fn is_send<T: Send>(_: &T) {}
fn is_sync<T: Sync>(_: &T) {}
fn is_unpin<T: Unpin>(_: &T) {}

/// Whether a type is `Send`, `Sync` or `Unpin`, seen at run time.
macro_rules! implements {
    ($value:expr, $auto:path) => {{
        trait Fallback {
            fn answer(&self) -> bool {
                false
            }
        }
        impl<T> Fallback for &Probe<T> {}
        struct Probe<T>(std::marker::PhantomData<T>);
        impl<T: $auto> Probe<T> {
            #[allow(dead_code, reason = "not called where the trait is not implemented")]
            fn answer(&self) -> bool {
                true
            }
        }
        fn probe<T>(_: &T) -> Probe<T> {
            Probe(std::marker::PhantomData)
        }
        #[allow(clippy::needless_borrow, reason = "the borrow picks the fallback")]
        (&probe(&$value)).answer()
    }};
}

#[antiphon::coroutine(yield = u32, send = String)]
fn plain(text: &str) -> String {
    let mut all = text.to_owned();
    all += &yield_!(all.len() as u32);
    all += &format!("{}!", yield_!(format!("{}!", yield_!(1)).len() as u32));
    yield_from!(Box::pin(child()));
    yield_from!(child());
    all
}

#[antiphon::coroutine(yield = u32, send = String)]
fn child() {
    yield_!(1);
}

#[antiphon::coroutine(yield = Rc<u32>)]
fn yields_rc() {
    yield_!(Rc::new(1));
}

#[antiphon::coroutine(send = Rc<u32>)]
fn drops_what_is_sent() -> u32 {
    *yield_!()
}

#[antiphon::coroutine(yield = u32)]
fn keeps_an_rc() {
    let rc = Rc::new(1);
    yield_!(1);
    drop(rc);
}

#[antiphon::coroutine(yield = u32)]
fn drops_an_rc() {
    let n = {
        let rc = Rc::new(1);
        *rc
    };
    yield_!(n);
}

#[antiphon::coroutine(yield = u32)]
fn captures<T>(value: T) {
    yield_!(1);
    drop(value);
}

#[antiphon::coroutine(yield = u32)]
fn boxes<T>(value: T) {
    yield_from!(box captures(value));
}

#[antiphon::coroutine(yield = u32)]
fn boxes_itself(depth: u32) {
    if depth > 0 {
        yield_from!(box boxes_itself(depth - 1));
    }
}

#[test]
fn send() {
    is_send(&plain("x"));
    is_send(&drops_an_rc());
    is_send(&drops_what_is_sent());
    is_send(&yields_rc());
    is_send(&captures(1));
    assert!(!implements!(keeps_an_rc(), Send));
    assert!(!implements!(captures(Rc::new(1)), Send));
    is_send(&boxes(1));
    is_send(&boxes_itself(1));
    assert!(!implements!(boxes(Rc::new(1)), Send));
    is_sync(&boxes(1));
    assert!(!implements!(boxes(std::cell::Cell::new(1)), Sync));
}

#[antiphon::coroutine(yield = u32)]
fn calls<A>(child: antiphon::Boxed<'static, u32, (), (), antiphon::mode::Plain, A>) {
    yield_from!(child);
}

/// Those that await, beside those that do not: for what is yielded and sent, the same.
mod awaiting {
    use super::*;

    #[antiphon::coroutine(yield = u32, send = String)]
    pub(super) async fn formats() {
        yield_!(format!("{}{}", yield_!(1), yield_!(2)).len() as u32);
        println!("{}", yield_!(format!("{}!", yield_!(1)).len() as u32));
    }

    #[antiphon::coroutine(yield = Rc<u32>, send = Rc<u32>)]
    pub(super) async fn yields_rc() -> u32 {
        std::future::ready(()).await;
        let n = *yield_!(Rc::new(1));
        yield_from!(yields_one(n));
        yield_from!(box yields_one(n));
        n
    }

    #[antiphon::coroutine(yield = Rc<u32>, send = Rc<u32>)]
    async fn yields_one(n: u32) {
        yield_!({
            std::future::ready(()).await;
            Rc::new(n)
        });
    }

    #[antiphon::coroutine(yield = std::cell::Cell<u32>)]
    pub(super) async fn yields_cell() {
        yield_!(std::cell::Cell::new(1));
    }

    #[antiphon::coroutine(yield = u32)]
    pub(super) async fn keeps_an_rc() {
        let rc = Rc::new(1);
        yield_!(1);
        drop(rc);
    }

    #[antiphon::coroutine(yield = u32)]
    pub(super) async fn awaits<T>(future: impl Future<Output = T>) {
        future.await;
        yield_!(1);
    }

    #[antiphon::coroutine(yield = u32)]
    pub(super) async fn holds<C: AsyncCoroutine<Yield = u32, Send = ()>>(child: C) {
        yield_from!(child);
    }
}

#[antiphon::coroutine(yield = u32, send = String)]
fn formats() {
    yield_!(format!("{}{}", yield_!(1), yield_!(2)).len() as u32);
}

#[test]
fn send_where_it_awaits() {
    is_send(&formats());
    is_send(&awaiting::formats());
    is_send(&awaiting::yields_rc());
    is_sync(&awaiting::yields_rc());
    is_sync(&awaiting::yields_cell());
    assert!(!implements!(awaiting::keeps_an_rc(), Send));
    is_send(&awaiting::awaits(std::future::ready(1)));
    assert!(!implements!(awaiting::awaits(std::future::ready(Rc::new(1))), Send));
    is_send(&awaiting::holds(Box::pin(awaiting::awaits(std::future::ready(1)))));
    assert!(!implements!(awaiting::holds(Box::pin(awaiting::keeps_an_rc())), Send));
    assert!(!implements!(awaiting::formats(), Unpin));
}

#[test]
fn send_in_a_box() {
    is_send(&boxes_itself(1).boxed_send());
    assert!(!implements!(boxes_itself(1).boxed(), Send));
    is_send(&calls(plain_numbers().boxed_send()));
    assert!(!implements!(calls(plain_numbers().boxed()), Send));
    // Also where what was sent is not.
    is_send(&drops_what_is_sent().boxed_send());
}

#[antiphon::coroutine(yield = u32)]
fn plain_numbers() {
    yield_from!(0..3);
}

#[test]
fn a_boxed_one_runs_on_another_thread() {
    let mut c = calls(plain_numbers().boxed_send()).boxed_send();
    assert_eq!(c.next(), Some(0));
    let mut c = std::thread::spawn(move || {
        assert_eq!(c.next(), Some(1));
        c
    })
    .join()
    .unwrap();
    assert_eq!([c.next(), c.next()], [Some(2), None]);
}

#[test]
fn a_coroutine_runs_on_another_thread() {
    let mut c = Box::pin(plain("abc"));
    assert_eq!(c.start(), Yielded(3));
    let c = std::thread::spawn(move || {
        assert_eq!(c.send("de".into()), Yielded(1));
        c
    });
    assert_eq!(c.join().unwrap().status(), Status::Suspended);
}

#[test]
fn adaptors_are_what_is_within_them() {
    use antiphon::adaptors::{map_returned, map_sent, map_yielded, take_while, zip};

    is_send(&map_yielded(captures(1), |n| n));
    // A parameter of a function says nothing about the function.
    is_send(&map_sent(captures(1), |_: Rc<u32>| ()));
    is_send(&take_while(captures(1), |_| true));
    is_send(&zip(captures(1), captures(2)));
    // What a closure captures is not known in the function that it stands in.
    fn gives_an_rc() -> impl FnOnce(()) -> Rc<u32> {
        let rc = Rc::new(1);
        move |()| rc
    }
    assert!(!implements!(map_returned(captures(1), gives_an_rc()), Send));
    assert!(!implements!(map_yielded(captures(Rc::new(1)), |n| n), Send));
    assert!(!implements!(take_while(captures(Rc::new(1)), |_| true), Send));
    assert!(!implements!(zip(captures(1), captures(Rc::new(1))), Send));
    assert!(!implements!(map_yielded(child(), |n| n), Unpin));
    assert!(!implements!(take_while(child(), |_| true), Unpin));
    assert!(!implements!(zip(Box::pin(child()), child()), Unpin));
    is_unpin(&zip(Box::pin(child()), Box::pin(child())));
}

#[test]
fn unpin_never() {
    assert!(!implements!(plain("x"), Unpin));
    assert!(!implements!(child(), Unpin));
}
