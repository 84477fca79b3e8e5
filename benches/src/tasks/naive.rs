//! As little as it takes: tasks have numbers, and a number is pushed when its task is to run.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

thread_local! {
    static LOOP: Loop = const {
        Loop {
            tasks: RefCell::new(Vec::new()),
            vacant: RefCell::new(Vec::new()),
            ready: RefCell::new(VecDeque::new()),
            running: Cell::new(MAIN),
        }
    };
}

const MAIN: u32 = u32::MAX;

struct Loop {
    tasks: RefCell<Vec<Option<Pin<Box<dyn Future<Output = ()>>>>>>,
    vacant: RefCell<Vec<u32>>,
    ready: RefCell<VecDeque<u32>>,
    running: Cell<u32>,
}

type On = ();

struct Outcome<T> {
    value: Cell<Option<T>>,
    joiner: Cell<Option<u32>>,
}

struct Task<T>(Rc<Outcome<T>>);

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        match self.0.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                self.0.joiner.set(Some(LOOP.with(|here| here.running.get())));
                Poll::Pending
            }
        }
    }
}

fn run<F: Future>(main: impl FnOnce(On) -> F) -> F::Output {
    let mut main = pin!(main(()));
    let cx = &mut Context::from_waker(Waker::noop());
    let mut next = MAIN;
    loop {
        LOOP.with(|here| here.running.set(next));
        if next == MAIN {
            if let Poll::Ready(value) = main.as_mut().poll(cx) {
                return value;
            }
        } else {
            let task = LOOP.with(|here| here.tasks.borrow_mut()[next as usize].take());
            let mut task = task.expect("a task that is woken once");
            let polled = task.as_mut().poll(cx);
            LOOP.with(|here| match polled {
                Poll::Ready(()) => here.vacant.borrow_mut().push(next),
                Poll::Pending => here.tasks.borrow_mut()[next as usize] = Some(task),
            });
        }
        next = LOOP.with(|here| here.ready.borrow_mut().pop_front()).expect("somebody is ready");
    }
}

fn spawn<F: Future<Output: 'static> + 'static>(_: &On, future: F) -> Task<F::Output> {
    let outcome = Rc::new(Outcome { value: Cell::new(None), joiner: Cell::new(None) });
    let task = Task(outcome.clone());
    let body = Box::pin(async move {
        outcome.value.set(Some(future.await));
        if let Some(joiner) = outcome.joiner.take() {
            LOOP.with(|here| here.ready.borrow_mut().push_back(joiner));
        }
    });
    LOOP.with(|here| {
        let mut tasks = here.tasks.borrow_mut();
        let number = here.vacant.borrow_mut().pop().unwrap_or_else(|| {
            tasks.push(None);
            tasks.len() as u32 - 1
        });
        tasks[number as usize] = Some(body);
        here.ready.borrow_mut().push_back(number);
    });
    task
}

fn joined<T>(value: T) -> T {
    value
}

async fn yield_now() {
    let mut over = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut over, true) {
            return Poll::Ready(());
        }
        LOOP.with(|here| here.ready.borrow_mut().push_back(here.running.get()));
        Poll::Pending
    })
    .await;
}

workloads!();
