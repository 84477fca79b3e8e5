//! What code that drives coroutines needs: `use antiphon::prelude::*;`.
//!
//! Code that only writes coroutines and loops over them needs no import.

pub use crate::CoroutineState::{self, Complete, Yielded};
pub use crate::{AsyncCoroutine, Consumer, Coroutine, GeneratorExit, Status, Throw};
pub use crate::{yield_, yield_from};
