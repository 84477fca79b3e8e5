//! What has come, and what is to go.

use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::time::Duration;

/// The bytes of a connection in both directions: those that came and were not consumed, and those that were written and not sent.
///
/// It is with the protocol while that runs, and with who drives it otherwise.
#[derive(Default)]
pub struct Wire {
    /// What has come and was not consumed is `start..end`; the rest is room.
    input: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// What was written and not forgotten; of that, so much was sent.
    output: Vec<u8>,
    sent: usize,
    now: Duration,
    deadline: Option<Duration>,
}

/// More than that is not kept when nothing is in it.
const KEPT: usize = 1 << 16;

/// What the protocol does with it. What it waits for is said by the wire's coroutines.
impl Wire {
    /// A wire on which nothing has come.
    pub const fn new() -> Self {
        Wire {
            input: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            output: Vec::new(),
            sent: 0,
            now: Duration::ZERO,
            deadline: None,
        }
    }

    /// What has come and was not [consumed](Self::consume).
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    /// Takes the first `length` of the [bytes](Self::bytes).
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[inline]
    #[track_caller]
    pub fn consume(&mut self, length: usize) {
        assert!(length <= self.end - self.start, "more is consumed than has come");
        self.start += length;
    }

    /// Whether the other side has ended its sending: after the [bytes](Self::bytes) that are there nothing comes.
    #[inline]
    pub const fn is_ended(&self) -> bool {
        self.ended
    }

    /// Has these bytes sent, at the latest when the protocol waits for something.
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) {
        self.output().extend_from_slice(bytes);
    }

    /// What was written and not sent yet, to be added to.
    #[inline]
    pub fn output(&mut self) -> &mut Vec<u8> {
        self.split().1
    }

    /// The [bytes](Self::bytes) and the [output](Self::output) at once: what comes is answered without a copy in between.
    #[inline]
    pub fn split(&mut self) -> (&[u8], &mut Vec<u8>) {
        if self.sent > 0 {
            self.output.drain(..mem::take(&mut self.sent));
        }
        (&self.input[self.start..self.end], &mut self.output)
    }

    /// The driver's time, when it sent the wire last.
    #[inline]
    pub const fn now(&self) -> Duration {
        self.now
    }

    /// Until when the protocol waits for bytes.
    #[inline]
    pub const fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// Has every wait for bytes fail that is not over at that time.
    #[inline]
    pub const fn set_deadline(&mut self, deadline: Option<Duration>) {
        self.deadline = deadline;
    }
}

/// What drivers do with it.
impl Wire {
    /// These bytes came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.fed(bytes.len());
    }

    /// Where bytes can be put that come, `least` of them or more. Then say [how many](Self::fed) did.
    pub fn room(&mut self, least: usize) -> &mut [u8] {
        let held = self.end - self.start;
        if held == 0 {
            (self.start, self.end) = (0, 0);
            if self.input.len() > KEPT.max(least) {
                self.input = Vec::new();
            }
        }
        if self.input.len() - self.end < least && self.start >= held {
            // A byte is moved only after another was consumed.
            self.input.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, held);
        }
        if self.input.len() - self.end < least {
            self.input.resize((self.end + least).max(self.input.len() * 2), 0);
        }
        &mut self.input[self.end..]
    }

    /// So many bytes came, and are in the [room](Self::room).
    ///
    /// # Panics
    ///
    /// If there is not as much room.
    #[track_caller]
    pub fn fed(&mut self, length: usize) {
        assert!(length <= self.input.len() - self.end, "more came than there is room");
        self.end += length;
    }

    /// The other side has ended its sending.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// What is to be sent. Then say [how much](Self::sent) was.
    #[inline]
    pub fn unsent(&self) -> &[u8] {
        &self.output[self.sent..]
    }

    /// So much of what is [unsent](Self::unsent) was sent.
    ///
    /// # Panics
    ///
    /// If there is not as much.
    #[track_caller]
    pub fn sent(&mut self, length: usize) {
        assert!(length <= self.output.len() - self.sent, "more was sent than was written");
        self.sent += length;
        if self.sent == self.output.len() {
            self.sent = 0;
            self.output.clear();
            if self.output.capacity() > KEPT {
                self.output = Vec::new();
            }
        }
    }

    /// It is that late, by a clock of the driver's that never goes back.
    pub const fn set_now(&mut self, now: Duration) {
        self.now = now;
    }

    /// Takes memory for the buffers that have none.
    #[cfg(feature = "event-loop")]
    pub(crate) fn borrow(&mut self, spare: &mut (Vec<u8>, Vec<u8>)) {
        if self.input.is_empty() {
            mem::swap(&mut self.input, &mut spare.0);
        }
        if self.output.capacity() == 0 {
            mem::swap(&mut self.output, &mut spare.1);
        }
    }

    /// Gives away the memory of the buffers that have nothing in them.
    #[cfg(feature = "event-loop")]
    pub(crate) fn give_back(&mut self, spare: &mut (Vec<u8>, Vec<u8>)) {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            let input = mem::take(&mut self.input);
            if spare.0.is_empty() {
                spare.0 = input;
            }
        }
        if self.output.is_empty() {
            let output = mem::take(&mut self.output);
            if spare.1.capacity() == 0 {
                spare.1 = output;
            }
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("bytes", &self.bytes().len())
            .field("ended", &self.ended)
            .field("unsent", &self.unsent().len())
            .finish_non_exhaustive()
    }
}
