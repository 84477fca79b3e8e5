//! The server's side.

use std::ops::ControlFlow;
use std::time::Duration;

use antiphon::protocol::{Ask, Wire};

use super::error::{Limits, RespError};
use super::reply;
use super::request::{Arguments, Request, read_request};

/// Answers that nobody has read are let grow to this, before the next request is looked at.
const HIGH_WATER: usize = 64 << 10;

/// Reads requests, and has `answer` write its replies, until that breaks or the client has no more. It is told the driver's time,
/// and shown each request where it lies in the wire's buffer; requests that came together are answered together.
///
/// # Errors
///
/// If the client sends what is no request, which it is told, or is gone in the middle of one.
#[antiphon::coroutine(yield = Ask, send = Wire)]
pub fn serve<A>(mut wire: Wire, limits: Limits, answer: A) -> (Wire, Result<(), RespError>)
where
    A: FnMut(Request<'_>, Duration, &mut Vec<u8>) -> ControlFlow<()>,
{
    let result = yield_from!(answer_all(&mut wire, &limits, answer));
    if let Err(error @ RespError::Protocol(_)) = &result {
        reply::error(wire.output(), format!("ERR {error}"));
    }
    (wire, result)
}

#[antiphon::coroutine(yield = Ask, send = Wire)]
fn answer_all<A>(wire: &mut Wire, limits: &Limits, mut answer: A) -> Result<(), RespError>
where
    A: FnMut(Request<'_>, Duration, &mut Vec<u8>) -> ControlFlow<()>,
{
    let mut arguments = Arguments::new();
    while yield_from!(read_request(wire, &mut arguments, limits))? {
        let now = wire.now();
        let (bytes, output) = wire.split();
        let request = arguments.request(bytes);
        let flow = if request.is_empty() { ControlFlow::Continue(()) } else { answer(request, now, output) };
        let is_high = output.len() > HIGH_WATER;
        wire.consume(arguments.length());
        if flow.is_break() {
            break;
        }
        if is_high {
            yield_from!(wire.flush());
        }
    }
    Ok(())
}
