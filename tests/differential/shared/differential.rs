//! Each body is written once, in `bodies`, and becomes a coroutine of antiphon, a plain function, and, where the
//! compiler has them, a native coroutine. All of them shall do the same in the same order.
//!
//! * `trace`: what happens, and which faults are made to happen
//! * `plan`: what a body is put through
//! * `drive`: how each kind of body is put through it
//! * `fixtures`: what bodies handle, besides guards
//! * `body`: what the list of bodies expands to
//! * `check`: what is compared
//!
//! This file is compiled in two editions, by the crates beside it.

#[macro_use]
pub(crate) mod body;
pub(crate) mod bodies;
pub(crate) mod check;
pub(crate) mod drive;
pub(crate) mod fixtures;
pub(crate) mod plan;
pub(crate) mod trace;

/// Its name, and its bodies.
pub(crate) type Topic = (&'static str, &'static [body::Body]);
