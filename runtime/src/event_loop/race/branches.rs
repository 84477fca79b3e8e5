//! What can race.

use std::boxed::Box;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::Vec;

use pin_project_lite::pin_project;

use crate::event_loop::listeners::Asked;
use crate::event_loop::scope::{self, Kind, Polled};

/// What [`race`](super::race) takes: tuples, arrays and `Vec`s of futures that have the same output.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot race",
    note = "a race takes a tuple of up to eight futures, an array or a `Vec`, all with the same output"
)]
pub trait Branches: sealed::Sealed {
    /// What each of them comes to.
    type Output;

    #[doc(hidden)]
    type Racing: Racing<Self::Output>;

    #[doc(hidden)]
    fn into_racing(self) -> Self::Racing;
}

mod sealed {
    pub trait Sealed {}
}

/// Branches that race for a `T`.
#[doc(hidden)]
pub trait Racing<T> {
    fn count(&self) -> usize;

    /// `None` if this branch has ended without a value, now or before.
    #[track_caller]
    fn poll_branch(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>, cancelled: bool) -> Poll<Option<T>>;
}

pin_project! {
    #[derive(Debug)]
    pub struct Branch<F> {
        #[pin]
        body: Option<F>,
        asked: Asked,
    }
}

impl<F: Future> Branch<F> {
    fn new(body: impl IntoFuture<IntoFuture = F, Output = F::Output>) -> Self {
        Branch { body: Some(body.into_future()), asked: Asked::new() }
    }

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, cancelled: bool) -> Poll<Option<F::Output>> {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let value = match scope::poll(body, cx, "race", Kind::Inner, cancelled, this.asked) {
            Polled::Ready(value) => Some(value),
            Polled::Unobserved => None,
            Polled::Pending => return Poll::Pending,
        };
        this.body.set(None);
        Poll::Ready(value)
    }
}

impl<T, F: Future<Output = T>> Racing<T> for Vec<Pin<Box<Branch<F>>>> {
    fn count(&self) -> usize {
        self.len()
    }

    #[track_caller]
    fn poll_branch(mut self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>, cancelled: bool) -> Poll<Option<T>> {
        self[index].as_mut().poll(cx, cancelled)
    }
}

impl<F: IntoFuture> sealed::Sealed for Vec<F> {}

impl<F: IntoFuture> Branches for Vec<F> {
    type Output = F::Output;
    type Racing = Vec<Pin<Box<Branch<F::IntoFuture>>>>;

    fn into_racing(self) -> Self::Racing {
        self.into_iter().map(|body| Box::pin(Branch::new(body))).collect()
    }
}

impl<F: IntoFuture, const N: usize> sealed::Sealed for [F; N] {}

impl<F: IntoFuture, const N: usize> Branches for [F; N] {
    type Output = F::Output;
    type Racing = Vec<Pin<Box<Branch<F::IntoFuture>>>>;

    fn into_racing(self) -> Self::Racing {
        self.into_iter().map(|body| Box::pin(Branch::new(body))).collect()
    }
}

pin_project! {
    /// The branches of a tuple.
    #[derive(Debug)]
    pub struct Line<F, R> {
        #[pin]
        first: Branch<F>,
        // Another line, or the last branch.
        #[pin]
        rest: R,
    }
}

impl<T, F: Future<Output = T>, R: Racing<T>> Racing<T> for Line<F, R> {
    fn count(&self) -> usize {
        1 + self.rest.count()
    }

    #[track_caller]
    fn poll_branch(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>, cancelled: bool) -> Poll<Option<T>> {
        let this = self.project();
        match index.checked_sub(1) {
            None => this.first.poll(cx, cancelled),
            Some(index) => this.rest.poll_branch(index, cx, cancelled),
        }
    }
}

impl<T, F: Future<Output = T>> Racing<T> for Branch<F> {
    fn count(&self) -> usize {
        1
    }

    #[track_caller]
    fn poll_branch(self: Pin<&mut Self>, _: usize, cx: &mut Context<'_>, cancelled: bool) -> Poll<Option<T>> {
        self.poll(cx, cancelled)
    }
}

/// `Line<A, Line<B, Branch<C>>>`
macro_rules! line_of {
    ($last:ty) => { Branch<$last> };
    ($first:ty, $($rest:ty),+) => { Line<$first, line_of!($($rest),+)> };
}

/// One of that type.
macro_rules! line {
    ($last:expr) => { Branch::new($last) };
    ($first:expr, $($rest:expr),+) => { Line { first: Branch::new($first), rest: line!($($rest),+) } };
}

macro_rules! tuples {
    ($($($branch:ident $index:tt)+;)+) => {$(
        impl<$($branch: IntoFuture),+> sealed::Sealed for ($($branch,)+) {}

        impl<T, $($branch: IntoFuture<Output = T>),+> Branches for ($($branch,)+) {
            type Output = T;
            type Racing = line_of!($($branch::IntoFuture),+);

            fn into_racing(self) -> Self::Racing {
                line!($(self.$index),+)
            }
        }
    )+};
}

tuples! {
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
