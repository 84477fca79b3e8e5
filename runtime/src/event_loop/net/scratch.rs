//! Where bytes are read to before it is known how many they are.
//!
//! One room for all streams of a thread: so one that waits for bytes holds no memory for them, however many wait.

use std::cell::Cell;
use std::vec::Vec;

/// How much is read at once, at most.
pub(crate) const ROOM: usize = 1 << 16;

std::thread_local! {
    static ROOM_OF_THREAD: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Calls `f` with the room, which has anything in it. A stream that is read within another's read has one of its own.
pub(crate) fn with<R>(f: impl FnOnce(&mut [u8; ROOM]) -> R) -> R {
    let mut room = ROOM_OF_THREAD.try_with(Cell::take).unwrap_or_default();
    room.resize(ROOM, 0);
    let done = f(room.first_chunk_mut().expect("a room of that length"));
    // A thread that ends needs none any more.
    let _ = ROOM_OF_THREAD.try_with(|kept| kept.set(room));
    done
}
