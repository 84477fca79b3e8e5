//! The task that sends what was written.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, ready};
use std::vec::Vec;

use super::{Shared, Stage};
use crate::event_loop::net::directions::WriteBytes;
use crate::event_loop::net::waiting::Waiting;
use crate::event_loop::task::{JoinHandle, spawn};

/// What is being sent; what is before `sent` has gone.
#[derive(Default)]
pub(super) struct Sending {
    bytes: Vec<u8>,
    sent: usize,
}

impl Sending {
    fn unsent(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }

    pub(super) fn into_unsent(mut self) -> Vec<u8> {
        self.bytes.drain(..self.sent);
        self.bytes
    }
}

/// The task, which ends with this.
pub(super) struct Sender(JoinHandle<()>);

impl Sender {
    #[track_caller]
    pub(super) fn start<S: WriteBytes + 'static>(shared: &Rc<Shared<S>>) -> Self {
        Sender(spawn(Sends(Rc::downgrade(shared))))
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The writer alone keeps what they share: when it is gone there is nothing to send.
struct Sends<S>(Weak<Shared<S>>);

impl<S: WriteBytes> Future for Sends<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(shared) = self.0.upgrade() else { return Poll::Ready(()) };
        let ended = match ready!(shared.poll_send(cx)) {
            Ok(()) => Stage::Closed,
            Err(error) => Stage::Failed(error),
        };
        shared.end(ended);
        Poll::Ready(())
    }
}

impl<S> Drop for Sends<S> {
    fn drop(&mut self) {
        let Some(shared) = self.0.upgrade() else { return };
        let over = matches!(*shared.stage.borrow(), Stage::Closed | Stage::Failed(_));
        if !over {
            shared.end(Stage::Failed(io::Error::other("the task that sends was ended")));
        }
    }
}

impl<S: WriteBytes> Shared<S> {
    /// Sends all there is. Ready when sending is to end, and has.
    fn poll_send(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let nothing = self.sending.borrow().unsent().is_empty();
            if nothing {
                // What was sent goes: a writer that has nothing to send has no memory for it.
                let bytes = self.waiting.take();
                self.sending.replace(Sending { bytes, sent: 0 });
            }
            let polled = {
                let sending = self.sending.borrow();
                if sending.bytes.is_empty() {
                    break;
                }
                self.stream.poll_write(cx, &[IoSlice::new(sending.unsent())])
            };
            match ready!(polled)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                n => {
                    self.sending.borrow_mut().sent += n;
                    self.sent(n);
                }
            }
        }
        if matches!(*self.stage.borrow(), Stage::Closing) {
            return self.stream.poll_shutdown(cx);
        }
        Waiting::add_to(&self.idle, cx);
        Poll::Pending
    }
}
