//! Children that await: by value, pinned, in boxes, as objects. What the parent is told, they are told.

use antiphon::prelude::*;
use antiphon::{CloseError, Closed, Told};
use antiphon_interop::{Gate, Pause, now, poll};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

/// Adds up what it is sent, until that is 0. Waits all the time.
#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
async fn child() -> Result<u32, &'static str> {
    let mut sum = 0;
    loop {
        Pause::default().await;
        match yield_!(sum) {
            Ok(Ok(0)) => return Ok(sum),
            Ok(Ok(value)) => sum += value,
            Ok(Err("again")) => sum = 0,
            Ok(Err(error)) => return Err(error),
            Err(GeneratorExit) => {
                Pause::default().await;
                match sum {
                    66 => return Err("it fails while it is closed"),
                    77 => drop(yield_!(78)),
                    _ => return Ok(sum),
                }
            }
        }
    }
}

type Object<'a> =
    dyn AsyncCoroutine<Yield = u32, Send = u32, Error = &'static str, Return = Result<u32, &'static str>> + 'a;

/// How a parent holds its child.
#[derive(Clone, Copy, Debug)]
enum Held {
    ByValue,
    InAFrame,
    Pinned,
    InABox,
    AsAnObject,
    ByReference,
    Below,
}

const ALL: [Held; 7] =
    [Held::ByValue, Held::InAFrame, Held::Pinned, Held::InABox, Held::AsAnObject, Held::ByReference, Held::Below];

#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
async fn parent(held: Held) -> Result<String, &'static str> {
    let got = match held {
        Held::ByValue => yield_from!(child()),
        Held::InAFrame => yield_from!(box child()),
        Held::Pinned => yield_from!(pin!(child())),
        Held::InABox => yield_from!(Box::pin(child())),
        Held::AsAnObject => {
            let object: Pin<Box<Object<'_>>> = Box::pin(child());
            yield_from!(object)
        }
        Held::ByReference => {
            let mut boxed = Box::pin(child());
            yield_from!(&mut boxed)
        }
        Held::Below => {
            #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
            async fn between() -> Result<u32, &'static str> {
                yield_from!(Box::pin(child())).unwrap_or(Ok(0))
            }
            yield_from!(between())
        }
    };
    Pause::default().await;
    match got {
        Ok(Ok(1000)) => Err("a failure"),
        Err(GeneratorExit) => Ok("closed".to_owned()),
        Ok(result) => {
            let sent = yield_!(4321);
            Ok(format!("{result:?} {sent:?}"))
        }
    }
}

#[derive(Clone, Copy)]
enum Tell {
    Send(u32),
    Throw(&'static str),
    Close,
}

/// All that is seen of a parent that is told that. With `drops`, each step that waits is dropped, and gone on with.
fn trace(held: Held, script: &[Tell], drops: bool) -> Vec<String> {
    type State = CoroutineState<u32, Result<String, &'static str>>;
    let mut c = Box::pin(parent(held));
    let finish = |c: &mut Pin<Box<_>>, polled: Poll<State>| match polled {
        Poll::Ready(state) => state,
        Poll::Pending if drops => loop {
            if let Poll::Ready(state) = poll(pin!(AsyncCoroutine::proceed(c))) {
                break state;
            }
        },
        Poll::Pending => smol::block_on(AsyncCoroutine::proceed(c)),
    };
    let polled = poll(pin!(c.start()));
    let mut seen = vec![format!("{:?}", finish(&mut c, polled))];
    for tell in script {
        seen.push(match *tell {
            Tell::Send(value) => {
                let polled = poll(pin!(c.send(value)));
                format!("{:?}", finish(&mut c, polled))
            }
            Tell::Throw(error) => {
                let polled = poll(pin!(c.throw(error)));
                let polled = polled.map(|state| state.expect("it stands at a yield"));
                format!("{:?}", finish(&mut c, polled))
            }
            Tell::Close => match smol::block_on(c.close()) {
                Ok(returned) => format!("closed: {returned:?}"),
                Err(CloseError::Yielded(value)) => format!("ignored its close, and yielded {value}"),
                Err(error) => error.to_string(),
            },
        });
    }
    seen.push(format!("{:?}", c.status()));
    seen
}

#[test]
fn however_a_child_is_held_it_is_told_everything() {
    use Tell::{Close, Send, Throw};
    let scripts: [(&[Tell], &[&str]); 6] = [
        (
            &[Send(1), Send(2), Throw("again"), Send(5), Send(0), Send(9)],
            &[
                "Yielded(1)",
                "Yielded(3)",
                "Yielded(0)",
                "Yielded(5)",
                "Yielded(4321)",
                "Complete(Ok(\"Ok(5) Ok(Ok(9))\"))",
            ],
        ),
        (&[Throw("no"), Close], &["Yielded(4321)", "closed: Some(Ok(\"Err(\\\"no\\\") Err(GeneratorExit)\"))"]),
        (&[Send(1), Close, Close], &["Yielded(1)", "closed: Some(Ok(\"closed\"))", "closed: None"]),
        (&[Send(66), Close], &["Yielded(66)", "ignored its close, and yielded 4321"]),
        (&[Send(77), Close], &["Yielded(77)", "ignored its close, and yielded 78"]),
        (&[Send(1000), Send(0)], &["Yielded(1000)", "Complete(Err(\"a failure\"))"]),
    ];
    for (script, expected) in scripts {
        for held in ALL {
            for drops in [false, true] {
                let seen = trace(held, script, drops);
                assert_eq!(seen[0], "Yielded(0)");
                assert_eq!(seen[1..=expected.len()], *expected, "{held:?}, {drops}");
            }
        }
    }
}

/// As iterators do not: errors come at the expression.
#[test]
fn an_error_that_the_child_does_not_take_comes_at_the_expression() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    async fn takes_none() -> u32 {
        let mut sum = 0;
        while sum < 10 {
            sum += yield_!(sum);
        }
        sum
    }
    #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
    async fn parent(pinned: bool) -> Result<u32, &'static str> {
        if pinned { yield_from!(pin!(takes_none())) } else { yield_from!(takes_none()) }
    }
    for pinned in [false, true] {
        let mut c = pin!(parent(pinned));
        assert_eq!(now(c.start()), Yielded(0));
        assert_eq!(now(c.send(3)), Yielded(3));
        assert_eq!(now(c.throw("no")), Ok(Complete(Err("no"))));
        let mut c = pin!(parent(pinned));
        now(c.start());
        assert_eq!(now(c.send(30)), Complete(Ok(30)));
    }
}

