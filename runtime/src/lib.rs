#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(feature = "nightly", feature(coroutine_trait))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// The protocol.
mod async_coroutine;
mod async_generator;
#[cfg(feature = "alloc")]
mod boxed;
mod consumer;
mod coroutine;
mod error;
mod generator;
mod iter;
pub mod mode;
mod pointers;
#[cfg(feature = "alloc")]
mod shared;
#[cfg(feature = "futures")]
mod sink;
mod status;
mod suspension;
mod throw;
mod unstarted;

// What expansions work with.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod delegate;
mod exchange;
mod failure;
mod handle;
mod level;
mod outward;

// Coroutines made of coroutines.
pub mod adaptors;

// The compiler's own.
#[cfg(feature = "nightly")]
pub mod nightly;

// Drivers.
#[cfg(feature = "event-loop")]
pub mod event_loop;
#[cfg(all(feature = "alloc", feature = "macros"))]
pub mod protocol;
#[cfg(feature = "alloc")]
pub mod trampoline;

mod outside;
pub mod prelude;

// Only to be read, and run as tests.
#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/python.md")]
pub mod python {}

pub use async_coroutine::{AsyncCoroutine, Told};
pub use async_generator::{AsyncGenerator, RunToEnd};
#[cfg(feature = "alloc")]
pub use boxed::{AnyThread, Boxed, OneThread, SendBoxed};
pub use consumer::Consumer;
pub use coroutine::{Coroutine, CoroutineState};
pub use error::{CloseError, Closed, SendError, StartError, ThrowError};
pub use generator::Generator;
pub use mode::{Closes, GeneratorExit, Throws};
#[cfg(feature = "alloc")]
pub use shared::Shared;
#[cfg(feature = "futures")]
pub use sink::{AsyncConsumerSink, ConsumerSink, SinkError};
pub use status::Status;
pub use suspension::Suspension;
pub use throw::Throw;

#[cfg(feature = "macros")]
pub use antiphon_macros::{coroutine, coroutines, generator};
