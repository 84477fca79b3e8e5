//! The other side of the servers: who connects, asks and counts, in a process of its own.
//!
//! It is one thread around mio's `Poll`, on a core that the server does not have, and does for each answer what the server
//! written by hand does for each question.

mod args;
mod histogram;
mod load;
mod process;
mod room;

pub use self::args::Args;
pub use self::histogram::Histogram;
pub use self::load::{Load, Measured};
pub use self::process::{Memory, Process, commands, keep_to_core, median, python};
pub use self::room::Room;
