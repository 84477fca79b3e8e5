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

    /// Room for one value, if there is some where the one before ends. To be given back by its address.
    #[inline(always)]
    pub(super) fn push(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        // The layout is known to the compiler, and with it this.
        let (size, padding) = room_for(layout);
        let start = self.top;
        if padding > 0 || size > self.end.addr() - start.addr() {
            return None;
        }
        // SAFETY: there is that much room, as has just been seen.
        self.top = unsafe { start.add(size) };
        // SAFETY: the pointer is between the ends of a segment.
        Some(unsafe { NonNull::new_unchecked(start) })
    }

    /// Room for one value anywhere, and what to give it back by.
    pub(super) fn push_marked(&mut self, layout: Layout) -> (NonNull<u8>, Mark) {
        let (size, padding) = room_for(layout);
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

    /// Gives back the value that [`push`](Self::push) put there, and all that came later.
    #[inline(always)]
    pub(super) fn pop(&mut self, room: NonNull<u8>) {
        self.top = room.as_ptr();
    }

    /// Gives back the value that [`push_marked`](Self::push_marked) put in at `mark`, and all that came later.
    pub(super) fn pop_marked(&mut self, mark: Mark) {
        if mark.0 == Mark::BEFORE.0 {
            let before = self.current - 1;
            self.enter(before, self.segments[before].left_at);
        } else if mark.0 != Mark::ELSEWHERE.0 {
            self.top = mark.0;
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

/// How much room a value takes, and how much more if it has to be aligned. At least one byte, so that nothing is put in before
/// there is a segment.
#[inline(always)]
const fn room_for(layout: Layout) -> (usize, usize) {
    let size = if layout.size() == 0 { 1 } else { layout.size() };
    (size.next_multiple_of(ALIGN), layout.align().saturating_sub(ALIGN))
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

    /// Room anywhere, and how it is given back.
    fn push(arena: &mut Arena, layout: Layout) -> (NonNull<u8>, Option<Mark>) {
        if let Some(room) = arena.push(layout) {
            return (room, None);
        }
        let (room, mark) = arena.push_marked(layout);
        (room, Some(mark))
    }

    fn pop(arena: &mut Arena, (room, mark): (NonNull<u8>, Option<Mark>)) {
        match mark {
            Some(mark) => arena.pop_marked(mark),
            None => arena.pop(room),
        }
    }

    /// Pushes and pops at random, beside a map of what is in use: nothing overlaps, everything is aligned.
    #[test]
    fn rooms_never_overlap() {
        let mut arena = Arena::new();
        let mut stack = Vec::new();
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
                let (room, mark) = push(&mut arena, layout);
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
                stack.push((room, mark));
            } else if let Some((room, mark)) = stack.pop() {
                in_use.remove(&room.addr().get());
                pop(&mut arena, (room, mark));
            }
        }
        assert!(arena.segments.len() > 3);
    }

    #[test]
    fn nothing_takes_room_too() {
        let mut arena = Arena::new();
        let first = push(&mut arena, Layout::new::<()>());
        let second = push(&mut arena, Layout::new::<u64>());
        pop(&mut arena, second);
        pop(&mut arena, first);
        let (room, _) = push(&mut arena, Layout::new::<u64>());
        let segment = &arena.segments[0];
        assert!((segment.start.addr()..segment.start.addr().checked_add(FIRST).unwrap()).contains(&room.addr()));
    }

    #[test]
    fn it_is_reused() {
        let mut arena = Arena::new();
        let layout = Layout::new::<[u64; 40]>();
        let climb = |arena: &mut Arena| {
            let rooms: Vec<_> = (0..100).map(|_| push(arena, layout)).collect();
            for room in rooms.iter().rev() {
                pop(arena, *room);
            }
            rooms.into_iter().map(|(room, _)| room).collect::<Vec<_>>()
        };
        assert_eq!(climb(&mut arena), climb(&mut arena));
    }
}
