//! A pointer to a coroutine is a coroutine, as a pointer to a future is a future.

use core::ops::DerefMut;
use core::pin::Pin;

use crate::{Coroutine, CoroutineState, Status};

impl<P> Coroutine for Pin<P>
where
    P: DerefMut<Target: Coroutine>,
{
    type Yield = <P::Target as Coroutine>::Yield;
    type Send = <P::Target as Coroutine>::Send;
    type Return = <P::Target as Coroutine>::Return;

    #[inline]
    fn status(&self) -> Status {
        self.as_ref().get_ref().status()
    }

    #[inline]
    fn resume_start(self: Pin<&mut Self>) -> Option<CoroutineState<Self::Yield, Self::Return>> {
        self.as_deref_mut().resume_start()
    }

    #[inline]
    fn resume_send(self: Pin<&mut Self>, value: Self::Send) -> Option<CoroutineState<Self::Yield, Self::Return>> {
        self.as_deref_mut().resume_send(value)
    }

    #[inline]
    fn resume_next(self: Pin<&mut Self>, value: Self::Send) -> Option<CoroutineState<Self::Yield, Self::Return>> {
        self.as_deref_mut().resume_next(value)
    }
}

/// Forwards to the target of a pointer that may move.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<C: Coroutine + Unpin + ?Sized> Coroutine for $pointer {
            type Yield = C::Yield;
            type Send = C::Send;
            type Return = C::Return;

            #[inline]
            fn status(&self) -> Status {
                (**self).status()
            }

            #[inline]
            fn resume_start(mut self: Pin<&mut Self>) -> Option<CoroutineState<C::Yield, C::Return>> {
                Pin::new(&mut **self).resume_start()
            }

            #[inline]
            fn resume_send(mut self: Pin<&mut Self>, value: C::Send) -> Option<CoroutineState<C::Yield, C::Return>> {
                Pin::new(&mut **self).resume_send(value)
            }

            #[inline]
            fn resume_next(mut self: Pin<&mut Self>, value: C::Send) -> Option<CoroutineState<C::Yield, C::Return>> {
                Pin::new(&mut **self).resume_next(value)
            }
        }
    )*};
}

forward!(&mut C);
#[cfg(feature = "alloc")]
forward!(alloc::boxed::Box<C>);
