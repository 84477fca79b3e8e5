//! A signal for another process.
#![expect(unsafe_code, reason = "the standard library sends no other signal than `SIGKILL`")]

use std::io;

/// Sends it to the process with that number, which is there: it may be one that has ended, but was not waited for.
pub(super) fn kill(process: u32, signal: i32) -> io::Result<()> {
    // Numbers below 1 mean several processes.
    let process = i32::try_from(process).ok().filter(|number| *number > 0).ok_or(io::ErrorKind::NotFound)?;
    // SAFETY: it takes two numbers and touches no memory.
    match unsafe { libc::kill(process, signal) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