/// A child that has begun goes on where it stands: the driver of a stream hands it over.
#[test]
fn a_pinned_child_that_is_sent_nothing_goes_on() {
    #[antiphon::coroutine(yield = u32)]
    async fn numbers(gate: Gate) -> u32 {
        yield_!(1);
        gate.await;
        yield_!(2);
        3
    }
    #[antiphon::coroutine(yield = u32)]
    async fn parent<C: AsyncCoroutine<Yield = u32, Send = (), Error = Infallible, Return = u32>>(child: Pin<&mut C>) {
        let returned = yield_from!(child);
        yield_!(returned);
    }
    for (steps, expected) in [(0, &[1, 2, 3][..]), (1, &[2, 3]), (2, &[2, 3])] {
        let gate = Gate::default();
        let mut child = pin!(numbers(gate.clone()));
        for _ in 0..steps {
            let _ = poll(pin!(AsyncCoroutine::next(&mut child)));
        }
        // The second step waits, and is dropped.
        gate.open();
        let mut c = pin!(parent(child));
        for value in expected {
            assert_eq!(now(AsyncCoroutine::next(&mut c)), Some(*value), "{steps}");
        }
        assert_eq!(now(AsyncCoroutine::next(&mut c)), None);
    }
}

#[test]
fn a_child_that_is_sent_values_may_be_in_the_middle_of_a_step() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    async fn doubles(gate: Gate) -> u32 {
        let first = yield_!(1);
        gate.await;
        first + yield_!(first * 2)
    }
    #[antiphon::coroutine(yield = u32, send = u32)]
    async fn parent(
        child: Pin<&mut (dyn AsyncCoroutine<Yield = u32, Send = u32, Error = Infallible, Return = u32> + '_)>,
    ) -> u32 {
        yield_from!(child)
    }
    let gate = Gate::default();
    let mut child = pin!(doubles(gate.clone()));
    now(child.start());
    {
        let c = Box::pin(parent(child.as_mut()));
        let panic = catch_unwind(AssertUnwindSafe(|| poll(pin!({ c }.start())))).expect_err("it waits for a value");
        let text = panic.downcast_ref::<String>().expect("a text");
        assert!(text.starts_with("cannot delegate to a coroutine that waits for a value"), "{text}");
    }
    assert!(poll(pin!(child.send(10))).is_pending());
    let mut c = pin!(parent(child));
    assert!(poll(pin!(c.start())).is_pending());
    gate.open();
    assert_eq!(now(c.proceed()), Yielded(20));
    assert_eq!(now(c.send(1)), Complete(11));
}

/// An implementation that breaks the rules: it waits, and has not taken what it was told.
#[test]
fn a_child_that_leaves_what_it_was_told_is_noticed() {
    struct Lazy;
    impl AsyncCoroutine for Lazy {
        type Yield = u32;
        type Send = u32;
        type Error = Infallible;
        type Return = ();
        fn status(&self) -> Status {
            Status::Created
        }
        fn poll_step(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut Told<u32, Infallible>,
        ) -> Poll<Option<CoroutineState<u32, ()>>> {
            Poll::Pending
        }
        fn poll_close(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut bool,
        ) -> Poll<Result<Closed<()>, CloseError<u32>>> {
            Poll::Pending
        }
    }
    #[antiphon::coroutine(yield = u32, send = u32)]
    async fn parent() {
        yield_from!(Lazy);
    }
    let mut c = Box::pin(parent());
    assert!(catch_unwind(AssertUnwindSafe(|| poll(pin!(c.start())))).is_err());
    assert_eq!(c.status(), Status::Poisoned);
}
