//! What code that writes or drives coroutines needs: `use antiphon::prelude::*;`.

pub use crate::CoroutineState::{self, Complete, Yielded};
pub use crate::{Coroutine, Status};
pub use crate::{yield_, yield_from};
