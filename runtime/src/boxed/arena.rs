//! Room for frames: last in, first out.
//!
//! It grows in segments, each twice as large as the one before, and gives none back before its end: a recursion that
//! has been deep once will be deep again.

#![expect(unsafe_code, reason = "hands out room for values of any type; see docs/unsafe.md")]

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr::{self, NonNull};

/// The alignment of segments, and of all sizes that are handed out. What needs more gets more room than it takes.
const ALIGN: usize = align_of::<usize>();
/// The size of the first segment, in bytes.
const FIRST: usize = 2048;

/// Room for values that are given back in the opposite order.
///
/// Invariant *segments are filled in order*: those before `current` are in use up to their `left_at`, `current` up to
/// `top`, and those behind it are empty. `top` is between the ends of the current segment, and aligned.
pub(super) struct Arena {
    /// Where the free room of the current segment begins; dangling while there is no segment.
    top: *mut u8,
    /// Where it ends.
    end: *mut u8,
    current: usize,
    segments: Vec<Segment>,
}

struct Segment {
    start: NonNull<u8>,
    layout: Layout,
    /// Where its free room began when the next one became the current one.
    left_at: *mut u8,
}

/// Where the free room began before something was put in, or one of the addresses below, at which nothing lies.
#[derive(Clone, Copy)]
pub(super) struct Mark(*mut u8);

impl Mark {
    /// Of what lies elsewhere.
    pub(super) const ELSEWHERE: Mark = Mark(ptr::null_mut());
    /// Of the first value in a segment: the free room began in the segment before.
    const BEFORE: Mark = Mark(ptr::without_provenance_mut(1));
}

impl Arena {
    pub(super) const fn new() -> Self {
        let dangling = NonNull::<usize>::dangling().as_ptr().cast();
        Arena { top: dangling, end: dangling, current: 0, segments: Vec::new() }
    }

    /// Room for one value, and what to give it back by.
    #[inline(always)]
    pub(super) fn push(&mut self, layout: Layout) -> (NonNull<u8>, Mark) {
        // These two are known to the compiler, as the layout is. At least one byte, so that nothing is put in before there
        // is a segment.
        let padding = layout.align().saturating_sub(ALIGN);
        let size = layout.size().max(1).next_multiple_of(ALIGN);
        let mut mark = Mark(self.top);
        if size.saturating_add(padding) > self.end.addr() - self.top.addr() {
            mark = self.enter_next(size.saturating_add(padding));
        }
        let padding = if padding == 0 { 0 } else { self.top.align_offset(layout.align()) };
        // SAFETY: there is that much room, as has just been seen.
        let start = unsafe { self.top.add(padding) };
        // SAFETY: likewise.
        self.top = unsafe { start.add(size) };
        // SAFETY: the pointer is between the ends of a segment.
        (unsafe { NonNull::new_unchecked(start) }, mark)
    }

    /// Goes on to a segment with that much room.
    #[cold]
    #[inline(never)]
    fn enter_next(&mut self, needed: usize) -> Mark {
        let first = self.segments.is_empty();
        let next = if first { 0 } else { self.current + 1 };
        // One that is too small goes, with those behind it: nothing lies in them.
        if self.segments.get(next).is_some_and(|segment| segment.layout.size() < needed) {
            self.segments.truncate(next);
        }
        if self.segments.len() == next {
            let doubled = self.segments.last().map_or(FIRST, |last| last.layout.size().saturating_mul(2));
            self.segments.push(Segment::new(doubled.max(needed)));
        }
        let start = self.segments[next].start.as_ptr();
        if first {
            self.enter(next, start);
            return Mark(start);
        }
        self.segments[self.current].left_at = self.top;
        self.enter(next, start);
        Mark::BEFORE
    }

    /// Gives back the value that was put in at `mark`, and all that came later.
    #[inline(always)]
    pub(super) fn pop(&mut self, mark: Mark) {
        if mark.0.addr() > Mark::BEFORE.0.addr() {
            self.top = mark.0;
        } else {
            self.pop_at_edge(mark);
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_at_edge(&mut self, mark: Mark) {
        if mark.0 == Mark::BEFORE.0 {
            let before = self.current - 1;
            self.enter(before, self.segments[before].left_at);
        }
    }

    fn enter(&mut self, segment: usize, top: *mut u8) {
        let Segment { start, layout, .. } = &self.segments[segment];
        self.current = segment;
        self.top = top;
        // SAFETY: the segment is that long.
        self.end = unsafe { start.as_ptr().add(layout.size()) };
    }
}

impl Segment {
    fn new(size: usize) -> Self {
        let Ok(layout) = Layout::from_size_align(size, ALIGN) else { panic!("a frame is too large") };
        // SAFETY: the size is not zero.
        let start = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(layout) };
        Segment { start, layout, left_at: start.as_ptr() }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;

    use super::*;

    /// Pushes and pops at random, beside a map of what is in use: nothing overlaps, everything is aligned.
    #[test]
    fn rooms_never_overlap() {
        let mut arena = Arena::new();
        let mut stack: Vec<(usize, Mark)> = Vec::new();
        let mut in_use: BTreeMap<usize, usize> = BTreeMap::new();
        let mut random = 1_u64;
        let mut next = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        for round in 0..100_000 {
            // Long climbs and long descents.
            let up = if (round / 1000) % 2 == 0 { 70 } else { 30 };
            if stack.is_empty() || next(100) < up {
                let size = usize::try_from(if next(500) == 0 { next(10_000) } else { next(200) }).unwrap();
                let layout = Layout::from_size_align(size, 1 << next(7)).unwrap();
                let (room, mark) = arena.push(layout);
                let start = room.addr().get();
                assert_eq!(start % layout.align(), 0);
                let before = in_use.range(..=start).next_back();
                assert!(before.is_none_or(|(&other, &length)| other + length <= start || size == 0));
                let after = in_use.range(start..).next();
                assert!(after.is_none_or(|(&other, _)| start + size <= other));
                // SAFETY: the room is that large.
                unsafe { room.as_ptr().write_bytes(0xA5, size) };
                if size > 0 {
                    in_use.insert(start, size);
                }
                stack.push((start, mark));
            } else if let Some((start, mark)) = stack.pop() {
                in_use.remove(&start);
                arena.pop(mark);
            }
        }
        assert!(arena.segments.len() > 3);
    }

    #[test]
    fn nothing_takes_room_too() {
        let mut arena = Arena::new();
        let (_, first) = arena.push(Layout::new::<()>());
        let (_, second) = arena.push(Layout::new::<u64>());
        arena.pop(second);
        arena.pop(first);
        let (room, _) = arena.push(Layout::new::<u64>());
        let segment = &arena.segments[0];
        assert!((segment.start.addr()..segment.start.addr().checked_add(FIRST).unwrap()).contains(&room.addr()));
    }

    #[test]
    fn it_is_reused() {
        let mut arena = Arena::new();
        let layout = Layout::new::<[u64; 40]>();
        let climb = |arena: &mut Arena| {
            let rooms: Vec<_> = (0..100).map(|_| arena.push(layout)).collect();
            for (_, mark) in rooms.iter().rev() {
                arena.pop(*mark);
            }
            rooms.into_iter().map(|(room, _)| room).collect::<Vec<_>>()
        };
        assert_eq!(climb(&mut arena), climb(&mut arena));
    }
}
