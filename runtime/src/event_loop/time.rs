//! Waiting for a time.

mod interval;
mod sleep;
mod timeout;
mod timer;
mod yield_now;

pub use self::interval::{Interval, MissedTicks, interval, interval_at};
pub use self::sleep::{Sleep, sleep, sleep_until};
pub use self::timeout::{Elapsed, Timeout, timeout, timeout_at};
pub(crate) use self::timer::Timer;
pub use self::yield_now::{YieldNow, yield_now};
