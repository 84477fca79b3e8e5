//! The bytes of one direction of a connection.

use std::collections::VecDeque;
use std::time::Duration;

/// What was sent and not read: some of it has arrived, the rest is under way.
pub(super) struct Pipe {
    bytes: VecDeque<u8>,
    arrived: usize,
    /// When what was sent last arrives. Nothing overtakes it.
    latest: Duration,
    /// How many bytes it holds at most.
    room: usize,
    /// In bytes per second.
    bandwidth: u64,
}

impl Pipe {
    pub(super) fn new(room: u64, bandwidth: u64) -> Self {
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        Pipe { bytes: VecDeque::new(), arrived: 0, latest: Duration::ZERO, room, bandwidth }
    }

    /// How many bytes can be sent.
    pub(super) fn room(&self) -> usize {
        self.room.saturating_sub(self.bytes.len())
    }

    pub(super) const fn arrived(&self) -> usize {
        self.arrived
    }

    /// Whether all that was sent was read.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// When it arrives what would do so at that time if it had no length, and nothing were before it.
    pub(super) fn arrival(&mut self, at: Duration, length: usize) -> Duration {
        let nanoseconds = u128::from(length as u64) * 1_000_000_000 / u128::from(self.bandwidth);
        let takes = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));
        self.latest = self.latest.max(at).saturating_add(takes);
        self.latest
    }

    pub(super) fn arrive(&mut self, length: usize) {
        self.arrived = self.bytes.len().min(self.arrived + length);
    }

    /// How many bytes have not arrived.
    pub(super) fn under_way(&self) -> usize {
        self.bytes.len() - self.arrived
    }

    /// Of those only the first ones ever arrive.
    pub(super) fn cut(&mut self, arriving: usize) {
        self.bytes.truncate(self.arrived + arriving);
    }

    /// Reads what has arrived, as far as it fits.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> usize {
        let length = buffer.len().min(self.arrived);
        let (first, second) = self.bytes.as_slices();
        let split = first.len().min(length);
        buffer[..split].copy_from_slice(&first[..split]);
        buffer[split..length].copy_from_slice(&second[..length - split]);
        self.bytes.drain(..length);
        self.arrived -= length;
        length
    }
}
