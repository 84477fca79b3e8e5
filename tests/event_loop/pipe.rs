//! A connection in memory that has room for little, and lets whoever uses it wait every other time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use antiphon::event_loop::ByteStream;

/// One direction.
#[derive(Debug)]
struct Way {
    bytes: VecDeque<u8>,
    room: usize,
    /// Who sends has ended it.
    ended: bool,
    /// Nobody receives any more.
    broken: bool,
    waiting: Vec<Waker>,
}

impl Way {
    fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

#[derive(Debug)]
pub(crate) struct End {
    incoming: Rc<RefCell<Way>>,
    outgoing: Rc<RefCell<Way>>,
    hesitated: [Cell<bool>; 3],
}

/// Two ends; each way has room for so many bytes.
pub(crate) fn pipe(room: usize) -> (End, End) {
    let way = || {
        let way = Way { bytes: VecDeque::new(), room, ended: false, broken: false, waiting: Vec::new() };
        Rc::new(RefCell::new(way))
    };
    let (there, back) = (way(), way());
    let end = |incoming, outgoing| End { incoming, outgoing, hesitated: Default::default() };
    (end(back.clone(), there.clone()), end(there, back))
}

impl End {
    /// Waits once before each operation, for nothing.
    fn hesitate(&self, operation: usize, cx: &Context<'_>) -> bool {
        let hesitates = !self.hesitated[operation].replace(true);
        if hesitates {
            cx.waker().wake_by_ref();
        } else {
            self.hesitated[operation].set(false);
        }
        hesitates
    }

    /// What waits to be read by the other end.
    pub(crate) fn waiting(&self) -> usize {
        self.outgoing.borrow().bytes.len()
    }
}

impl ByteStream for End {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if self.hesitate(0, cx) {
            return Poll::Pending;
        }
        let mut way = self.incoming.borrow_mut();
        if way.bytes.is_empty() && !way.ended {
            way.waiting.push(cx.waker().clone());
            return Poll::Pending;
        }
        let n = way.bytes.len().min(buffer.len());
        way.bytes.drain(..n).zip(buffer).for_each(|(byte, place)| *place = byte);
        way.wake();
        Poll::Ready(Ok(n))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        if self.hesitate(1, cx) {
            return Poll::Pending;
        }
        let mut way = self.outgoing.borrow_mut();
        if way.broken || way.ended {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = way.room - way.bytes.len();
        if room == 0 {
            way.waiting.push(cx.waker().clone());
            return Poll::Pending;
        }
        let before = way.bytes.len();
        let bytes = bytes.iter().flat_map(|bytes| bytes.iter());
        way.bytes.extend(bytes.take(room));
        way.wake();
        Poll::Ready(Ok(way.bytes.len() - before))
    }

    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.hesitate(2, cx) {
            return Poll::Pending;
        }
        let mut way = self.outgoing.borrow_mut();
        way.ended = true;
        way.wake();
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut way = self.outgoing.borrow_mut();
        way.ended = true;
        way.wake();
        let mut way = self.incoming.borrow_mut();
        way.broken = true;
        way.wake();
    }
}
