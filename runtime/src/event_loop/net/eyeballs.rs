//! Connecting to whichever address of a name answers first.

use std::boxed::Box;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use std::vec::Vec;

use super::address::Address;
use crate::event_loop::sleep;

/// How long one address has before the next is tried as well.
const DELAY: Duration = Duration::from_millis(250);

/// Tries the addresses one after the other, and the next already while one does not answer: RFC 8305. What was begun and is not
/// wanted any more is given up. The error is the last that there was.
pub(crate) async fn first_of<T>(
    address: impl Into<Address>,
    attempt: impl AsyncFn(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let found = address.into().resolve().await?;
    if let [only] = found[..] {
        return attempt(only).await;
    }
    let mut next = by_turns(found).into_iter();
    let mut attempts: Vec<Pin<Box<dyn Future<Output = io::Result<T>> + '_>>> = Vec::new();
    let mut delay = Box::pin(sleep(Duration::ZERO));
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    poll_fn(|cx| {
        loop {
            let mut one_failed = false;
            let mut done = None;
            attempts.retain_mut(|attempt| {
                if done.is_some() {
                    return true;
                }
                match attempt.as_mut().poll(cx) {
                    Poll::Pending => return true,
                    Poll::Ready(Ok(value)) => done = Some(value),
                    Poll::Ready(Err(error)) => {
                        failed = error;
                        one_failed = true;
                    }
                }
                false
            });
            if let Some(value) = done {
                return Poll::Ready(Ok(value));
            }
            if attempts.is_empty() || one_failed || delay.as_mut().poll(cx).is_ready() {
                match next.next() {
                    Some(address) => {
                        attempts.push(Box::pin(attempt(address)));
                        delay.set(sleep(DELAY));
                        continue;
                    }
                    None if attempts.is_empty() => {
                        let nothing = io::ErrorKind::NotFound.into();
                        return Poll::Ready(Err(std::mem::replace(&mut failed, nothing)));
                    }
                    None => {}
                }
            }
            return Poll::Pending;
        }
    })
    .await
}

/// The two versions of IP by turns, that of the first address first: one of them may lead nowhere.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let version = addresses.first().map(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|one| Some(one.is_ipv6()) == version);
    let mut turns = Vec::new();
    let mut second = second.into_iter();
    for one in first {
        turns.push(one);
        turns.extend(second.next());
    }
    turns.extend(second);
    turns
}

#[cfg(test)]
mod tests {
    use super::by_turns;

    #[test]
    fn versions_take_turns() {
        let all = ["[::1]:1", "[::2]:1", "[::3]:1", "1.0.0.1:1", "1.0.0.2:1"].map(|text| text.parse().unwrap());
        assert_eq!(by_turns(all.into()), [all[0], all[3], all[1], all[4], all[2]]);
        let all = ["1.0.0.1:1", "[::1]:1", "[::2]:1"].map(|text| text.parse().unwrap());
        assert_eq!(by_turns(all.into()), all);
    }
}
