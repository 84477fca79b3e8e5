//! A chat with faults, over thousands of seeds: what was accepted arrives in order or its sender is told, and nothing is left.
//!
//! Each line that a client says is numbered by the server and given to all in the room; its sender is answered with the number, and
//! with the names of those who did not get it because too much waits for them. Clients read when they like, and some vanish in
//! the middle of a line. Connections are refused and lost.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use antiphon::event_loop::{
    ByteStream, EventLoop, Network, Queue, ReadError, Reader, Server, TcpListener, TcpStream, for_each_seed, gather,
    sleep, spawn,
};

use crate::model::Random;
use crate::{seconds, tasks};

const SEEDS: u64 = 10_000;

/// How many lines may wait for a member.
const WAITING: usize = 3;

/// The server's side.
#[derive(Default)]
struct Chat {
    members: RefCell<BTreeMap<String, Member>>,
    lines: Cell<u64>,
}

struct Member {
    room: String,
    queue: Rc<Queue<String>>,
}

/// Takes a member out of the chat, however its connection ends. What waits for it still goes out.
struct Leaving<'c>(&'c Chat, &'c str);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let member = self.0.members.borrow_mut().remove(self.1);
        member.expect("nobody else takes it out").queue.shutdown();
    }
}

impl Chat {
    /// Gives a line to all in the room. What is answered.
    fn say(&self, room: &str, line: &str) -> String {
        let number = self.lines.get();
        self.lines.set(number + 1);
        let mut answer = format!("* {number} {line}");
        for (name, member) in self.members.borrow().iter().filter(|(_, member)| member.room == room) {
            if member.queue.put_nowait(format!("{number} {line}")).is_err() {
                answer = answer + " " + name;
            }
        }
        answer
    }

    /// A connection, whose first line is the name and the room.
    async fn talk(&self, stream: TcpStream) -> Result<(), ReadError> {
        let mut reader = Reader::with_limit(64, &stream);
        let Some(hello) = reader.read_line().await? else { return Ok(()) };
        let Some((name, room)) = hello.split_once(' ') else { return Ok(()) };
        let queue = Rc::new(Queue::new(WAITING));
        let member = Member { room: room.into(), queue: queue.clone() };
        self.members.borrow_mut().insert(name.into(), member);
        let leaving = Leaving(self, name);
        let reading = async {
            let _leaving = leaving;
            while let Some(line) = reader.read_line().await?.filter(|line| line != "BYE!") {
                // Who does not read its answers is not listened to.
                queue.put(self.say(room, &line)).await.expect("it is open until this ends");
            }
            Ok(())
        };
        let writing = async {
            while let Ok(line) = queue.get().await {
                stream.write_all((line + "\n").as_bytes()).await?;
            }
            Ok(())
        };
        futures::try_join!(reading, writing).map(drop)
    }
}

/// The client's side: what it has seen in the end.
#[derive(Default)]
struct Client {
    name: String,
    room: String,
    said: Vec<String>,
    /// The numbers of what it said, and who missed it.
    answers: RefCell<Vec<(u64, String, Vec<String>)>>,
    heard: RefCell<Vec<(u64, String)>>,
    /// All has come up to the end.
    is_whole: Cell<bool>,
}

impl Client {
    fn new(number: u64, random: &Random) -> Self {
        let lines = random.below(7);
        Client {
            name: format!("n{number}"),
            room: format!("room{}", random.below(2)),
            said: (0..lines).map(|line| format!("n{number}-{line}{}", "x".repeat(random.below(20) as usize))).collect(),
            ..Client::default()
        }
    }

    async fn run(&self, server: SocketAddr, random: &Random) -> Result<(), ReadError> {
        sleep(random.time()).await;
        let stream = &match TcpStream::connect(server).await {
            // Once more.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => TcpStream::connect(server).await?,
            connected => connected?,
        };
        let vanishes = random.below(8) == 0;
        let saying = async {
            stream.write_all(format!("{} {}\n", self.name, self.room).as_bytes()).await?;
            for line in &self.said {
                sleep(random.time() * 10).await;
                stream.write_all(format!("{line}\n").as_bytes()).await?;
            }
            if vanishes {
                stream.write_all(b"in the mid").await?;
                return Err(ReadError::Ended(Vec::new()));
            }
            stream.write_all(b"BYE!\n").await?;
            Ok(())
        };
        let hearing = async {
            let mut reader = Reader::new(stream);
            while let Some(line) = reader.read_line().await? {
                self.hear(&line);
                sleep(random.time() * 20).await;
            }
            Ok(())
        };
        futures::try_join!(saying, hearing)?;
        self.is_whole.set(true);
        Ok(())
    }

