//! What queues and channels have in common: values on their way, and who waits at either end.

mod getting;
mod putting;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::mem;

use super::error::{GetError, PutError};
use super::waiters::{Place, Waiters};

pub(crate) use self::getting::Get;
pub(crate) use self::putting::{Put, Reserve, Reserved};

/// Values in an order of their own.
#[allow(unreachable_pub, reason = "a sealed trait names it in public; compilers of 1.85 do not see that")]
// Its names are nobody else's: the compiler offers a trait to whoever calls a method of such a name that is not there.
pub trait Values: Default {
    /// What they are.
    type Value;
    /// Whether they are compared, which may panic.
    const COMPARES: bool = false;
    /// Puts one in.
    fn put_in(&mut self, value: Self::Value);
    /// Takes the one whose turn it is.
    fn take_out(&mut self) -> Option<Self::Value>;
    /// How many there are.
    fn how_many(&self) -> usize;
}

/// Values on their way.
///
/// A value goes in, and at once is promised to the first who waits for one; it stays where it is until that one runs and takes
/// the one whose turn it is then. The same goes for room. So what is on its way is in one place only, and who is cancelled has
/// nothing in hand but a promise.
///
/// Getters wait only if all values are promised, and putters only if all room is.
pub(crate) struct Buffer<V> {
    values: RefCell<V>,
    capacity: usize,
    /// How many values belong to getters who were woken.
    promised: Cell<usize>,
    /// How much of the room belongs to somebody.
    reserved: Cell<usize>,
    closed: Cell<bool>,
    /// How many values were ever put in.
    entered: Cell<u64>,
    getters: Waiters,
    putters: Waiters,
}

/// To somebody who waits: it is yours.
const YOURS: u32 = 0;
/// To somebody who waits: there will never be anything.
const OVER: u32 = 1;

impl<V: Values> Buffer<V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Buffer {
            values: RefCell::default(),
            capacity,
            promised: Cell::new(0),
            reserved: Cell::new(0),
            closed: Cell::new(false),
            entered: Cell::new(0),
            getters: Waiters::new(),
            putters: Waiters::new(),
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.values.borrow().how_many()
    }

    pub(crate) const fn capacity(&self) -> usize {
        self.capacity
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    pub(crate) fn entered(&self) -> u64 {
        self.entered.get()
    }

    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.len() + self.reserved.get() < self.capacity
    }

    /// Whether there is a value that is nobody's.
    #[inline]
    pub(crate) fn has_value(&self) -> bool {
        self.len() > self.promised.get()
    }

    #[inline]
    fn is_over(&self) -> bool {
        self.closed.get() && self.len() == 0
    }

    // In.

    /// Waits for room.
    #[inline]
    pub(crate) fn reserve(&self) -> Reserve<'_, V> {
        Reserve { buffer: self, place: Place::none() }
    }

    /// Waits for room, and puts a value there.
    #[inline]
    pub(crate) fn put(&self, value: V::Value) -> Put<'_, V> {
        Put { buffer: self, value: Some(value), place: Place::none() }
    }

    #[inline]
    pub(crate) fn try_put(&self, value: V::Value) -> Result<(), PutError<V::Value>> {
        if self.closed.get() {
            return Err(PutError::Closed(value));
        }
        if !self.has_room() {
            return Err(PutError::Full(value));
        }
        self.enter(value);
        Ok(())
    }

    #[inline]
    fn enter(&self, value: V::Value) {
        // Also if the comparison of two values panics: then this one is in all the same.
        let offer = V::COMPARES.then(|| Finally(|| self.offer_values()));
        self.entered.set(self.entered.get() + 1);
        self.values.borrow_mut().put_in(value);
        if offer.is_none() {
            self.offer_values();
        }
    }

    // Out.

    /// Waits for a value.
    #[inline]
    pub(crate) fn get(&self) -> Get<'_, V> {
        Get { buffer: self, place: Place::none() }
    }

    #[inline]
    pub(crate) fn try_get(&self) -> Result<V::Value, GetError> {
        if self.has_value() {
            return self.take().ok_or(GetError::Empty);
        }
        Err(if self.is_over() { GetError::Closed } else { GetError::Empty })
    }

    #[inline]
    fn take(&self) -> Option<V::Value> {
        let offer = V::COMPARES.then(|| Finally(|| self.offer_what_was_left()));
        let value = self.values.borrow_mut().take_out();
        if offer.is_none() {
            self.offer_what_was_left();
        }
        value
    }

    #[inline]
    fn offer_what_was_left(&self) {
        self.offer_room();
        if self.is_over() {
            self.getters.choose_all(OVER);
        }
    }

    // Promises. What is free goes to who waits for it.

    #[inline]
    fn offer_values(&self) {
        while !self.getters.is_empty() && self.has_value() {
            let Some(getter) = self.getters.chosen(YOURS) else { return };
            self.promised.set(self.promised.get() + 1);
            getter.wake();
        }
    }

    #[inline]
    fn offer_room(&self) {
        while !self.putters.is_empty() && self.has_room() {
            let Some(putter) = self.putters.chosen(YOURS) else { return };
            self.reserved.set(self.reserved.get() + 1);
            putter.wake();
        }
    }

    /// A getter who was promised a value takes it now, or does not need it.
    #[inline]
    fn keep_promise(&self) {
        // None is left after all were drained.
        self.promised.set(self.promised.get().saturating_sub(1));
    }

    // Those who are dropped while they wait, and may have been promised something.

    #[cold]
    fn leave_putters(&self, place: &mut Place) {
        if self.putters.leave(place) == Some(YOURS) {
            drop(Reserved { buffer: self });
        }
    }

    #[cold]
    fn leave_getters(&self, place: &mut Place) {
        if self.getters.leave(place) == Some(YOURS) {
            self.keep_promise();
            self.offer_values();
        }
    }

    // The end.

    /// Nothing comes in any more. What is in it can be got.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.putters.choose_all(OVER);
        if self.is_over() {
            self.getters.choose_all(OVER);
        }
    }

    /// Nothing comes in any more, and what is in it is taken out at once.
    pub(crate) fn drain(&self) -> V {
        let values = mem::take(&mut *self.values.borrow_mut());
        self.promised.set(0);
        self.close();
        values
    }
}

impl<V: Values> fmt::Debug for Buffer<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Buffer");
        // Somebody may be comparing values.
        if let Ok(values) = self.values.try_borrow() {
            shown.field("len", &values.how_many());
        }
        shown.field("capacity", &self.capacity).field("closed", &self.is_closed());
        shown.field("getters", &self.getters.len()).field("putters", &self.putters.len()).finish()
    }
}

/// Does something at the end, come what may.
struct Finally<F: FnMut()>(F);

impl<F: FnMut()> Drop for Finally<F> {
    #[inline]
    fn drop(&mut self) {
        (self.0)();
    }
}
