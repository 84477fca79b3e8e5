//! What a body and its tasks may come to, and what a group makes of it.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::vec::Vec;

/// What the body and the tasks of a group return: `()`, or a `Result` with the group's error. Or nothing, ever.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a task group can tell failures from",
    label = "this returns `{Self}`",
    note = "its body and its tasks return `()` or a `Result`; a value that cannot fail is returned as `Ok(value)`"
)]
pub trait Outcome<E> {
    /// What there is if it did not fail.
    type Value;

    /// Which of the two it is.
    ///
    /// # Errors
    ///
    /// If it failed.
    fn into_outcome(self) -> Result<Self::Value, E>;
}

impl<E> Outcome<E> for () {
    type Value = ();

    fn into_outcome(self) -> Result<(), E> {
        Ok(())
    }
}

/// What goes round in a `loop` for ever, until it is cancelled.
#[diagnostic::do_not_recommend]
impl<E> Outcome<E> for <fn() -> ! as Returns>::Value {
    type Value = Infallible;

    fn into_outcome(self) -> Result<Infallible, E> {
        self
    }
}

/// The type `!` can be named only as that of a function which returns it.
#[allow(unreachable_pub, reason = "as public as the implementation that names it")]
pub trait Returns {
    /// What it returns.
    type Value;
}

impl<T> Returns for fn() -> T {
    type Value = T;
}

impl<T, E> Outcome<E> for Result<T, E> {
    type Value = T;

    fn into_outcome(self) -> Result<T, E> {
        self
    }
}

/// A group without a value: the errors of its body and its tasks, in the order in which they came. Python: `ExceptionGroup`.
///
/// Without any it was cancelled: [`TaskGroup::cancel`](super::TaskGroup::cancel).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupError<E> {
    errors: Vec<E>,
}

impl<E> GroupError<E> {
    pub(super) const fn new(errors: Vec<E>) -> Self {
        GroupError { errors }
    }

    /// The errors.
    pub fn errors(&self) -> &[E] {
        &self.errors
    }

    /// The errors.
    pub fn into_errors(self) -> Vec<E> {
        self.errors
    }

    /// Whether nothing failed: somebody cancelled the group.
    pub fn is_cancelled(&self) -> bool {
        self.errors.is_empty()
    }
}

impl<E> IntoIterator for GroupError<E> {
    type Item = E;
    type IntoIter = std::vec::IntoIter<E>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

impl<E: fmt::Display> fmt::Display for GroupError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.errors {
            [] => f.write_str("the task group was cancelled"),
            [error] => write!(f, "in a task group: {error}"),
            [first, others @ ..] => {
                write!(f, "{} errors in a task group: {first}", self.errors.len())?;
                others.iter().try_for_each(|error| write!(f, "; {error}"))
            }
        }
    }
}

impl<E: Error + 'static> Error for GroupError<E> {
    /// The first of them.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.errors.first().map(|error| error as &(dyn Error + 'static))
    }
}

/// The group has ended; what was to be spawned into it comes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GroupClosed<F>(pub F);

impl<F> fmt::Display for GroupClosed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task group has ended")
    }
}

impl<F> fmt::Debug for GroupClosed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupClosed")
    }
}

impl<F> Error for GroupClosed<F> {}
