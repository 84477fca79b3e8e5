//! Where the guests are.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{
    ByteStream, Queue, ReadError, Reader, Server, ServerHandle, TaskGroup, race, task_group, timeout,
};
use antiphon_examples::listen;

/// The longest line, in bytes, with its end.
const LONGEST: usize = 1024;

/// How many lines a guest may be behind. What comes then the guest misses.
const BEHIND: usize = 128;

/// How long a guest who leaves may take to read what is left.
const PATIENCE: Duration = Duration::from_secs(1);

const COMMANDS: &str = "* /join ROOM, /who, /rooms; BYE! leaves";

/// Serves until ctrl-c.
pub(crate) async fn serve(address: String, places: usize) -> Result<(), Box<dyn Error>> {
    let server = Server::new(listen(&address).await?).grace(2 * PATIENCE);
    let hall = Hall { places, server: server.handle(), guests: RefCell::default() };
    server.serve(async move |stream| hall.receive(stream).await).await?;
    Ok(())
}

pub(crate) struct Hall {
    places: usize,
    server: ServerHandle,
    /// By their names.
    guests: RefCell<BTreeMap<Rc<str>, Rc<Guest>>>,
}

struct Guest {
    name: Rc<str>,
    room: RefCell<String>,
    /// What is to be sent.
    lines: Queue<Rc<str>>,
    /// How many lines there was no room for, since the last one.
    missed: Cell<usize>,
}

impl Guest {
    /// Never waits: who does not read keeps nobody.
    fn tell(&self, line: impl Into<Rc<str>>) {
        let missed = self.missed.take();
        let told = missed == 0 || self.lines.put_nowait(missed_lines(missed)).is_ok();
        if !told || self.lines.put_nowait(line.into()).is_err() {
            self.missed.set(if told { 1 } else { missed + 1 });
        }
    }

    /// Sends what there is to send, until the queue is shut down.
    async fn deliver(&self, stream: &impl ByteStream) -> io::Result<()> {
        let mut text = String::new();
        while let Ok(line) = self.lines.get().await {
            text.push_str(&line);
            text.push('\n');
            if self.lines.is_empty() && self.missed.get() > 0 {
                text.push_str(&missed_lines(self.missed.take()));
                text.push('\n');
            }
            // What is there goes in one write, up to a size.
            if self.lines.is_empty() || text.len() > 4 * LONGEST {
                stream.write_all(text.as_bytes()).await?;
                text.clear();
            }
        }
        Ok(())
    }
}

fn missed_lines(count: usize) -> Rc<str> {
    format!("* you read too slowly, and have missed {count} lines").into()
}

/// What a guest did.
enum Did {
    Said(String),
    /// Something that cannot be said; why.
    Wrong(String),
    Left(String),
}

