//! Delegation to one of our own coroutines, by value.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;

use pin_project::pin_project;

use super::Ended;
use crate::Generator;
use crate::handle::{Port, Slot};

/// Awaits the child's bare body: it works on the same exchange, so nothing is copied at any level.
#[derive(Debug)]
pub struct ByBody;

impl ByBody {
    /// A future that does so.
    #[inline(always)]
    pub fn delegate<Y, S, G: Child<Y, S>>(self, slot: Slot<Y, S>, child: G) -> Within<Y, S, G::Body> {
        Within { body: child.into_body(), port: slot.port() }
    }
}

/// A [`Generator`] with the same types as its parent.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` delegates between coroutines of the same types; the parent yields `{Y}` and is sent `{S}`",
    label = "this is a `{Self}`",
    note = "the child's `yield` and `send` types must be the parent's; to convert, drive the child and `yield_!` what it yields"
)]
pub trait Child<Y, S> {
    /// What is awaited in the child's place.
    type Body: Future;

    /// Takes the body out.
    fn into_body(self) -> Self::Body;
}

#[diagnostic::do_not_recommend]
impl<Y, S, B: Future> Child<Y, S> for Generator<Y, S, B> {
    type Body = B;

    #[inline(always)]
    fn into_body(self) -> B {
        Generator::into_body(self)
    }
}

/// The body of a child, in that of its parent.
#[pin_project]
#[derive(Debug)]
pub struct Within<Y, S, B> {
    #[pin]
    body: B,
    port: Port<Y, S>,
}

impl<Y, S, B: Future> Future for Within<Y, S, B> {
    type Output = (B::Output, Slot<Y, S>);

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<B::Output, Y, S> {
        let this = self.project();
        this.body.poll(cx).map(|value| (value, this.port.slot(cx)))
    }
}
