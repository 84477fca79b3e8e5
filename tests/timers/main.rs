//! The event loop's timers, by themselves: the files of the runtime are compiled again here, since nobody can name them
//! from outside.

extern crate alloc;

#[path = "../../runtime/src/event_loop"]
mod event_loop {
    #[allow(dead_code, reason = "these tests do not use all of it")]
    pub(crate) mod timers;
}

mod model;

use event_loop::timers::Wheel;

fn drain<T>(wheel: &mut Wheel<T>, now: u64) -> Vec<T> {
    std::iter::from_fn(|| wheel.pop_due(now)).collect()
}

/// The deadlines around which a timer changes its slot or its level, in order.
fn boundaries() -> Vec<u64> {
    let powers = (0..u64::BITS).map(|shift| 1_u64 << shift);
    let mut all: Vec<u64> = powers.flat_map(|power| [power - 1, power, power + 1, power + (power - 1)]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn an_empty_one() {
    let mut wheel = Wheel::<u32>::new();
    assert_eq!(wheel.len(), 0);
    assert_eq!((wheel.next_deadline(), wheel.wake_at()), (None, None));
    assert_eq!(wheel.pop_due(u64::MAX), None);
    assert_eq!(wheel.len(), 0);
}

#[test]
fn a_timer_fires_at_its_deadline_and_once() {
    for deadline in boundaries() {
        for start in boundaries().into_iter().filter(|&start| start < deadline) {
            let mut wheel = Wheel::new();
            assert_eq!(wheel.pop_due(start), None);
            wheel.insert(deadline, 'a');
            assert_eq!((wheel.len(), wheel.next_deadline()), (1, Some(deadline)));
            assert_eq!(wheel.pop_due(deadline - 1), None, "{deadline} from {start}");
            assert_eq!((wheel.len(), wheel.wake_at()), (1, Some(deadline)));
            assert_eq!(wheel.pop_due(deadline), Some('a'), "{deadline} from {start}");
            assert_eq!((wheel.len(), wheel.next_deadline()), (0, None));
            assert_eq!(wheel.pop_due(u64::MAX), None);
        }
    }
}

#[test]
fn whatever_the_order_of_arming_they_fire_in_the_order_of_deadlines() {
    let deadlines = boundaries();
    for step in [1, 7, 101] {
        let shuffled = (0..deadlines.len()).map(|i| deadlines[i * step % deadlines.len()]);
        let mut wheel = Wheel::new();
        shuffled.for_each(|deadline| {
            wheel.insert(deadline, deadline);
        });
        assert_eq!(drain(&mut wheel, u64::MAX), deadlines);
    }
}

#[test]
fn the_next_deadline_leads_from_one_to_the_next() {
    let mut wheel = Wheel::new();
    for deadline in boundaries().into_iter().rev() {
        wheel.insert(deadline, deadline);
    }
    for deadline in boundaries() {
        assert_eq!(wheel.next_deadline(), Some(deadline));
        assert_eq!(drain(&mut wheel, deadline), [deadline]);
    }
    assert_eq!(wheel.next_deadline(), None);
}

#[test]
fn equal_deadlines_fire_in_the_order_of_arming() {
    let deadline = 1 << 40;
    let mut wheel = Wheel::new();
    // Armed from afar, from near, and at the deadline: never is there a list that they are appended to late.
    for (id, now) in [0, 1, 1 << 39, deadline - 4096, deadline - 64, deadline - 1, deadline].into_iter().enumerate() {
        let due = drain(&mut wheel, now.min(deadline - 1));
        assert_eq!(due, []);
        wheel.insert(deadline, id);
    }
    assert_eq!(drain(&mut wheel, deadline), [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn deadlines_in_the_past_are_due_before_others_and_in_their_order() {
    let mut wheel = Wheel::new();
    wheel.insert(1_000, "timely");
    assert_eq!(wheel.pop_due(999), None);
    let late = wheel.insert(7, "late");
    wheel.insert(5, "later");
    wheel.insert(7, "late too");
    wheel.insert(0, "latest");
    assert_eq!((wheel.next_deadline(), wheel.wake_at()), (Some(0), Some(0)));
    assert_eq!(wheel.cancel(late), Some("late"));
    assert_eq!(drain(&mut wheel, 1_000), ["latest", "later", "late too", "timely"]);
}

#[test]
fn a_clock_that_goes_back_fires_nothing_early() {
    let mut wheel = Wheel::new();
    assert_eq!(wheel.pop_due(1_000), None);
    wheel.insert(500, 'a');
    wheel.insert(1_500, 'b');
    assert_eq!(wheel.pop_due(499), None);
    assert_eq!((wheel.next_deadline(), wheel.len()), (Some(500), 2));
    assert_eq!(drain(&mut wheel, 500), ['a']);
    assert_eq!(drain(&mut wheel, 1_000), []);
    assert_eq!(drain(&mut wheel, 1_500), ['b']);
}

#[test]
fn what_is_armed_while_they_fire_takes_part() {
    let mut wheel = Wheel::new();
    wheel.insert(10, 10);
    wheel.insert(30, 30);
    assert_eq!(wheel.pop_due(100), Some(10));
    for deadline in [20, 5, 101, 30] {
        wheel.insert(deadline, deadline);
    }
    assert_eq!(drain(&mut wheel, 100), [5, 20, 30, 30]);
    assert_eq!(wheel.next_deadline(), Some(101));
}

#[test]
fn a_key_is_good_for_one_timer() {
    let mut wheel = Wheel::new();
    let first = wheel.insert(10, 'a');
    assert_eq!(wheel.cancel(first), Some('a'));
    let second = wheel.insert(10, 'b');
    assert_ne!(first, second);
    assert_eq!(wheel.cancel(first), None);
    assert!(!wheel.reset(first, 20));
    assert_eq!(wheel.pop_due(10), Some('b'));
    assert_eq!(wheel.cancel(second), None);
    wheel.insert(30, 'c');
    assert!(!wheel.reset(second, 20));
    assert_eq!((wheel.next_deadline(), wheel.len()), (Some(30), 1));
    // Of a wheel with more timers.
    let mut other = Wheel::new();
    let last = (0..10_000).map(|id| other.insert(id, id)).last();
    assert_eq!(wheel.cancel(last.expect("a key")), None);
}

#[test]
fn a_timer_that_is_reset_keeps_its_key_and_goes_behind_its_equals() {
    let mut wheel = Wheel::new();
    let key = wheel.insert(10, 'a');
    assert!(wheel.reset(key, 50));
    assert_eq!(wheel.next_deadline(), Some(50));
    wheel.insert(20, 'b');
    assert!(wheel.reset(key, 20));
    assert_eq!(wheel.pop_due(19), None);
    assert_eq!(drain(&mut wheel, 20), ['b', 'a']);
    assert!(!wheel.reset(key, 60));
    assert_eq!(wheel.len(), 0);
}

#[test]
fn who_wakes_in_vain_does_so_once_for_each_level() {
    for deadline in boundaries().into_iter().skip(200) {
        let mut wheel = Wheel::new();
        // So many that it does not look for the earliest.
        let keys: Vec<_> = (0..100).map(|id| wheel.insert(deadline.saturating_add(id / 50), id)).collect();
        let later = wheel.insert(0, 100);
        wheel.cancel(later);
        let mut wakes = 0;
        loop {
            let wake_at = wheel.wake_at().expect("a timer");
            assert!(wake_at <= deadline);
            wakes += 1;
            if wheel.pop_due(wake_at).is_some() {
                assert_eq!(wake_at, deadline);
                break;
            }
        }
        assert!(wakes <= 11, "{wakes} for {deadline}");
        assert_eq!(keys.into_iter().filter_map(|key| wheel.cancel(key)).count(), 99);
    }
}

#[test]
fn payloads_are_dropped_with_the_wheel() {
    let payload = std::rc::Rc::new(());
    let mut wheel = Wheel::new();
    let keys: Vec<_> = (0..2_000).map(|deadline| wheel.insert(deadline, payload.clone())).collect();
    drop(wheel.cancel(keys[1_999]));
    assert_eq!(drain(&mut wheel, 9).len(), 10);
    assert_eq!(std::rc::Rc::strong_count(&payload), 1 + 1_989);
    drop(wheel);
    assert_eq!(std::rc::Rc::strong_count(&payload), 1);
}
