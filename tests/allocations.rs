//! What allocates, and how often.
#![expect(unsafe_code, reason = "a global allocator that counts; see docs/unsafe.md")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::pin::pin;

use antiphon::prelude::*;

/// The system's allocator, counting what each thread allocates.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's promises are those of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are those of the system's allocator.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `run` allocates.
fn allocations(run: impl FnOnce()) -> usize {
    let before = COUNT.get();
    run();
    COUNT.get() - before
}

#[antiphon::coroutine(yield = u32, send = u32)]
fn doubled(mut n: u32) -> u32 {
    while n < 1000 {
        n = 2 * yield_!(n);
    }
    n
}

#[antiphon::coroutine(yield = u32, send = u32)]
fn delegating() -> u32 {
    yield_from!(doubled(1)) + yield_from!(doubled(2))
}

#[antiphon::coroutine(yield = u32)]
fn numbers(n: u32) {
    yield_from!(0..n);
    for i in 0..n {
        yield_!(i);
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1);
}

#[test]
fn a_pinned_coroutine_does_not_allocate() {
    let count = allocations(|| {
        let mut c = pin!(delegating());
        assert_eq!(c.run(|n| n + 1), 1534 + 1022);
        for n in pin!(numbers(100)) {
            assert!(n < 100);
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn adaptors_do_not_allocate() {
    use antiphon::adaptors::{collect, map_returned, map_sent, map_yielded, take_while, zip};

    /// A collection without memory.
    #[derive(Default)]
    struct Sum(u32);

    impl Extend<u32> for Sum {
        fn extend<I: IntoIterator<Item = u32>>(&mut self, values: I) {
            self.0 += values.into_iter().sum::<u32>();
        }
    }

    let count = allocations(|| {
        let both = map_yielded(zip(doubled(1), doubled(3)), |(one, other)| one + other);
        let both = map_sent(both, |n: u32| (n, n));
        let mut both = pin!(map_returned(take_while(both, |sum| *sum < 500), |end| end.yielded()));
        assert_eq!(both.run(|sum| sum), Some(1024));
        let (Sum(sum), ()) = collect(pin!(numbers(3)));
        assert_eq!(sum, 6);
    });
    assert_eq!(count, 0);
}

#[test]
fn a_loop_by_value_allocates_once() {
    let count = allocations(|| {
        for n in numbers(100) {
            assert!(n < 100);
        }
    });
    assert_eq!(count, 1);
}

#[test]
fn misuse_does_not_allocate() {
    let count = allocations(|| {
        let mut c = pin!(doubled(1));
        assert!(c.try_send(1).is_err());
        c.start();
        assert!(c.try_start().is_err());
    });
    assert_eq!(count, 0);
}

#[test]
fn waiting_between_tasks_does_not_allocate_once_it_has_happened() {
    use antiphon::event_loop::{Event, EventLoop, Lock, Queue, Semaphore, channel, yield_now};
    let event_loop = EventLoop::simulated();
    let (queue, (sender, receiver)) = (Queue::new(1), channel(1));
    let (lock, semaphore, event) = (Lock::new(0), Semaphore::new(1), Event::new());
    let others = (queue.clone(), lock.clone(), semaphore.clone(), event.clone());
    drop(event_loop.spawn(async move {
        let (queue, lock, semaphore, event) = others;
        loop {
            let value: u32 = queue.get().await.unwrap();
            let (mut lock, permit) = (lock.acquire().await, semaphore.acquire().await);
            yield_now().await;
            *lock += value;
            drop((lock, permit));
            sender.send(value).await.unwrap();
            event.wait().await;
        }
    }));
    let round = async || {
        event.clear();
        queue.put(1).await.unwrap();
        queue.put(2).await.unwrap();
        for _ in 0..2 {
            drop(lock.acquire().await);
            drop(semaphore.acquire().await);
            receiver.recv().await.unwrap();
            event.set();
        }
    };
    event_loop.run_until_complete(round()).unwrap();
    let count = allocations(|| {
        for _ in 0..100 {
            event_loop.run_until_complete(round()).unwrap();
        }
    });
    assert_eq!(count, 0);
    assert_eq!(*lock.try_acquire().unwrap(), 303);
}

// AddressSanitizer runs the tests with this.
#[cfg(not(antiphon_keeps_no_memory))]
#[test]
fn tasks_that_come_and_go_do_not_allocate_and_a_crowd_gives_its_memory_back() {
    use antiphon::event_loop::{EventLoop, spawn};
    const CROWD: usize = 1000;
    let event_loop = EventLoop::simulated();
    let crowd = async || {
        let mut handles = Vec::with_capacity(CROWD);
        handles.extend((0..CROWD).map(|n| spawn(async move { n })));
        for (n, task) in handles.into_iter().enumerate() {
            assert_eq!(task.await.unwrap(), n);
        }
    };
    let one_after_the_other = async || {
        for n in 0..CROWD {
            assert_eq!(spawn(async move { n }).await.unwrap(), n);
        }
    };
    event_loop.run_until_complete(crowd()).unwrap();
    assert_eq!(allocations(|| event_loop.run_until_complete(one_after_the_other()).unwrap()), 0);
    let count = allocations(|| event_loop.run_until_complete(crowd()).unwrap());
    // One is for the handles.
    assert!((CROWD - 100..=CROWD + 1).contains(&count), "{count} allocations");
}

#[cfg(unix)]
#[test]
fn a_socket_that_waits_does_not_allocate_once_it_has_happened() {
    use antiphon::event_loop::{ByteStream, EventLoop, UnixStream, spawn};
    let event_loop = EventLoop::new().unwrap();
    let client = event_loop.run_until_complete(async {
        let (client, server) = UnixStream::pair().unwrap();
        drop(spawn(async move {
            let mut buffer = [0; 16];
            loop {
                // It waits here, since the client waits for its answer.
                let n = server.read(&mut buffer).await.unwrap();
                server.write_all(&buffer[..n]).await.unwrap();
            }
        }));
        client
    });
    let client = client.unwrap();
    let round = async || {
        let mut buffer = [0; 16];
        client.write_all(b"ping").await.unwrap();
        assert_eq!(client.read(&mut buffer).await.unwrap(), 4);
    };
    event_loop.run_until_complete(round()).unwrap();
    let count = allocations(|| {
        for _ in 0..100 {
            event_loop.run_until_complete(round()).unwrap();
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn a_protocol_does_not_allocate_for_a_message() {
    use antiphon::protocol::{Ask, Machine, Want, Wire, WireError};

    #[antiphon::coroutine(yield = Ask, send = Wire)]
    fn echo(wire: &mut Wire) -> Result<(), WireError> {
        while yield_from!(wire.any())? {
            let length = yield_from!(wire.until(0, b'\n', 100))?;
            let (bytes, output) = wire.split();
            output.extend_from_slice(&bytes[..length]);
            wire.consume(length);
        }
        Ok(())
    }

    let mut machine = Machine::new(|mut wire: Wire| {
        Box::pin(antiphon::generator!(yield = Ask, send = Wire => move {
            let result = yield_from!(echo(&mut wire));
            (wire, result)
        }))
    });
    let mut converse = || {
        machine.wire().feed(b"one\ntwo\nthree");
        assert_eq!(machine.resume(), Yielded(Want::More));
        machine.wire().feed(b"\n");
        assert_eq!(machine.resume(), Yielded(Want::More));
        let length = machine.wire().unsent().len();
        machine.wire().sent(length);
    };
    converse();
    assert_eq!(allocations(|| (0..100).for_each(|_| converse())), 0);
}
