//! Unix sockets for datagrams that are bound, connected, closed, sent to and given up at random, beside a model of what Linux does.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::rc::Rc;

use antiphon::event_loop::{Network, UnixDatagram, for_each_seed, gather, sleep_until, spawn, time, timeout};

use super::Random;
use crate::seconds;

const PATHS: [&str; 4] = ["a", "b", "c", "d"];

type Path = &'static str;
type Id = usize;

/// A socket, and what is known of it.
struct Known {
    socket: Rc<UnixDatagram>,
    path: Option<Path>,
    peer: Option<Id>,
    mail: VecDeque<(Option<Path>, Vec<u8>)>,
    reset: bool,
}

impl Known {
    fn new(socket: UnixDatagram, path: Option<Path>) -> Self {
        Known { socket: Rc::new(socket), path, peer: None, mail: VecDeque::new(), reset: false }
    }

    fn take_error(&mut self) -> Result<(), ErrorKind> {
        if std::mem::take(&mut self.reset) { Err(ErrorKind::ConnectionReset) } else { Ok(()) }
    }
}

/// Where somebody sends to.
#[derive(Clone, Copy)]
enum To {
    Peer,
    Path(Path),
}

#[derive(Default)]
struct Model {
    all: BTreeMap<Id, Known>,
    next: Id,
}

impl Model {
    fn add(&mut self, known: Known) -> Id {
        self.all.insert(self.next, known);
        self.next += 1;
        self.next - 1
    }

    fn at(&self, path: Path) -> Option<Id> {
        self.all.iter().find(|(_, known)| known.path == Some(path)).map(|(id, _)| *id)
    }

    fn set_peer(&mut self, own: Id, peer: Option<Id>) {
        let known = self.all.get_mut(&own).unwrap();
        let before = std::mem::replace(&mut known.peer, peer).filter(|before| Some(*before) != peer);
        let Some(before) = before else { return };
        if !std::mem::take(&mut known.mail).is_empty() {
            if let Some(known) = self.all.get_mut(&before).filter(|known| known.peer == Some(own)) {
                known.reset = true;
            }
        }
    }

    fn admits(&self, own: Id, to: Id) -> Result<(), ErrorKind> {
        let admits = self.all[&to].peer.is_none_or(|peer| peer == own);
        if admits { Ok(()) } else { Err(ErrorKind::PermissionDenied) }
    }

    fn connected(&mut self, own: Id, path: Path) -> Result<(), ErrorKind> {
        let to = self.at(path).ok_or(ErrorKind::NotFound)?;
        self.admits(own, to)?;
        self.set_peer(own, Some(to));
        Ok(())
    }

    /// What becomes of a send for which there is room.
    fn sent(&mut self, own: Id, to: To, datagram: &[u8]) -> Result<usize, ErrorKind> {
        let known = self.all.get_mut(&own).unwrap();
        let from = known.path;
        let to = match to {
            To::Peer => {
                let peer = known.peer.ok_or(ErrorKind::NotConnected)?;
                known.take_error()?;
                if !self.all.contains_key(&peer) {
                    self.set_peer(own, None);
                    return Err(ErrorKind::ConnectionRefused);
                }
                peer
            }
            To::Path(path) => {
                known.take_error()?;
                self.at(path).ok_or(ErrorKind::NotFound)?
            }
        };
        self.admits(own, to)?;
        self.all.get_mut(&to).unwrap().mail.push_back((from, datagram.into()));
        Ok(datagram.len())
    }

    /// What a receive gives, if it gives something.
    fn received(&mut self, own: Id) -> Result<(Option<Path>, Vec<u8>), ErrorKind> {
        let known = self.all.get_mut(&own).unwrap();
        known.take_error()?;
        Ok(known.mail.pop_front().expect("nothing is received that was not sent"))
    }

    /// Whether a send would have something to say at once, whatever the room.
    fn may_wait_to_send(&self, own: Id, to: To) -> bool {
        let receiver = match to {
            To::Peer => self.all[&own].peer.and_then(|peer| self.all.get(&peer)),
            To::Path(path) => self.at(path).map(|id| &self.all[&id]),
        };
        !self.all[&own].reset && receiver.is_some_and(|receiver| !receiver.mail.is_empty())
    }

    fn may_wait_to_receive(&self, own: Id) -> bool {
        let known = &self.all[&own];
        !known.reset && known.mail.is_empty()
    }
}

#[derive(Clone, Copy)]
enum Waits {
    ToReceive(Id),
    ToSend(Id, To),
}

#[derive(Default)]
struct World {
    model: RefCell<Model>,
    waiting: RefCell<BTreeMap<usize, Waits>>,
    begun: Cell<usize>,
    received: Cell<usize>,
    waited: Cell<usize>,
}

impl World {
    /// Waits for an operation, and gives it up after a time.
    async fn within<T>(
        &self,
        random: &Random,
        waits: Waits,
        operation: impl Future<Output = io::Result<T>>,
    ) -> Option<Result<T, ErrorKind>> {
        let number = self.begun.replace(self.begun.get() + 1);
        self.waiting.borrow_mut().insert(number, waits);
        let done = timeout(random.time(), operation).await.ok();
        self.waiting.borrow_mut().remove(&number);
        done.map(|done| done.map_err(|error| error.kind()))
    }

