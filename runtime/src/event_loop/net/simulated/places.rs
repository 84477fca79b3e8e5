//! Which addresses are taken, and by whom.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::vec::Vec;

use crate::event_loop::slab::Key;

/// Ports for who does not say which.
const EPHEMERAL: RangeInclusive<u16> = 32768..=60999;

/// Of one protocol.
pub(super) struct Places {
    ports: BTreeMap<u16, Vec<(IpAddr, Tenant)>>,
    next: u16,
}

#[derive(PartialEq)]
enum Tenant {
    Bound {
        key: Key,
        /// An address that stands for all of IPv6 does not for those of IPv4.
        only_v6: bool,
    },
    /// Where a connection goes that comes from there.
    Connected(SocketAddr),
}

impl Places {
    pub(super) const fn new() -> Self {
        Places { ports: BTreeMap::new(), next: *EPHEMERAL.start() }
    }

    /// The address, with a port if it has none, if it is free.
    pub(super) fn free(&mut self, wanted: SocketAddr, only_v6: bool) -> io::Result<SocketAddr> {
        let is_free = |places: &Self, address| !places.is_bound(address, only_v6);
        if wanted.port() != 0 {
            return if is_free(self, wanted) { Ok(wanted) } else { Err(io::ErrorKind::AddrInUse.into()) };
        }
        self.ephemeral(wanted.ip(), is_free).ok_or(io::ErrorKind::AddrInUse.into())
    }

    pub(super) fn bind(&mut self, address: SocketAddr, only_v6: bool, key: Key) {
        self.enter(address, Tenant::Bound { key, only_v6 });
    }

    pub(super) fn unbind(&mut self, address: SocketAddr) {
        self.leave(address, |tenant| matches!(tenant, Tenant::Bound { .. }));
    }

    /// Who is there, or anywhere.
    pub(super) fn find(&self, to: SocketAddr) -> Option<Key> {
        let anywhere = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let ips = [to.ip(), anywhere, Ipv6Addr::UNSPECIFIED.into()];
        ips.into_iter().find_map(|ip| {
            let is_meant = |bound: IpAddr, only_v6| bound == ip && !(only_v6 && to.is_ipv4());
            self.bound(to.port()).find(|(bound, only_v6, _)| is_meant(*bound, *only_v6)).map(|(_, _, key)| key)
        })
    }

    /// Who is bound to a port, where, and whether for IPv6 alone.
    fn bound(&self, port: u16) -> impl Iterator<Item = (IpAddr, bool, Key)> {
        self.at(port).filter_map(|(ip, tenant)| match tenant {
            Tenant::Bound { key, only_v6 } => Some((*ip, *only_v6, *key)),
            Tenant::Connected(_) => None,
        })
    }

    fn at(&self, port: u16) -> impl Iterator<Item = &(IpAddr, Tenant)> {
        self.ports.get(&port).into_iter().flatten()
    }

    fn enter(&mut self, address: SocketAddr, tenant: Tenant) {
        self.ports.entry(address.port()).or_default().push((address.ip(), tenant));
    }

    fn leave(&mut self, address: SocketAddr, is_meant: impl Fn(&Tenant) -> bool) {
        if let Some(there) = self.ports.get_mut(&address.port()) {
            there.retain(|(ip, tenant)| *ip != address.ip() || !is_meant(tenant));
            if there.is_empty() {
                self.ports.remove(&address.port());
            }
        }
    }

    /// Where a connection comes from that goes there.
    pub(super) fn connect(&mut self, to: SocketAddr) -> io::Result<SocketAddr> {
        let is_free = |places: &Self, from: SocketAddr| {
            let place = (from.ip(), Tenant::Connected(to));
            !places.is_bound(from, false) && !places.at(from.port()).any(|taken| *taken == place)
        };
        let from = self.ephemeral(to.ip(), is_free).ok_or(io::Error::from(io::ErrorKind::AddrNotAvailable))?;
        self.enter(from, Tenant::Connected(to));
        Ok(from)
    }

    pub(super) fn disconnect(&mut self, from: SocketAddr, to: SocketAddr) {
        self.leave(from, |tenant| *tenant == Tenant::Connected(to));
    }

