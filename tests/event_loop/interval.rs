//! Ticks, and timeouts that are moved.

use std::panic::catch_unwind;
use std::pin::pin;
use std::time::Duration;

use antiphon::event_loop::{
    Elapsed, EventLoop, MissedTicks, interval, interval_at, shield, sleep, spawn, time, timeout, timeout_at,
};

use crate::{Log, seconds};

#[test]
fn ticks_lie_on_a_grid() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            sleep(seconds(1)).await;
            let mut ticks = interval(seconds(10));
            assert_eq!(ticks.period(), seconds(10));
            for n in 0..5 {
                assert_eq!(ticks.tick().await, seconds(1 + 10 * n));
                assert_eq!(time(), seconds(1 + 10 * n));
                sleep(seconds(n)).await;
            }
            ticks.reset();
            assert_eq!((ticks.tick().await, time()), (seconds(55), seconds(55)));
            let mut ticks = interval_at(seconds(60), seconds(1));
            assert_eq!((ticks.tick().await, time()), (seconds(60), seconds(60)));
            assert_eq!((ticks.tick().await, time()), (seconds(61), seconds(61)));
        })
        .unwrap();
}

#[test]
fn what_becomes_of_missed_ticks() {
    for (missed, expected) in [
        (MissedTicks::Burst, [(10, 35), (20, 35), (30, 35), (40, 40), (50, 50)]),
        (MissedTicks::Delay, [(10, 35), (45, 45), (55, 55), (65, 65), (75, 75)]),
        (MissedTicks::Skip, [(10, 35), (40, 40), (50, 50), (60, 60), (70, 70)]),
    ] {
        let event_loop = EventLoop::simulated();
        let ticks = event_loop.run_until_complete(async {
            let mut ticks = interval(seconds(10)).on_missed(missed);
            assert_eq!(ticks.tick().await, seconds(0));
            sleep(seconds(35)).await;
            let mut seen = Vec::new();
            for _ in 0..5 {
                seen.push((ticks.tick().await.as_secs(), time().as_secs()));
            }
            seen
        });
        assert_eq!(ticks.unwrap(), expected, "{missed:?}");
    }
}

#[test]
fn on_the_edge_a_tick_is_missed_when_the_next_is_due() {
    for (missed, second) in [(MissedTicks::Burst, 20), (MissedTicks::Delay, 30), (MissedTicks::Skip, 30)] {
        let event_loop = EventLoop::simulated();
        let due = event_loop.run_until_complete(async {
            let mut ticks = interval_at(seconds(10), seconds(10)).on_missed(missed);
            sleep(seconds(20)).await;
            (ticks.tick().await, ticks.tick().await)
        });
        assert_eq!(due.unwrap(), (seconds(10), seconds(second)), "{missed:?}");
    }
}

#[test]
fn a_cancelled_tick_is_the_next_one() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let mut ticks = interval(seconds(10));
            ticks.tick().await;
            for _ in 0..3 {
                assert!(timeout(seconds(1), ticks.tick()).await.is_err());
            }
            assert_eq!((ticks.tick().await, time()), (seconds(10), seconds(10)));
        })
        .unwrap();
}

#[test]
fn a_burst_lets_others_run() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let other = log.clone();
    event_loop
        .run_until_complete(async {
            let mut ticks = interval(Duration::from_millis(1));
            ticks.tick().await;
            sleep(seconds(1)).await;
            drop(spawn(async move { other.add("other") }));
            for _ in 0..1_000 {
                ticks.tick().await;
            }
            log.add("burst");
            assert_eq!(time(), seconds(1));
        })
        .unwrap();
    log.assert(&["other", "burst"]);
    let zero = catch_unwind(|| interval(Duration::ZERO));
    assert!(zero.unwrap_err().downcast::<&str>().unwrap().starts_with("an interval has a period"));
}

#[test]
fn a_timeout_can_be_moved_while_it_runs() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            // Earlier, later, and after it fired without being polled.
            for (to, slept, expected) in [(3, 1, Err(Elapsed)), (9, 1, Ok(())), (9, 6, Ok(()))] {
                let start = time();
                let mut timed = pin!(timeout(seconds(5), sleep(seconds(8))));
                assert_eq!(timed.deadline(), None);
                assert!(timeout(seconds(0), timed.as_mut()).await.is_err());
                assert_eq!(timed.deadline(), Some(start + seconds(5)));
                sleep(seconds(slept)).await;
                assert!(!timed.is_elapsed());
                assert!(timed.as_mut().reschedule(start + seconds(to)));
                assert_eq!(timed.deadline(), Some(start + seconds(to)));
                assert_eq!(timed.as_mut().await, expected);
                assert_eq!(time(), start + seconds(to.min(8)));
                assert_eq!(timed.is_elapsed(), expected.is_err());
            }
            // Before it is first awaited.
            let start = time();
            let mut timed = pin!(timeout_at(start + seconds(1), sleep(seconds(3))));
            assert!(timed.as_mut().reschedule(start + seconds(2)));
            assert_eq!(timed.await, Err(Elapsed));
            // One that is over stays so.
            let mut timed = pin!(timeout(seconds(1), shield(sleep(seconds(3)))));
            assert!(timeout(seconds(2), async { timed.as_mut().await }).await.is_ok());
            assert!(!timed.as_mut().reschedule(time() + seconds(9)));
        })
        .unwrap();
}
