//! Room for frames: last in, first out.
//!
//! It grows in segments, each twice as large as the one before, and gives none back before its end: a recursion that
//! has been deep once will be deep again.

#![expect(unsafe_code, reason = "hands out room for values of any type; see docs/unsafe.md")]

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ptr::NonNull;

/// The alignment of segments. What needs more gets more room than it takes.
const ALIGN: usize = 16;
/// The size of the first segment, in bytes.
const FIRST: usize = 1024;

/// Room for values that are given back in the opposite order.
///
/// Invariant *segments are filled in order*: those before `current` are in use up to where they were left, `current` up to
/// `top`, and those behind it are empty. `top` is between the ends of the current segment.
pub(super) struct Arena {
    segments: Vec<Segment>,
    current: usize,
    /// Where the free room of the current segment begins; dangling while there is no segment.
    top: *mut u8,
    /// Where it ends.
    end: *mut u8,
}

struct Segment {
    start: NonNull<u8>,
    layout: Layout,
}

/// Where the free room began before something was put in.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    segment: usize,
    top: *mut u8,
}

impl Arena {
    pub(super) const fn new() -> Self {
        let dangling = NonNull::dangling().as_ptr();
        Arena { segments: Vec::new(), current: 0, top: dangling, end: dangling }
    }

    /// Room for one value, and what to give it back by.
    #[inline]
    pub(super) fn push(&mut self, layout: Layout) -> (NonNull<u8>, Mark) {
        let padding = self.top.align_offset(layout.align());
        // At least one byte, so that nothing is put in before there is a segment.
        let size = layout.size().max(1);
        if padding.saturating_add(size) > self.end.addr() - self.top.addr() {
            return self.push_in_next(layout, size);
        }
        let mark = Mark { segment: self.current, top: self.top };
        // SAFETY: there is that much room, as has just been seen.
        (unsafe { self.take(padding, size) }, mark)
    }

    #[cold]
    #[inline(never)]
    fn push_in_next(&mut self, layout: Layout, size: usize) -> (NonNull<u8>, Mark) {
        let before = Mark { segment: self.current, top: self.top };
        let first = self.segments.is_empty();
        let needed = size.saturating_add(layout.align());
        let next = if first { 0 } else { self.current + 1 };
        // One that is too small goes, with those behind it: nothing lies in them.
        if self.segments.get(next).is_some_and(|segment| segment.layout.size() < needed) {
            self.segments.truncate(next);
        }
        if self.segments.len() == next {
            let doubled = self.segments.last().map_or(FIRST, |last| last.layout.size().saturating_mul(2));
            self.segments.push(Segment::new(doubled.max(needed)));
        }
        self.enter(next, self.segments[next].start.as_ptr());
        // In front of the first value there is nothing to go back to but the beginning.
        let mark = if first { Mark { segment: 0, top: self.top } } else { before };
        let padding = self.top.align_offset(layout.align());
        // SAFETY: `needed` has room for any padding.
        (unsafe { self.take(padding, size) }, mark)
    }

    /// Gives back the value that was put in at `mark`, and all that came later.
    #[inline]
    pub(super) fn pop(&mut self, mark: Mark) {
        if mark.segment == self.current {
            self.top = mark.top;
        } else {
            self.enter(mark.segment, mark.top);
        }
    }

    fn enter(&mut self, segment: usize, top: *mut u8) {
        let Segment { start, layout } = &self.segments[segment];
        self.current = segment;
        self.top = top;
        // SAFETY: the segment is that long.
        self.end = unsafe { start.as_ptr().add(layout.size()) };
    }

    /// # Safety
    ///
    /// 1. There is room for both together.
    #[inline]
    unsafe fn take(&mut self, padding: usize, size: usize) -> NonNull<u8> {
        // SAFETY: precondition 1.
        let start = unsafe { self.top.add(padding) };
        // SAFETY: precondition 1.
        self.top = unsafe { start.add(size) };
        // SAFETY: the pointer is between the ends of a segment.
        unsafe { NonNull::new_unchecked(start) }
    }
}

impl Segment {
    fn new(size: usize) -> Self {
        let Ok(layout) = Layout::from_size_align(size, ALIGN) else { panic!("a frame is too large") };
        // SAFETY: the size is not zero.
        let start = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(layout) };
        Segment { start, layout }
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
