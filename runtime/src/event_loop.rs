//! The event loop: its timers, so far.

#[forbid(unsafe_code)]
#[expect(dead_code, reason = "the loop that arms them is not there yet; their own tests and benchmark use all of it")]
mod timers;
