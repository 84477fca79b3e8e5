//! The memory of tasks that have ended, for those that come.
#![expect(unsafe_code, reason = "what a task of one type leaves is used by the next, of any: to allocate is dear")]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr::{self, NonNull};

use crate::event_loop::current;

/// So many blocks of a size are kept. What a crowd of tasks leaves beyond that goes back to the allocator at once.
///
/// None for a checker that is to see whoever uses a task that is gone.
const KEPT: usize = if cfg!(antiphon_keeps_no_memory) { 0 } else { 64 };

/// Blocks up to so many words are kept.
const WORDS: usize = 64;

/// Blocks that a loop keeps, by their sizes in words: with tasks that come and go, the allocator is not asked.
///
/// Invariant *a block is of its list*: what list `n` leads to, and each block's first word leads to, are blocks of the
/// allocator's of `n + 1` words, aligned as words are, which are nobody else's.
pub(crate) struct Memory([List; WORDS]);

#[derive(Debug)]
struct List {
    first: Cell<*mut u8>,
    len: Cell<usize>,
}

impl Memory {
    pub(crate) const fn new() -> Self {
        Memory([const { List { first: Cell::new(ptr::null_mut()), len: Cell::new(0) } }; WORDS])
    }

    /// The list for blocks of that layout, if they are kept.
    #[inline]
    fn list(&self, layout: Layout) -> Option<&List> {
        let fits = layout == of_words(layout.size() / size_of::<usize>());
        // Of no words there is none.
        if fits { self.0.get((layout.size() / size_of::<usize>()).wrapping_sub(1)) } else { None }
    }

    /// A block of that layout. [`give`] takes it back.
    #[inline]
    pub(super) fn take(&self, layout: Layout) -> NonNull<u8> {
        if let Some(list) = self.list(layout) {
            if let Some(block) = list.pop() {
                return block;
            }
        }
        new(layout)
    }
}

impl List {
    #[inline]
    fn pop(&self) -> Option<NonNull<u8>> {
        let block = NonNull::new(self.first.get())?;
        // SAFETY: *a block is of its list*.
        self.first.set(unsafe { block.cast().read() });
        self.len.set(self.len.get() - 1);
        Some(block)
    }

    /// Keeps a block, unless there are enough.
    ///
    /// # Safety
    ///
    /// It is one of the allocator's of this list's layout, and nobody else's.
    #[inline]
    unsafe fn push(&self, block: NonNull<u8>) -> bool {
        let keeps = self.len.get() < KEPT;
        if keeps {
            // SAFETY: it has a word at least.
            unsafe { block.cast().write(self.first.get()) };
            self.first.set(block.as_ptr());
            self.len.set(self.len.get() + 1);
        }
        keeps
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for (index, list) in self.0.iter().enumerate() {
            while let Some(block) = list.pop() {
                // SAFETY: *a block is of its list*, and of none any more.
                unsafe { dealloc(block.as_ptr(), of_words(index + 1)) };
            }
        }
    }
}

#[cold]
fn new(layout: Layout) -> NonNull<u8> {
    assert!(layout.size() > 0, "a task has a header");
    // SAFETY: it has a size.
    let block = unsafe { alloc(layout) };
    NonNull::new(block).unwrap_or_else(|| handle_alloc_error(layout))
}

/// Gives a block back: to the loop that runs here, if there is one, whoever's it was.
///
/// # Safety
///
/// It was taken with this layout, and nobody uses it any more.
#[inline]
pub(super) unsafe fn give(block: NonNull<u8>, layout: Layout) {
    let kept = current::with(|core| {
        // SAFETY: what this function asks for; the list is that of the layout.
        core.memory().list(layout).is_some_and(|list| unsafe { list.push(block) })
    });
    if kept != Some(true) {
        // SAFETY: what this function asks for.
        unsafe { dealloc(block.as_ptr(), layout) };
    }
}

const fn of_words(words: usize) -> Layout {
    match Layout::array::<usize>(words) {
        Ok(layout) => layout,
        Err(_) => panic!("a layout is no larger than another was"),
    }
}

#[cfg(test)]
#[test]
fn blocks_are_kept_by_their_layout() {
    let (memory, four) = (Memory::new(), of_words(4));
    let list = memory.list(four).expect("a list");
    assert!(memory.list(of_words(WORDS)).is_some() && memory.list(of_words(WORDS + 1)).is_none());
    assert!(memory.list(Layout::new::<()>()).is_none() && memory.list(Layout::new::<[u8; 32]>()).is_none());
    let aligned = four.align_to(64).expect("a layout");
    assert!(memory.list(aligned).is_none());

    let blocks = [(); KEPT + 1].map(|()| memory.take(four));
    for (given, block) in blocks.into_iter().enumerate() {
        // SAFETY: it was taken with this layout, and is not used again unless it is taken again.
        let kept = unsafe { list.push(block) };
        assert_eq!((kept, list.len.get()), (given < KEPT, KEPT.min(given + 1)));
        if !kept {
            // SAFETY: the same.
            unsafe { dealloc(block.as_ptr(), four) };
        }
    }
    let again = memory.take(four);
    assert!(KEPT == 0 || again == blocks[KEPT - 1]);
    // No loop runs here.
    // SAFETY: as above.
    unsafe { give(again, four) };
    assert_eq!(list.len.get(), KEPT.saturating_sub(1));
}
