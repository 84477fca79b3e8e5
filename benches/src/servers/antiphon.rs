//! On our event loop.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::sync::{Sender, channel};
use antiphon::event_loop::{ByteStream, Reader, TcpListener, TcpStream, copy, run, spawn, timeout};

use super::{ANY, QUEUE, say};

/// A task for each connection.
fn serve<F: Future<Output = ()> + 'static>(mut connection: impl FnMut(TcpStream) -> F + 'static) {
    let server = async move {
        let listener = TcpListener::bind(ANY).await?;
        say(listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            // It goes on without its handle.
            drop(spawn(connection(stream)));
        }
    };
    let ended: io::Result<()> = run(server).expect("a loop");
    ended.expect("a listener");
}

pub(super) fn echo<const BUFFER: usize>() {
    serve(|stream| async move {
        let mut buffer = [0; BUFFER];
        while let Ok(n @ 1..) = stream.read(&mut buffer).await {
            if stream.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
    });
}

/// Through the room that all streams of a thread share, in the place of a buffer for each.
pub(super) fn echo_by_copy() {
    serve(|stream| async move {
        // Whoever asked is gone.
        let _ = copy(&stream, &stream).await;
    });
}

pub(super) fn lines() {
    serve(|stream| async move {
        let mut reader = Reader::new(stream);
        while let Ok(Ok(Some(mut line))) = timeout(Duration::from_secs(10), reader.read_line()).await {
            line.push('\n');
            if reader.stream().write_all(line.as_bytes()).await.is_err() {
                break;
            }
        }
    });
}

/// Where each of those who are here takes his lines.
#[derive(Default)]
struct Room {
    members: RefCell<BTreeMap<u64, Sender<Rc<[u8]>>>>,
    came: RefCell<u64>,
}

pub(super) fn chat() {
    let room = Rc::new(Room::default());
    serve(move |stream| member(stream, Rc::clone(&room)));
}

async fn member(stream: TcpStream, room: Rc<Room>) {
    let stream = Rc::new(stream);
    let (sender, lines) = channel::<Rc<[u8]>>(QUEUE);
    let number = room.came.replace_with(|came| *came + 1);
    room.members.borrow_mut().insert(number, sender);
    let to = Rc::clone(&stream);
    let writer = spawn(async move {
        while let Some(line) = lines.recv().await {
            if to.write_all(&line).await.is_err() {
                break;
            }
        }
    });
    let mut reader = Reader::new(&*stream);
    while let Ok(Some(line)) = reader.read_until(b'\n').await {
        let line: Rc<[u8]> = line.into();
        for (_, member) in room.members.borrow().iter().filter(|(other, _)| **other != number) {
            // Who has too many in his queue goes without.
            let _ = member.try_send(Rc::clone(&line));
        }
    }
    room.members.borrow_mut().remove(&number);
    drop(writer);
}
