//! A pointer to a coroutine is a coroutine, as a pointer to a future is a future.

use core::ops::DerefMut;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::{AsyncCoroutine, CloseError, Closed, Coroutine, CoroutineState, Status, Suspension, Throw, Told};

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

    #[inline]
    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<Self::Return>, CloseError<Self::Yield>> {
        self.as_deref_mut().resume_close()
    }

    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        self.as_deref_mut().suspension(level)
    }

    fn trace(self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
        self.as_deref_mut().trace(see);
    }
}

impl<P, E> Throw<E> for Pin<P>
where
    P: DerefMut<Target: Throw<E>>,
{
    #[inline]
    fn resume_throw(self: Pin<&mut Self>, error: E) -> Result<CoroutineState<Self::Yield, Self::Return>, E> {
        self.as_deref_mut().resume_throw(error)
    }
}

impl<P> AsyncCoroutine for Pin<P>
where
    P: DerefMut<Target: AsyncCoroutine>,
{
    type Yield = <P::Target as AsyncCoroutine>::Yield;
    type Send = <P::Target as AsyncCoroutine>::Send;
    type Error = <P::Target as AsyncCoroutine>::Error;
    type Return = <P::Target as AsyncCoroutine>::Return;

    #[inline]
    fn status(&self) -> Status {
        self.as_ref().get_ref().status()
    }

    #[inline(always)]
    fn poll_step(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut Told<Self::Send, Self::Error>,
    ) -> Poll<Option<CoroutineState<Self::Yield, Self::Return>>> {
        self.as_deref_mut().poll_step(cx, told)
    }

    #[inline]
    fn poll_close(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut bool,
    ) -> Poll<Result<Closed<Self::Return>, CloseError<Self::Yield>>> {
        self.as_deref_mut().poll_close(cx, told)
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

            #[inline]
            fn resume_close(mut self: Pin<&mut Self>) -> Result<Closed<C::Return>, CloseError<C::Yield>> {
                Pin::new(&mut **self).resume_close()
            }

            fn suspension(mut self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
                Pin::new(&mut **self).suspension(level)
            }

            fn trace(mut self: Pin<&mut Self>, see: &mut dyn FnMut(Suspension)) {
                Pin::new(&mut **self).trace(see);
            }
        }

        impl<C: Throw<E> + Unpin + ?Sized, E> Throw<E> for $pointer {
            #[inline]
            fn resume_throw(mut self: Pin<&mut Self>, error: E) -> Result<CoroutineState<C::Yield, C::Return>, E> {
                Pin::new(&mut **self).resume_throw(error)
            }
        }

        impl<C: AsyncCoroutine + Unpin + ?Sized> AsyncCoroutine for $pointer {
            type Yield = C::Yield;
            type Send = C::Send;
            type Error = C::Error;
            type Return = C::Return;

            #[inline]
            fn status(&self) -> Status {
                (**self).status()
            }

            #[inline]
            fn poll_step(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                told: &mut Told<C::Send, C::Error>,
            ) -> Poll<Option<CoroutineState<C::Yield, C::Return>>> {
                Pin::new(&mut **self).poll_step(cx, told)
            }

            #[inline]
            fn poll_close(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                told: &mut bool,
            ) -> Poll<Result<Closed<C::Return>, CloseError<C::Yield>>> {
                Pin::new(&mut **self).poll_close(cx, told)
            }
        }
    )*};
}

forward!(&mut C);
#[cfg(feature = "alloc")]
forward!(alloc::boxed::Box<C>);
