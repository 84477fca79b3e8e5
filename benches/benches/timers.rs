//! What arming and cancelling a timer costs by how many there are: `cargo bench -p antiphon-benches --bench timers`.

extern crate alloc;

/// The files of the runtime, compiled again: nobody can name them from outside.
#[path = "../../runtime/src/event_loop"]
mod event_loop {
    #[allow(dead_code, reason = "a benchmark does not use all of it")]
    pub(crate) mod timers;
}

use std::collections::BTreeMap;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use event_loop::timers::{TimerKey, Wheel};
use tokio::time::Sleep;

const ROUNDS: usize = 7;
const OPERATIONS: u32 = 200_000;

/// Deadlines of 100 to 1,000 seconds from now, and which timer is next: the same for all competitors.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 1
    }

    fn deadline(&mut self) -> u64 {
        (100 + self.next() % 900) * 1_000_000_000 + self.next() % 1_000_000_000
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next() << 1) * n as u128) >> 64) as usize
    }
}

/// Timers that are live, one at each place, and one more that comes and goes.
trait Timers {
    /// Arms one at the next place.
    fn push(&mut self, deadline: u64);
    /// Cancels the one at a place and arms another there.
    fn replace(&mut self, place: usize, deadline: u64);
    /// Arms one and cancels it.
    fn arm_and_cancel(&mut self, deadline: u64);
}

#[derive(Default)]
struct Ours {
    wheel: Option<Wheel<(u32, u32)>>,
    keys: Vec<TimerKey>,
}

impl Ours {
    fn wheel(&mut self) -> &mut Wheel<(u32, u32)> {
        self.wheel.get_or_insert_with(Wheel::new)
    }
}

impl Timers for Ours {
    fn push(&mut self, deadline: u64) {
        let place = self.keys.len() as u32;
        let key = self.wheel().insert(deadline, (place, 0));
        self.keys.push(key);
    }

    fn replace(&mut self, place: usize, deadline: u64) {
        let key = self.keys[place];
        black_box(self.wheel().cancel(key)).expect("a live timer");
        self.keys[place] = self.wheel().insert(deadline, (place as u32, 0));
    }

    fn arm_and_cancel(&mut self, deadline: u64) {
        let key = black_box(self.wheel().insert(deadline, (0, 0)));
        black_box(self.wheel().cancel(key)).expect("a live timer");
    }
}

/// As asyncio's or smol's timers are: sorted by the deadline, and by what makes it unique.
#[derive(Default)]
struct Sorted {
    timers: BTreeMap<(u64, u64), (u32, u32)>,
    keys: Vec<(u64, u64)>,
    sequence: u64,
}

impl Sorted {
    fn insert(&mut self, deadline: u64, place: usize) -> (u64, u64) {
        let key = (deadline, self.sequence);
        self.sequence += 1;
        self.timers.insert(key, (place as u32, 0));
        key
    }
}

impl Timers for Sorted {
    fn push(&mut self, deadline: u64) {
        let key = self.insert(deadline, self.keys.len());
        self.keys.push(key);
    }

    fn replace(&mut self, place: usize, deadline: u64) {
        black_box(self.timers.remove(&self.keys[place])).expect("a live timer");
        self.keys[place] = self.insert(deadline, place);
    }

    fn arm_and_cancel(&mut self, deadline: u64) {
        let key = black_box(self.insert(deadline, 0));
        black_box(self.timers.remove(&key)).expect("a live timer");
    }
}

/// tokio's `Sleep`, armed by one poll, in place, and outside of a task: so it has no budget to keep.
struct Tokio {
    start: tokio::time::Instant,
    sleeps: Vec<Pin<Box<Sleep>>>,
    guest: Pin<Box<Option<Sleep>>>,
}

impl Default for Tokio {
    fn default() -> Self {
        Tokio { start: tokio::time::Instant::now(), sleeps: Vec::new(), guest: Box::pin(None) }
    }
}

impl Tokio {
    fn sleep(&self, deadline: u64) -> Sleep {
        tokio::time::sleep_until(self.start + Duration::from_nanos(deadline))
    }
}

