//! Delegation to an expression with a mistake in it.

use core::future::{Pending, pending};

use crate::handle::Slot;

/// Nothing has this type. What has none, because of a mistake, passes for one of any type: it is to pass for this one, and not
/// for a coroutine, which would be complained about once more because it is sent something else.
#[derive(Debug)]
pub enum UnknownChild {}

/// Comes to whatever is expected.
#[derive(Debug, Default)]
pub struct ByMistake;

impl ByMistake {
    /// Is not reached.
    pub fn delegate<Y, S, T, F>(self, _slot: Slot<Y, S>, _child: UnknownChild, _here: F) -> Pending<(T, Slot<Y, S>)> {
        pending()
    }
}