    fn hear(&self, line: &str) {
        let mut words = line.split(' ').map(str::to_owned);
        let mut next = || words.next().unwrap_or_else(|| panic!("half a line: {line:?}"));
        match next() {
            star if star == "*" => {
                let (number, said) = (next().parse().unwrap_or_else(|_| panic!("{line:?}")), next());
                self.answers.borrow_mut().push((number, said, words.collect()));
            }
            number => self.heard.borrow_mut().push((number.parse().unwrap(), next())),
        }
    }

    /// What it has seen is in order, and what it said was answered.
    fn check(&self) {
        let (answers, heard) = (self.answers.borrow(), self.heard.borrow());
        let answered: Vec<_> = answers.iter().map(|(_, line, _)| line).collect();
        assert_eq!(answered, self.said.iter().take(answered.len()).collect::<Vec<_>>());
        assert!(answers.is_sorted_by(|one, other| one.0 < other.0));
        assert!(heard.is_sorted_by(|one, other| one.0 < other.0), "out of order: {heard:?}");
        assert!(!self.is_whole.get() || answers.len() == self.said.len(), "not all was answered");
    }

    /// It heard what was said in its room while it was there, but for what the speaker was told it did not.
    fn check_against(&self, speaker: &Client) {
        let heard = self.heard.borrow();
        let (Some(first), Some(last)) = (heard.first(), heard.last()) else { return };
        // Of its own lines, those before it heard the first, and up to its end, count too.
        let is_own = self.name == speaker.name && self.is_whole.get();
        for (number, line, missed) in &*speaker.answers.borrow() {
            if is_own || (first.0..=last.0).contains(number) && self.room == speaker.room {
                let it_heard = heard.contains(&(*number, line.clone()));
                assert_eq!(it_heard, !missed.contains(&self.name), "{} and line {number}, {line}", self.name);
            }
        }
        assert!(heard.iter().all(|(_, line)| !line.starts_with(&speaker.name) || speaker.said.contains(line)));
    }
}

fn chat(event_loop: &EventLoop, counts: &Counts) {
    event_loop.set_report_handler(|_| ());
    event_loop.set_network(Network::rough().buffers(16..=200));
    let random = Rc::new(Random(Cell::new(event_loop.seed().unwrap())));
    let clients: Vec<_> = (0..2 + random.below(6)).map(|number| Rc::new(Client::new(number, &random))).collect();
    let all = clients.clone();
    let whole = async move {
        let listener = TcpListener::bind("10.0.0.1:6000").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::new(listener);
        let handle = server.handle();
        let chat = Rc::new(Chat::default());
        let serving = spawn(server.serve(async move |stream| chat.talk(stream).await));
        let runs = all.into_iter().map(|client| {
            let random = random.clone();
            async move { client.run(address, &random).await }
        });
        let ended = gather(runs).await.into_iter().map(Result::unwrap);
        let lost = ended.filter(|ended| matches!(ended, Err(ReadError::Io(_)))).count();
        // All that is on its way arrives, and then nobody is left who would be cancelled.
        sleep(seconds(600)).await;
        assert_eq!(handle.connections(), 0, "the server holds connections whose clients are gone");
        handle.close();
        serving.await.unwrap().unwrap();
        lost
    };
    let lost = event_loop.run_until_complete(whole).unwrap();
    for client in &clients {
        client.check();
        clients.iter().for_each(|speaker| client.check_against(speaker));
    }
    let shown = format!("{event_loop:?}");
    assert_eq!(tasks(event_loop), 0);
    assert!(shown.contains("sockets: 0"), "{shown}");
    assert!(shown.contains("open: 0, listeners: 0, streams: 0, datagrams: 0, under_way: 0"), "{shown}");
    counts.lost.set(counts.lost.get() + lost);
    let answers = clients.iter().flat_map(|client| client.answers.borrow().clone());
    counts.missed.set(counts.missed.get() + answers.map(|(_, _, missed)| missed.len()).sum::<usize>());
    counts.heard.set(counts.heard.get() + clients.iter().map(|client| client.heard.borrow().len()).sum::<usize>());
    counts.whole.set(counts.whole.get() + clients.iter().filter(|client| client.is_whole.get()).count());
}

/// How often there was something to be checked.
#[derive(Default, Debug)]
struct Counts {
    lost: Cell<usize>,
    missed: Cell<usize>,
    heard: Cell<usize>,
    whole: Cell<usize>,
}

#[test]
fn a_chat_with_faults_loses_nothing_and_leaves_nothing() {
    let counts = Counts::default();
    for_each_seed(0..SEEDS, |event_loop| chat(event_loop, &counts));
    let often = [&counts.lost, &counts.missed, &counts.heard, &counts.whole];
    let is_one = std::env::var_os("ANTIPHON_SEED").is_some();
    assert!(is_one || often.iter().all(|count| count.get() > 5000), "{counts:?}");
}
