//! Where to connect, or to listen.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::string::String;
use std::vec::Vec;

use super::simulated::Simulation;
use crate::event_loop::{current, run_in_executor, sleep};

/// An address, or a name that has some: made of a [`SocketAddr`], of an IP address and a port, or of a text such as
/// `"localhost:80"`, or a name and a port.
///
/// ```
/// use antiphon::event_loop::Address;
///
/// let _: [Address; 4] = [
///     ([127, 0, 0, 1], 80).into(),
///     std::net::SocketAddr::from(([127, 0, 0, 1], 80)).into(),
///     "localhost:80".into(),
///     ("localhost", 80).into(),
/// ];
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Address(Kind);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Number(SocketAddr),
    Text(String),
    Name(String, u16),
}

impl Address {
    /// All addresses of that name, in the order in which they are to be tried. Names are looked up on the loop's pool. Python:
    /// `loop.getaddrinfo`.
    ///
    /// # Errors
    ///
    /// If there is no such name, or the text has no port.
    ///
    /// # Panics
    ///
    /// If there is something to be looked up and no event loop runs on this thread.
    pub async fn resolve(self) -> io::Result<Vec<SocketAddr>> {
        match self.0 {
            Kind::Number(address) => Ok([address].into()),
            Kind::Text(text) => match text.parse() {
                Ok(address) => Ok([address].into()),
                Err(_) => look_up_text(text).await,
            },
            Kind::Name(name, port) => match name.parse::<IpAddr>() {
                Ok(ip) => Ok([(ip, port).into()].into()),
                Err(_) => look_up_name(name, port).await,
            },
        }
    }
}

async fn look_up_text(text: String) -> io::Result<Vec<SocketAddr>> {
    if simulation().is_none() {
        return look_up(text).await;
    }
    let invalid = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
    let (name, port) = text.rsplit_once(':').ok_or_else(|| invalid("an address has a port"))?;
    let port = port.parse().map_err(|_| invalid("a port is a number up to 65535"))?;
    look_up_name(name.into(), port).await
}

async fn look_up_name(name: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    let Some(simulation) = simulation() else { return look_up((name, port)).await };
    let (takes, found) = simulation.look_up(&name);
    if !takes.is_zero() {
        sleep(takes).await;
    }
    Ok(found?.into_iter().map(|ip| (ip, port).into()).collect())
}

fn simulation() -> Option<Simulation> {
    current::with(|core| core.simulation().cloned()).flatten()
}

async fn look_up(name: impl ToSocketAddrs + Send + 'static) -> io::Result<Vec<SocketAddr>> {
    let found = run_in_executor(move || Ok(name.to_socket_addrs()?.collect::<Vec<_>>())).await;
    found.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Tries all addresses. The error is that of the last.
pub(crate) async fn try_all<T>(
    address: impl Into<Address>,
    attempt: impl AsyncFn(SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in address.into().resolve().await? {
        match attempt(address).await {
            Ok(done) => return Ok(done),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Address(Kind::Number(address))
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Address(Kind::Text(text.into()))
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Address(Kind::Text(text))
    }
}

impl From<(&str, u16)> for Address {
    fn from((name, port): (&str, u16)) -> Self {
        Address(Kind::Name(name.into(), port))
    }
}

impl From<(String, u16)> for Address {
    fn from((name, port): (String, u16)) -> Self {
        Address(Kind::Name(name, port))
    }
}

macro_rules! from_numbers {
    ($($ip:ty),*) => {$(
        impl From<($ip, u16)> for Address {
            fn from(address: ($ip, u16)) -> Self {
                Address(Kind::Number(address.into()))
            }
        }
    )*};
}

from_numbers!(IpAddr, Ipv4Addr, Ipv6Addr, [u8; 4], [u16; 8]);