impl Hall {
    /// A guest, from coming to leaving.
    pub(crate) async fn receive<S: ByteStream + 'static>(&self, stream: S) -> io::Result<()> {
        if self.server.connections() > self.places {
            return stream.write_all(b"* the hall is full; come back later\n").await;
        }
        let stream = Rc::new(stream);
        let mut lines = Reader::with_limit(LONGEST, Rc::clone(&stream));
        let Some(guest) = self.ask_name(&stream, &mut lines).await? else { return Ok(()) };
        let guest = Entered { hall: self, guest };
        let conversation = task_group(async |group: TaskGroup<io::Error>| {
            let sent_to = Rc::clone(&guest.guest);
            let delivered = group.spawn(async move { sent_to.deliver(&stream).await });
            let why = self.listen_to(&guest.guest, &mut lines).await;
            guest.guest.tell("BYE!");
            self.tell_others(&guest.guest, &format!("* {} {why}", guest.guest.name));
            guest.guest.lines.shutdown();
            if timeout(PATIENCE, delivered).await.is_err() {
                group.cancel();
            }
        });
        // Nobody minds that the last lines did not reach one who is gone.
        let _ = conversation.await;
        Ok(())
    }

    /// `None` if there will be none.
    async fn ask_name<S: ByteStream>(&self, stream: &S, lines: &mut Reader<S>) -> io::Result<Option<Rc<Guest>>> {
        stream.write_all(b"* what is your name?\n").await?;
        loop {
            let answer = match self.next(lines).await {
                Did::Said(name) => self.enter(name.trim()),
                Did::Wrong(why) => Err(why),
                Did::Left(_) => return Ok(None),
            };
            match answer {
                Ok(guest) => return Ok(Some(guest)),
                Err(why) => stream.write_all(format!("* {why}; what is your name?\n").as_bytes()).await?,
            }
        }
    }

    fn enter(&self, name: &str) -> Result<Rc<Guest>, String> {
        if name.is_empty() || name.chars().count() > 20 || name.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            return Err("a name is a word of at most 20 letters".to_owned());
        }
        if self.guests.borrow().contains_key(name) {
            return Err(format!("there is a {name} already"));
        }
        let room = RefCell::new("lobby".to_owned());
        let guest = Rc::new(Guest { name: name.into(), room, lines: Queue::new(BEHIND), missed: Cell::new(0) });
        self.guests.borrow_mut().insert(Rc::clone(&guest.name), Rc::clone(&guest));
        guest.tell(format!("* nice to meet you, {name}; this is the lobby"));
        guest.tell(COMMANDS);
        self.tell_others(&guest, &format!("* {name} has come"));
        Ok(guest)
    }

    /// Why the guest has left.
    async fn listen_to<S: ByteStream>(&self, guest: &Guest, lines: &mut Reader<S>) -> String {
        loop {
            match self.next(lines).await {
                Did::Said(line) if line == "BYE!" => return "has left".to_owned(),
                Did::Said(line) => match line.strip_prefix('/') {
                    Some(command) => self.obey(guest, command),
                    None => self.tell_others(guest, &format!("{}: {line}", guest.name)),
                },
                Did::Wrong(why) => guest.tell(format!("* {why}")),
                Did::Left(how) => return how,
            }
        }
    }

    fn obey(&self, guest: &Guest, command: &str) {
        match command.split_once(' ').unwrap_or((command, "")) {
            ("join", room) if !room.is_empty() => {
                self.tell_others(guest, &format!("* {} goes to {room}", guest.name));
                *guest.room.borrow_mut() = room.to_owned();
                guest.tell(format!("* this is {room}"));
                self.tell_others(guest, &format!("* {} has come", guest.name));
            }
            ("who", "") => {
                let guests = self.guests.borrow();
                let names: Vec<_> =
                    guests.values().filter(|one| one.room == guest.room).map(|one| &*one.name).collect();
                guest.tell(format!("* here are {}", names.join(", ")));
            }
            ("rooms", "") => {
                let mut rooms = BTreeMap::new();
                for guest in self.guests.borrow().values() {
                    *rooms.entry(guest.room.borrow().clone()).or_insert(0) += 1;
                }
                let rooms: Vec<_> = rooms.iter().map(|(room, guests)| format!("{room} ({guests})")).collect();
                guest.tell(format!("* there are {}", rooms.join(", ")));
            }
            _ => guest.tell(COMMANDS),
        }
    }

    /// Tells all in the same room.
    fn tell_others(&self, guest: &Guest, line: &str) {
        let line: Rc<str> = line.into();
        let guests = self.guests.borrow();
        for other in guests.values().filter(|other| other.name != guest.name && other.room == guest.room) {
            other.tell(Rc::clone(&line));
        }
    }

    /// What comes next from a guest. All leave when the server closes.
    async fn next<S: ByteStream>(&self, lines: &mut Reader<S>) -> Did {
        let line = async {
            match lines.read_line().await {
                // What would move the others' cursors is left out.
                Ok(Some(line)) => Did::Said(line.replace(char::is_control, "")),
                Ok(None) => Did::Left("has left".to_owned()),
                Err(ReadError::TooLong { limit, .. }) => {
                    Did::Wrong(format!("a line has at most {limit} bytes, with its end; yours was not told"))
                }
                Err(ReadError::NotText(_)) => Did::Wrong("that was not UTF-8, and was not told".to_owned()),
                Err(error) => Did::Left(format!("has vanished: {error}")),
            }
        };
        let closing = async {
            self.server.closing().await;
            Did::Left("has to leave: the server closes".to_owned())
        };
        race((line, closing)).await.value
    }
}

/// A guest is in the hall as long as this is there.
struct Entered<'h> {
    hall: &'h Hall,
    guest: Rc<Guest>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.hall.guests.borrow_mut().remove(&self.guest.name);
    }
}
