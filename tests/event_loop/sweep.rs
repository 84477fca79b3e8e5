//! Cutting a workload short at every step, and looking for what is left.

use std::cell::Cell;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use antiphon::event_loop::{EventLoop, cancellable, shield, sleep, yield_now};

use crate::{seconds, tasks};

/// What was begun and has not ended.
#[derive(Clone, Default)]
pub(crate) struct Open(Rc<Cell<i32>>);

/// Something that was begun, until this is dropped.
pub(crate) struct Begun(Open);

impl Open {
    pub(crate) fn begin(&self) -> Begun {
        self.0.set(self.0.get() + 1);
        Begun(self.clone())
    }

    /// Waits for a time, and tidies up for a second, with suspensions of all kinds. The time if it was not told that it is
    /// cancelled.
    pub(crate) async fn leaf(self, time: u64) -> Option<u64> {
        let _leaf = self.begin();
        let told = cancellable(async {
            yield_now().await;
            sleep(seconds(time)).await;
        })
        .await;
        shield(async {
            let _tidying = self.begin();
            sleep(seconds(1)).await;
            yield_now().await;
        })
        .await;
        told.ok().map(|()| time)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let Open(count) = &self.0;
        count.set(count.get() - 1);
    }
}

/// Ends after so many polls, and drops what it polls.
struct DropAfter<F>(Option<Pin<Box<F>>>, u32);

impl<F: Future> Future for DropAfter<F> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        if self.1 == 0 {
            self.0 = None;
            return Poll::Ready(false);
        }
        self.1 -= 1;
        self.0.as_mut().unwrap().as_mut().poll(cx).map(|_| true)
    }
}

/// Runs a workload of at most 20 seconds for each seed and each number of steps, and then cancels or drops it.
///
/// Cancelled, it must not have ended before all in it have; dropped, what goes on must end by itself. No task may be left.
pub(crate) fn at_every_step<F>(seeds: Range<u64>, workload: impl Fn(Open) -> F)
where
    F: Future<Output: 'static> + 'static,
{
    for seed in seeds {
        for steps in 0.. {
            let cut = [cancelled(seed, steps, &workload), dropped(seed, steps, &workload)];
            if cut == [false, false] {
                // From now on it ends by itself.
                assert!(steps > 3, "the workload has no steps to speak of");
                break;
            }
        }
    }
}

fn cancelled<F>(seed: u64, steps: u32, workload: impl Fn(Open) -> F) -> bool
where
    F: Future<Output: 'static> + 'static,
{
    let event_loop = EventLoop::simulated_with_seed(seed);
    event_loop.set_report_handler(|_| ());
    let open = Open::default();
    let task = event_loop.spawn(workload(open.clone()));
    for _ in 0..steps {
        if !task.is_finished() {
            event_loop.turn(seconds(9)).unwrap();
        }
    }
    let cut = task.cancel();
    let (left, see) = (Rc::new(Cell::new(None)), open.clone());
    let seen = left.clone();
    task.add_done_callback(move || left.set(Some(see.0.get())));
    event_loop.run_until_complete(sleep(seconds(40))).unwrap();
    assert!(task.is_finished(), "seed {seed}, cancelled after {steps} turns: it never ends");
    assert_eq!(seen.get(), Some(0), "seed {seed}, cancelled after {steps} turns: something is left");
    assert_eq!((open.0.get(), tasks(&event_loop)), (0, 0), "seed {seed}, cancelled after {steps} turns");
    cut
}

fn dropped<F: Future>(seed: u64, steps: u32, workload: impl Fn(Open) -> F) -> bool {
    let event_loop = EventLoop::simulated_with_seed(seed);
    event_loop.set_report_handler(|_| ());
    let open = Open::default();
    let ended = event_loop.run_until_complete(DropAfter(Some(Box::pin(workload(open.clone()))), steps)).unwrap();
    event_loop.run_until_complete(sleep(seconds(40))).unwrap();
    assert_eq!((open.0.get(), tasks(&event_loop)), (0, 0), "seed {seed}, dropped after {steps} polls");
    !ended
}
