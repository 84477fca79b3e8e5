//! The wheel does what a sorted map of deadlines does, whatever is asked of it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::event_loop::timers::{TimerKey, Wheel};

/// A time: how far from now, from the beginning, from the end, or that of another timer.
#[derive(Clone, Debug)]
enum Time {
    After(u64),
    Before(u64),
    At(u64),
    ToEnd(u64),
    OfTimer(prop::sample::Index),
}

#[derive(Clone, Debug)]
enum Step {
    Insert(Time),
    /// Of any timer that there has ever been.
    Cancel(prop::sample::Index),
    Reset(prop::sample::Index, Time),
    Pop(Time),
    Advance(Time),
    AdvanceToNext,
    WaitForNext,
    NextDeadline,
}

/// Anything, with preference for what is close to the boundaries of slots and levels.
fn distance() -> impl Strategy<Value = u64> {
    let boundary =
        (0..u64::BITS, 0..5_u64).prop_map(|(shift, more)| (1_u64 << shift).wrapping_add(more).wrapping_sub(2));
    let digit = (0..11_u32, 0..64_u64).prop_map(|(level, digit)| digit << (6 * level));
    prop_oneof![4 => 0..70_u64, 4 => boundary, 4 => digit, 2 => 0..1_u64 << 36, 1 => any::<u64>()]
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        8 => distance().prop_map(Time::After),
        2 => distance().prop_map(Time::Before),
        2 => distance().prop_map(Time::At),
        1 => (0..100_u64).prop_map(Time::ToEnd),
        4 => any::<prop::sample::Index>().prop_map(Time::OfTimer),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    // The clock goes on slowly, for there is only one end of time in a case.
    let short = || (0..11_u32, 1..64_u64).prop_map(|(level, digit)| Time::After(digit << (level * level * 6 / 20)));
    prop_oneof![
        12 => time().prop_map(Step::Insert),
        3 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        3 => (any::<prop::sample::Index>(), time()).prop_map(|(timer, time)| Step::Reset(timer, time)),
        2 => short().prop_map(Step::Pop),
        3 => short().prop_map(Step::Advance),
        1 => time().prop_map(Step::Advance),
        1 => time().prop_map(Step::Pop),
        2 => Just(Step::AdvanceToNext),
        2 => Just(Step::WaitForNext),
        2 => Just(Step::NextDeadline),
    ]
}

/// Both, and what tells timers apart: the number of arming.
#[derive(Default)]
struct Pair {
    now: u64,
    wheel: Option<Wheel<usize>>,
    /// Timers by deadline and order of arming.
    model: BTreeMap<(u64, usize), usize>,
    /// By timer: its key, and where it is in the model, if it is.
    timers: Vec<(TimerKey, Option<(u64, usize)>)>,
    armed: usize,
}

impl Pair {
    fn wheel(&mut self) -> &mut Wheel<usize> {
        self.wheel.get_or_insert_with(Wheel::new)
    }

    fn time(&self, time: &Time) -> u64 {
        match time {
            Time::After(distance) => self.now.saturating_add(*distance),
            Time::Before(distance) => self.now.saturating_sub(*distance),
            Time::At(time) => *time,
            Time::ToEnd(distance) => u64::MAX - distance,
            Time::OfTimer(_) if self.timers.is_empty() => self.now,
            Time::OfTimer(index) => index.get(&self.timers).1.map_or(self.now, |(deadline, _)| deadline),
        }
    }

    fn put(&mut self, timer: usize, deadline: u64) -> (u64, usize) {
        let place = (deadline, self.armed);
        self.armed += 1;
        assert_eq!(self.model.insert(place, timer), None);
        place
    }

    fn earliest(&self) -> Option<u64> {
        self.model.first_key_value().map(|(&(deadline, _), _)| deadline)
    }

    fn pop(&mut self, now: u64) -> bool {
        let expected = match self.model.first_entry() {
            Some(entry) if entry.key().0 <= now => Some(entry.remove()),
            _ => None,
        };
        assert_eq!(self.wheel().pop_due(now), expected);
        if let Some(timer) = expected {
            self.timers[timer].1 = None;
        }
        expected.is_some()
    }

    fn advance(&mut self, now: u64) {
        self.now = now;
        while self.pop(now) {}
        let (wake_at, earliest) = (self.wheel().wake_at(), self.earliest());
        assert_eq!(wake_at.is_some(), earliest.is_some());
        assert!(wake_at <= earliest, "it oversleeps");
        assert!(wake_at.is_none_or(|wake_at| wake_at > now), "it does not sleep");
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Insert(time) => {
                let (timer, deadline) = (self.timers.len(), self.time(time));
                let key = self.wheel().insert(deadline, timer);
                let place = self.put(timer, deadline);
                self.timers.push((key, Some(place)));
            }
            Step::Cancel(_) | Step::Reset(..) if self.timers.is_empty() => {}
            Step::Cancel(timer) => {
                let timer = timer.index(self.timers.len());
                let (key, place) = self.timers[timer];
                let expected = place.map(|place| self.model.remove(&place).expect("a timer in the model"));
                assert_eq!(self.wheel().cancel(key), expected);
                self.timers[timer].1 = None;
            }
            Step::Reset(timer, time) => {
                let (timer, deadline) = (timer.index(self.timers.len()), self.time(time));
                let (key, place) = self.timers[timer];
                assert_eq!(self.wheel().reset(key, deadline), place.is_some());
                if let Some(place) = place {
                    self.model.remove(&place).expect("a timer in the model");
                    self.timers[timer].1 = Some(self.put(timer, deadline));
                }
            }
            Step::Pop(time) => {
                let now = self.time(time);
                self.pop(now);
            }
            Step::Advance(time) => {
                let now = self.time(time);
                self.advance(now);
            }
            Step::AdvanceToNext => {
                let next = self.wheel().next_deadline();
                assert_eq!(next, self.earliest());
                self.advance(next.unwrap_or(self.now));
            }
            Step::WaitForNext => {
                let Some(earliest) = self.earliest() else { return };
                while let Some(wake_at) = self.wheel().wake_at().filter(|&wake_at| wake_at < earliest) {
                    self.advance(wake_at);
                }
                assert_eq!(self.wheel().wake_at(), Some(earliest));
            }
            Step::NextDeadline => {
                let next = self.wheel().next_deadline();
                assert_eq!(next, self.earliest());
            }
        }
        let len = self.model.len();
        assert_eq!(self.wheel().len(), len);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn it_does_what_a_sorted_map_does(steps in prop::collection::vec(step(), 1..120)) {
        let mut pair = Pair::default();
        steps.iter().for_each(|step| pair.step(step));
        pair.advance(u64::MAX);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// So many that slots are distributed on every level, and chunks are full.
    #[test]
    fn and_for_many_timers(
        deadlines in prop::collection::vec(distance(), 1_000..3_000),
        cancelled in 1..10_usize,
        jumps in prop::collection::vec(distance(), 0..20),
    ) {
        let mut pair = Pair::default();
        deadlines.iter().for_each(|&deadline| pair.step(&Step::Insert(Time::At(deadline))));
        for timer in (0..deadlines.len()).step_by(cancelled) {
            let (key, place) = pair.timers[timer];
            let place = place.expect("none has fired");
            assert_eq!(pair.wheel().cancel(key), pair.model.remove(&place));
            pair.timers[timer].1 = None;
        }
        let mut jumps = jumps;
        jumps.sort_unstable();
        jumps.into_iter().for_each(|now| pair.advance(now));
        pair.advance(u64::MAX);
        prop_assert_eq!(pair.wheel().len(), 0);
    }
}