    /// When all wait: nobody does for what is there.
    fn look(&self) {
        let model = self.model.borrow();
        for waits in self.waiting.borrow().values() {
            self.waited.set(self.waited.get() + 1);
            match *waits {
                Waits::ToReceive(id) => assert!(model.may_wait_to_receive(id)),
                Waits::ToSend(id, to) => assert!(model.may_wait_to_send(id, to)),
            }
        }
    }

    fn open(&self, random: &Random) {
        let mut model = self.model.borrow_mut();
        match random.below(6) {
            0 => {
                let (one, other) = UnixDatagram::pair().unwrap();
                let [one, other] = [one, other].map(|socket| model.add(Known::new(socket, None)));
                model.set_peer(one, Some(other));
                model.set_peer(other, Some(one));
            }
            1 => _ = model.add(Known::new(UnixDatagram::unbound().unwrap(), None)),
            _ => {
                let path = PATHS[random.below(4) as usize];
                match UnixDatagram::bind(path) {
                    Ok(socket) => {
                        assert_eq!(model.at(path), None);
                        model.add(Known::new(socket, Some(path)));
                    }
                    Err(error) => assert!(error.kind() == ErrorKind::AddrInUse && model.at(path).is_some()),
                }
            }
        }
    }

    async fn act(&self, random: &Random) {
        let any = |random: &Random| {
            let model = self.model.borrow();
            let nth = random.below(model.all.len().max(1) as u64) as usize;
            model.all.iter().nth(nth).map(|(id, known)| (*id, known.socket.clone()))
        };
        let path = PATHS[random.below(4) as usize];
        let Some((id, socket)) = any(random) else { return self.open(random) };
        match random.below(12) {
            0 | 1 => {
                drop(socket);
                self.open(random);
            }
            2 => {
                drop(socket);
                // Nobody uses it.
                let mut model = self.model.borrow_mut();
                if Rc::strong_count(&model.all[&id].socket) == 1 {
                    model.all.remove(&id);
                }
            }
            3 => {
                let connected = socket.connect(path).map_err(|error| error.kind());
                assert_eq!(connected, self.model.borrow_mut().connected(id, path));
            }
            4..8 => {
                let to = if random.below(2) == 0 { To::Peer } else { To::Path(path) };
                let datagram = Vec::from_iter((0..random.below(20)).map(|_| random.below(256) as u8));
                let sent = match to {
                    To::Peer => self.within(random, Waits::ToSend(id, to), socket.send(&datagram)).await,
                    To::Path(path) => self.within(random, Waits::ToSend(id, to), socket.send_to(&datagram, path)).await,
                };
                if let Some(sent) = sent {
                    assert_eq!(sent, self.model.borrow_mut().sent(id, to, &datagram));
                }
            }
            _ => {
                let mut buffer = vec![0; random.below(20) as usize];
                let received = self.within(random, Waits::ToReceive(id), socket.recv_from(&mut buffer)).await;
                if let Some(received) = received {
                    self.received.set(self.received.get() + 1);
                    let expected = self.model.borrow_mut().received(id);
                    let received = received
                        .map(|(length, from)| (from.as_pathname().map(ToOwned::to_owned), buffer[..length].to_vec()));
                    let expected = expected.map(|(from, mut datagram)| {
                        datagram.truncate(buffer.len());
                        (from.map(Into::into), datagram)
                    });
                    assert_eq!(received, expected);
                }
            }
        }
    }

    /// What was sent and not received is there.
    async fn drain(&self) {
        let all = Vec::from_iter(self.model.borrow().all.iter().map(|(id, known)| (*id, known.socket.clone())));
        for (id, socket) in all {
            while let Ok(received) = timeout(seconds(0), socket.recv(&mut [0; 20])).await {
                let expected = self.model.borrow_mut().received(id).map(|(_, datagram)| datagram.len());
                assert_eq!(received.map_err(|error| error.kind()), expected);
            }
            assert!(self.model.borrow().may_wait_to_receive(id));
        }
    }
}

#[test]
fn datagrams_are_where_the_model_has_them() {
    let (mut received, mut waited) = (0, 0);
    for_each_seed(0..1500, |event_loop| {
        event_loop.set_network(Network::varied().buffers(1..=1 << 10));
        let world = Rc::new(World::default());
        let actors = (0..5).map(|actor| {
            let world = world.clone();
            let random = Random(Cell::new(event_loop.seed().unwrap() * 10 + actor));
            async move {
                for _ in 0..20 {
                    sleep_until(time() + random.time()).await;
                    world.act(&random).await;
                }
            }
        });
        let looking = world.clone();
        let whole = async {
            let looking = spawn(async move {
                for odd in 0.. {
                    sleep_until(std::time::Duration::from_millis(2 * odd + 1)).await;
                    looking.look();
                }
            });
            gather(actors).await.into_iter().for_each(Result::unwrap);
            assert!(looking.cancel(), "who looks has seen something");
            world.drain().await;
        };
        event_loop.run_until_complete(whole).unwrap();
        received += world.received.get();
        waited += world.waited.get();
    });
    assert!(received > 1000 && waited > 1000, "{received} {waited}");
}
