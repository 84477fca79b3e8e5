//! What an error of `accept` is about.

use std::io::{self, ErrorKind};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// This connection, which is gone. The next one may be well.
    OfOne,
    /// There is no room for another at present. It waits.
    Full,
    OfTheListener,
}

impl Trouble {
    pub(super) fn of(error: &io::Error) -> Self {
        // Linux tells here also what went wrong with the connection in the network.
        match error.kind() {
            ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::BrokenPipe
            | ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            // By the rules of a firewall.
            | ErrorKind::PermissionDenied
            | ErrorKind::Interrupted
            | ErrorKind::WouldBlock => Trouble::OfOne,
            ErrorKind::OutOfMemory => Trouble::Full,
            _ if error.raw_os_error().is_some_and(|number| FULL.contains(&number)) => Trouble::Full,
            _ if error.raw_os_error().is_some_and(|number| PROTOCOL.contains(&number)) => Trouble::OfOne,
            _ => Trouble::OfTheListener,
        }
    }
}

// The standard library has no kinds for these.

/// `ENFILE`, `EMFILE`, `ENOBUFS`.
const FULL: &[i32] = if cfg!(windows) {
    &[10024, 10055]
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    &[23, 24, 105]
} else {
    &[23, 24, 55]
};

/// `EPROTO`, `ENOPROTOOPT`, `EHOSTDOWN`, `ENONET`, `EOPNOTSUPP`.
const PROTOCOL: &[i32] =
    if cfg!(any(target_os = "linux", target_os = "android")) { &[71, 92, 112, 64, 95] } else { &[] };
