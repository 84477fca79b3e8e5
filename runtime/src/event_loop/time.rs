//! Waiting for a time.

mod sleep;
mod timeout;
mod timer;
mod yield_now;

pub use self::sleep::{Sleep, sleep, sleep_until};
pub use self::timeout::{Elapsed, Timeout, timeout, timeout_at};
pub use self::yield_now::{YieldNow, yield_now};
