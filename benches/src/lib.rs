//! The same work done by three competitors: hand-written state machines, antiphon's coroutines, and the coroutines of
//! a nightly compiler. Of asynchronous ones there are two: antiphon's, and those of `async-stream`.
//!
//! `count` runs one of them under an instruction counter, `cargo bench` times them all, and the test `sizes` compares
//! how large they are. The README says how to run each.

#![cfg_attr(native, feature(coroutines, coroutine_trait))]

mod checksum;
mod hand_written;
#[cfg(native)]
mod native;
mod ours;
mod servers;
pub mod sockets;
mod streams;
mod tasks;

pub use servers::{SERVICES, Serve, Service};
pub use tasks::{SLEEPERS, Sleeper, TASKS};

/// Yields, or is sent, about `n` values, and returns a checksum of what came out.
pub type Run = fn(n: u64) -> u64;

/// One thing to do, and those who can do it.
#[derive(Debug)]
pub struct Workload {
    /// The name that `count` takes.
    pub name: &'static str,
    /// Each by its name: `hand_written`, `antiphon` and, where the compiler is a nightly, `native`. Of what awaits:
    /// `async_stream` and `antiphon`.
    pub competitors: &'static [(&'static str, Run)],
}

impl Workload {
    /// The competitor of that name, if it takes part.
    pub fn competitor(&self, name: &str) -> Option<Run> {
        self.competitors.iter().find(|(competitor, _)| *competitor == name).map(|&(_, run)| run)
    }
}

macro_rules! workloads {
    (
        $($(#[doc = $what:literal])+ $name:ident,)+
        async: $($(#[doc = $async_what:literal])+ $async_name:ident,)+
    ) => {
        /// All of them.
        $(
            #[doc = ""]
            #[doc = concat!("* `", stringify!($name), "`:" $(, $what)+)]
        )+
        $(
            #[doc = ""]
            #[doc = concat!("* `", stringify!($async_name), "`:" $(, $async_what)+)]
        )+
        pub const WORKLOADS: &[Workload] = &[
            $(Workload {
                name: stringify!($name),
                competitors: &[
                    ("hand_written", hand_written::$name),
                    ("antiphon", ours::$name),
                    #[cfg(native)]
                    ("native", native::$name),
                ],
            },)+
            $(Workload {
                name: stringify!($async_name),
                competitors: &[
                    ("async_stream", streams::async_stream::$async_name),
                    ("antiphon", streams::ours::$async_name),
                ],
            },)+
        ];
    };
}

workloads! {
    /// yields only; all can be inlined.
    fibonacci,
    /// a value is sent for each that is yielded; all can be inlined.
    running_total,
    /// `fibonacci` through one level of delegation.
    delegation_1,
    /// `fibonacci` through four levels of delegation.
    delegation_4,
    /// `fibonacci` behind a pointer to an unknown type.
    fibonacci_boxed,
    /// `running_total` behind a pointer to an unknown type.
    running_total_boxed,
    /// `fibonacci` with each resume a call.
    fibonacci_called,
    /// `running_total` with each resume a call.
    running_total_called,

    async:
    /// an asynchronous stream that awaits nothing, polled as a `Stream`.
    stream,
    /// the same, which awaits a future that is ready before it goes on.
    stream_awaiting,
    /// `stream` behind a pointer to an unknown type.
    stream_boxed,
    /// `stream` by `next().await`.
    stream_next,
}