    fn ephemeral(&mut self, ip: IpAddr, is_free: impl Fn(&Self, SocketAddr) -> bool) -> Option<SocketAddr> {
        for _ in EPHEMERAL {
            let address = SocketAddr::new(ip, self.next);
            self.next = if self.next == *EPHEMERAL.end() { *EPHEMERAL.start() } else { self.next + 1 };
            if is_free(self, address) {
                return Some(address);
            }
        }
        None
    }

    /// Whether somebody is there already, or at all addresses of which this is one; or anybody, if this is all.
    fn is_bound(&self, address: SocketAddr, only_v6: bool) -> bool {
        let ip = address.ip();
        self.bound(address.port()).any(|(bound, is_only_v6, _)| {
            let same_family = bound.is_ipv4() == ip.is_ipv4();
            bound == ip || takes_all(bound, same_family, is_only_v6) || takes_all(ip, same_family, only_v6)
        })
    }
}

/// Whether an address stands for all of its family. That of IPv6 stands for those of IPv4 too, if it is not to.
fn takes_all(ip: IpAddr, same_family: bool, only_v6: bool) -> bool {
    ip.is_unspecified() && (same_family || ip.is_ipv6() && !only_v6)
}

/// Who sends to any address sends to this machine.
pub(super) fn reached(to: SocketAddr) -> SocketAddr {
    let ip = match to.ip().to_canonical() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, to.port())
}

/// An address as a socket of that family writes it.
pub(super) fn seen_by(own: SocketAddr, address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if own.is_ipv6() => SocketAddr::new(ip.to_ipv6_mapped().into(), address.port()),
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::{EPHEMERAL, Places};
    use crate::event_loop::slab::Key;

    const KEY: Key = Key { index: 0, generation: 0 };

    #[test]
    fn an_address_is_taken_by_itself_and_by_all_of_its_kind() {
        let taken = |first: &str, second: &str| {
            let mut places = Places::new();
            places.bind(first.parse().unwrap(), false, KEY);
            let second = second.parse().unwrap();
            [places.free(second, false).is_err(), places.find(second).is_some()]
        };
        assert_eq!(taken("127.0.0.1:80", "127.0.0.1:80"), [true, true]);
        assert_eq!(taken("127.0.0.1:80", "127.0.0.2:80"), [false, false]);
        assert_eq!(taken("127.0.0.1:80", "127.0.0.1:81"), [false, false]);
        assert_eq!(taken("0.0.0.0:80", "127.0.0.1:80"), [true, true]);
        assert_eq!(taken("127.0.0.1:80", "0.0.0.0:80"), [true, false]);
        assert_eq!(taken("[::]:80", "127.0.0.1:80"), [true, true]);
        assert_eq!(taken("127.0.0.1:80", "[::]:80"), [true, false]);
        assert_eq!(taken("0.0.0.0:80", "[::1]:80"), [false, false]);
        assert_eq!(taken("[::1]:80", "127.0.0.1:80"), [false, false]);
    }

    #[test]
    fn all_of_ipv6_may_be_that_alone() {
        let (all, old) = ("[::]:80".parse().unwrap(), "127.0.0.1:80".parse().unwrap());
        let mut places = Places::new();
        places.bind(all, true, KEY);
        assert!(places.free(old, false).is_ok() && places.find(old).is_none());
        assert!(places.free("0.0.0.0:80".parse().unwrap(), false).is_ok());
        assert!(places.free("[::1]:80".parse().unwrap(), false).is_err());
        assert!(places.find("[::1]:80".parse().unwrap()).is_some());
        places.unbind(all);
        places.bind(old, false, KEY);
        assert!(places.free(all, false).is_err() && places.free(all, true).is_ok());
    }

    #[test]
    fn there_are_as_many_free_ports_as_there_are() {
        let mut places = Places::new();
        for _ in EPHEMERAL {
            let address = places.free("1.2.3.4:0".parse().unwrap(), false).unwrap();
            places.bind(address, false, KEY);
        }
        assert!(places.free("1.2.3.4:0".parse().unwrap(), false).is_err());
        assert!(places.free("0.0.0.0:0".parse().unwrap(), false).is_err());
        assert!(places.connect("1.2.3.4:80".parse().unwrap()).is_err());
        assert!(places.free("1.2.3.5:0".parse().unwrap(), false).is_ok());
        places.unbind("1.2.3.4:40000".parse().unwrap());
        assert_eq!(places.connect("1.2.3.4:80".parse().unwrap()).unwrap().port(), 40000);
    }
}