fn arm(sleep: Pin<&mut Sleep>) {
    assert!(sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

impl Timers for Tokio {
    fn push(&mut self, deadline: u64) {
        let mut sleep = Box::pin(self.sleep(deadline));
        arm(sleep.as_mut());
        self.sleeps.push(sleep);
    }

    fn replace(&mut self, place: usize, deadline: u64) {
        let next = self.sleep(deadline);
        let sleep = &mut self.sleeps[place];
        sleep.set(next);
        arm(sleep.as_mut());
    }

    fn arm_and_cancel(&mut self, deadline: u64) {
        let sleep = self.sleep(deadline);
        self.guest.set(Some(sleep));
        arm(self.guest.as_mut().as_pin_mut().expect("a guest"));
        self.guest.set(None);
    }
}

/// The time of an operation, the best of some rounds.
fn per_operation(mut run: impl FnMut()) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        (0..OPERATIONS).for_each(|_| run());
        best = best.min(start.elapsed());
    }
    best.as_nanos() as f64 / f64::from(OPERATIONS)
}

/// Nanoseconds of `arm_and_cancel` and of `replace`.
fn measure<T: Timers + Default>(live: usize) -> [f64; 2] {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut timers = T::default();
    (0..live).for_each(|_| timers.push(random.deadline()));
    // Dealt anew, so that they do not lie in memory in the order of arming.
    (0..2 * live).for_each(|_| timers.replace(random.below(live), random.deadline()));
    [
        per_operation(|| timers.arm_and_cancel(random.deadline())),
        per_operation(|| timers.replace(random.below(live), random.deadline())),
    ]
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let _guard = runtime.enter();
    println!(
        "{:>20} {:>10} {:>10} {:>10} {:>10} {:>8} {:>8}",
        "", "live", "ours, ns", "tokio", "sorted", "tokio, x", "sorted, x"
    );
    for live in [64, 4_096, 65_536, 1_000_000] {
        let (ours, tokio, sorted) = (measure::<Ours>(live), measure::<Tokio>(live), measure::<Sorted>(live));
        for (i, what) in ["arm and cancel it", "cancel any, arm"].into_iter().enumerate() {
            let (ours, tokio, sorted) = (ours[i], tokio[i], sorted[i]);
            let (times_tokio, times_sorted) = (ours / tokio, ours / sorted);
            println!(
                "{what:>20} {live:>10} {ours:>10.1} {tokio:>10.1} {sorted:>10.1} {times_tokio:>8.2} {times_sorted:>8.2}"
            );
        }
    }
    dispatch();
}

/// What firing costs, from the first to the last: a million of one second, armed in the order of deadlines or not.
fn dispatch() {
    const TIMERS: u32 = 1_000_000;
    const SECOND: u64 = 1_000_000_000;
    for (in_order, steps) in [(true, 1), (true, 10_000), (false, 1), (false, 10_000)] {
        let mut best = [Duration::MAX; 2];
        for _ in 0..3 {
            let mut random = Random(0x9E37_79B9_7F4A_7C15);
            let (mut wheel, mut sorted) = (Wheel::new(), BTreeMap::new());
            for id in 0..TIMERS {
                let deadline = if in_order { u64::from(id) * 1_000 } else { random.next() % SECOND };
                wheel.insert(deadline, (id, 0));
                sorted.insert((deadline, id), (id, 0));
            }
            let start = Instant::now();
            for step in 1..=steps {
                while let Some(id) = wheel.pop_due(SECOND / steps * step) {
                    black_box(id);
                }
            }
            best[0] = best[0].min(start.elapsed());
            let start = Instant::now();
            for step in 1..=steps {
                while let Some(first) = sorted.first_entry().filter(|first| first.key().0 <= SECOND / steps * step) {
                    black_box(first.remove());
                }
            }
            best[1] = best[1].min(start.elapsed());
            assert_eq!((wheel.len(), sorted.len()), (0, 0));
        }
        let [ours, sorted] = best.map(|time| time.as_nanos() as f64 / f64::from(TIMERS));
        let armed = if in_order { "in order" } else { "at random" };
        println!(
            "a million armed {armed} fire in {steps} steps, ns: {ours:.1}, sorted {sorted:.1}, x {:.2}",
            ours / sorted
        );
    }
}
