//! The event loop: one thread, many tasks, each resumed when what it waits for is there.
//!
//! Its names are those of Python's `asyncio`, and those of Rust's runtimes where Python has none. It is there with the feature
//! `event-loop`.
//!
//! ```
//! use antiphon::event_loop::{self, sleep, spawn};
//! use std::time::Duration;
//!
//! async fn countdown(name: &'static str, from: u32) {
//!     for n in (1..=from).rev() {
//!         println!("T-minus {n} ({name})");
//!         sleep(Duration::from_millis(1)).await;
//!     }
//! }
//!
//! event_loop::run(async {
//!     let a = spawn(countdown("A", 3));
//!     let b = spawn(countdown("B", 2));
//!     a.await.unwrap();
//!     b.await.unwrap();
//! }).unwrap();
//! ```
//!
//! # What runs when
//!
//! A loop takes *turns*. In each it takes in what other threads left, wakes those whose time has come, and runs those that
//! are ready then: each task to its next suspension, first come, first served. Whoever becomes ready meanwhile runs in the
//! next turn. Nothing runs inside a call that wakes it. A turn has 61 steps at most; so often the loop looks at the clock
//! and at the system.
//!
//! # Several at once
//!
//! | what | for |
//! |---|---|
//! | [`spawn`](spawn()) | a task that goes on by itself |
//! | [`task_group`](task_group()) | tasks that have ended, tidied up and all, before the code that started them goes on |
//! | [`gather`](gather()), [`try_gather`] | a group of many alike, and all that they come to |
//! | [`race`](race()) | the first value of several, in the same task |
//! | [`timeout`](timeout()) | one, for a time |
//! | [`wait`](wait()), [`as_completed`](as_completed()) | tasks that are there already |
//! | [`Promise`] | a value that somebody will set |
//!
//! What is cancelled, when one of several fails or another has won, says [`cancellable`].
//!
//! A [`ContextVar`] has a value of its own in each task, which tasks that it spawns have too: what a request is called, or who asks.
//!
//! # Time
//!
//! The loop's time is a [`Duration`](std::time::Duration) since the loop was made, by a clock that never goes back. [`EventLoop::simulated`] has
//! one that nobody waits for: it stands still while anything runs, and then is at the next deadline. Only where a hundred thousand
//! turns were taken at one time, turns take some, so that who asks again and again for what a timer is to bring is answered.
//!
//! So what takes hours is tested at once, and the same way each time; sockets too, whose [`Network`] is in memory then. A seed says
//! what may be one way or another: who runs first, and how late, in what pieces and whether at all something arrives.
//! [`for_each_seed`] tries many.
//!
//! # Other executors
//!
//! Any future that needs no reactor of its own runs here: those of `futures`, the channels and locks of `tokio::sync`,
//! `async-channel`. What needs tokio's sockets or timers needs a tokio runtime to be entered around it. What has a descriptor that
//! somebody must wait for, as many a library in C, is waited for by `AsyncFd`, on Unix.
//!
//! With the feature `futures`, streams have the traits of `futures-io`, and `FuturesIo` makes a [`ByteStream`] of whatever has
//! those:
//!
//! | with | a connection is |
//! |---|---|
//! | TLS, by `futures-rustls` | `FuturesIo::new(connector.connect(name, TcpStream::connect(address).await?).await?)` |
//! | tokio's traits, by `tokio-util` | `TcpStream::connect(address).await?.compat()` |
//!
//! An `async` coroutine that yields nothing is a future, so it runs elsewhere too, with what *it* awaits from there:
//!
//! | | one that is `Send` | any |
//! |---|---|---|
//! | here | [`spawn(f())`](spawn()) | [`spawn(f())`](spawn()) |
//! | tokio | `tokio::spawn(f().into_future())` | `tokio::task::spawn_local(f().into_future())`, on a `LocalRuntime` or in a `LocalSet` |
//! | smol | `smol::spawn(f().into_future())` | `local_executor.spawn(f().into_future())` |
//!
//! One that yields is a conversation, which its driver holds: drive it in a task.

mod as_completed;
mod callback;
mod cancel;
#[cfg(unix)]
mod child;
mod context;
mod core;
mod current;
mod debug;
mod driver;
mod dump;
mod embedding;
mod entry;
mod error;
mod executor;
mod gather;
mod group;
mod interrupt;
mod io_errors;
mod listeners;
mod loop_handle;
mod net;
mod pool;
mod promise;
mod race;
mod remote;
mod report;
mod scope;
mod seeds;
mod server;
#[cfg(unix)]
mod signal;
mod slab;
pub mod sync;
mod task;
mod the_loop;
mod threadsafe;
mod time;
#[allow(dead_code, reason = "a wheel can be asked more than the loop asks it yet")]
#[forbid(unsafe_code)]
mod timers;
mod wait;
mod wake;
mod waker;

#[cfg(debug_assertions)]
pub(crate) use self::debug::StepId;
pub(crate) use self::debug::{Level, awaits_in_body};
#[cfg(debug_assertions)]
pub(crate) use self::report::unstarted as report_unstarted;

pub use self::as_completed::{AsCompleted, as_completed};
pub use self::callback::{DoneCallback, Handle, TimerHandle};
pub use self::cancel::{CancelScope, Cancellable, Cancelled, Shield, cancellable, shield};
#[cfg(unix)]
pub use self::child::Child;
pub use self::context::{ContextScope, ContextVar};
pub use self::dump::{AwaitLevel, Awaited, Dump, TaskDump, TaskState, all_tasks, current_task, dump};
pub use self::error::{LoopClosed, RunError};
pub use self::executor::{Job, run_in_executor};
pub use self::gather::{gather, try_gather};
pub use self::group::{
    GroupClosed, GroupError, Grouped, NotStarted, Outcome, Started, Starting, TaskGroup, task_group,
};
pub use self::interrupt::run_interruptible;
pub use self::loop_handle::LoopHandle;
#[cfg(feature = "macros")]
pub use self::net::Conversation;
#[cfg(feature = "futures")]
pub use self::net::FuturesIo;
pub use self::net::{
    Address, ByteStream, Copying, CopyingBoth, Mark, Network, OwnedReadHalf, OwnedWriteHalf, ReadBytes, ReadError,
    ReadHalf, Reader, ReuniteError, TcpListener, TcpSocket, TcpStream, UdpSocket, WriteBytes, WriteHalf, Writer, copy,
    copy_bidirectional, set_network,
};
#[cfg(unix)]
pub use self::net::{AsyncFd, PipeReader, PipeWriter, UnixDatagram, UnixListener, UnixStream};
pub use self::promise::{InvalidState, Promise};
pub use self::race::{Branches, Race, Raced, race};
pub use self::report::Report;
pub use self::seeds::for_each_seed;
pub use self::server::{Listener, Listeners, Served, Server, ServerHandle};
#[cfg(unix)]
pub use self::signal::{Signal, SignalKind, ctrl_c, signal};
pub use self::sync::{
    Barrier, BrokenBarrier, Condition, Event, LifoQueue, Lock, PriorityQueue, Queue, Receiver, RwLock, Semaphore,
    Sender, channel, oneshot, thread_channel,
};
pub use self::task::{CancelHandle, JoinError, JoinHandle, TaskId, spawn};
pub use self::the_loop::{EventLoop, run, time};
pub use self::threadsafe::RemoteHandle;
pub use self::time::{
    Elapsed, Interval, MissedTicks, Sleep, Timeout, YieldNow, interval, interval_at, sleep, sleep_until, timeout,
    timeout_at, yield_now,
};
pub use self::wait::{ReturnWhen, Wait, wait};
