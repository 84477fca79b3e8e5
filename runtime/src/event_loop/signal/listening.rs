//! Who listens for which signal, and what it does when nobody does.
//!
//! A handler that is installed stays: it cannot be taken back without unsafe code, and others may have theirs on top of it. So when
//! nobody listens any more, it does what the system would have done.

use std::format;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use signal_hook::{SigId, consts, flag, low_level};

static SIGNALS: Mutex<Vec<Listeners>> = Mutex::new(Vec::new());

/// Of one signal.
struct Listeners {
    number: i32,
    count: usize,
    /// Nobody listens, so it does what it does by default.
    idle: Arc<AtomicBool>,
}

/// A signal makes a pipe readable, as long as this is there.
#[derive(Debug)]
pub(super) struct Listening {
    number: i32,
    action: SigId,
}

/// Notes what the signal does when nobody listens. To be asked before the first handler is installed.
pub(super) fn prepare(number: i32) -> io::Result<()> {
    known(&mut lock(), number).map(drop)
}

fn lock() -> MutexGuard<'static, Vec<Listeners>> {
    SIGNALS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn known(signals: &mut Vec<Listeners>, number: i32) -> io::Result<&mut Listeners> {
    if consts::FORBIDDEN.contains(&number) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("nobody can listen for signal {number}")));
    }
    let at = match signals.iter().position(|known| known.number == number) {
        Some(at) => at,
        None => {
            let idle = Arc::new(AtomicBool::new(true));
            // Once and for all, and before all that can be told.
            if does_its_default(number) {
                flag::register_conditional_default(number, Arc::clone(&idle))?;
            }
            signals.push(Listeners { number, count: 0, idle });
            signals.len() - 1
        }
    };
    Ok(&mut signals[at])
}

impl Listening {
    pub(super) fn new(number: i32, pipe: UnixStream) -> io::Result<Self> {
        let mut signals = lock();
        let listeners = known(&mut signals, number)?;
        let action = low_level::pipe::register(number, pipe)?;
        listeners.count += 1;
        listeners.idle.store(false, Ordering::SeqCst);
        Ok(Listening { number, action })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut signals = lock();
        if let Some(listeners) = signals.iter_mut().find(|known| known.number == self.number) {
            listeners.count -= 1;
            listeners.idle.store(listeners.count == 0, Ordering::SeqCst);
        }
        low_level::unregister(self.action);
    }
}

/// Whether nobody has installed a handler for it or has it ignored. Linux says so; elsewhere most programs have none.
fn does_its_default(number: i32) -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return true };
    let mut masks = status.lines().filter_map(|line| {
        let mask = line.strip_prefix("SigIgn:").or_else(|| line.strip_prefix("SigCgt:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    });
    masks.all(|mask| !(1..=64).contains(&number) || mask & (1 << (number - 1)) == 0)
}
