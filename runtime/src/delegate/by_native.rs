//! Delegation to one of the compiler's own coroutines.

use core::marker::PhantomData;
use core::ops;

use super::by_resume::{ByResume, Continue, Raise, Resuming};
use crate::handle::{Anchor, Slot};
use crate::mode::Mode;
use crate::nightly::{Native, native};
use crate::suspension::Here;

/// Makes one of ours of it, and resumes that.
#[derive(Debug)]
pub struct ByNative<M>(PhantomData<M>);

impl<M> Default for ByNative<M> {
    #[inline(always)]
    fn default() -> Self {
        ByNative(PhantomData)
    }
}

impl<M: Mode> ByNative<M> {
    /// A future that does so until the child returns.
    #[inline(always)]
    pub fn delegate<Y, C, F>(
        self,
        slot: Slot<Y, M::Resumed<()>>,
        child: C,
        here: F,
    ) -> Resuming<Y, (), Native<C, ()>, M, Continue, Raise, F>
    where
        C: ops::Coroutine<(), Yield = Y>,
        F: Here,
    {
        ByResume::default().delegate(slot, native(child, ()), here)
    }

    /// The same in an `async` coroutine, which keeps no slot.
    #[inline(always)]
    pub fn anchored<Y, C, F>(
        self,
        anchor: &Anchor<Y, M::Resumed<()>>,
        child: C,
        here: F,
    ) -> Resuming<Y, (), Native<C, ()>, M, Continue, Raise, F>
    where
        C: ops::Coroutine<(), Yield = Y>,
        F: Here,
    {
        ByResume::default().anchored(anchor, native(child, ()), here)
    }
}
