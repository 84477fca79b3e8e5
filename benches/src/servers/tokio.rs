//! On tokio.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{Sender, channel};

use super::{ANY, QUEUE, say};

/// A task for each connection.
fn serve<F: Future<Output = ()> + Send + 'static>(mut connection: impl FnMut(TcpStream) -> F) {
    let server = async move {
        let listener = TcpListener::bind(ANY).await?;
        say(listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(connection(stream));
        }
    };
    let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
    let ended: io::Result<()> = runtime.block_on(server);
    ended.expect("a listener");
}

pub(super) fn echo<const BUFFER: usize>() {
    serve(|mut stream| async move {
        let mut buffer = [0; BUFFER];
        while let Ok(n @ 1..) = stream.read(&mut buffer).await {
            if stream.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
    });
}

pub(super) fn echo_by_copy() {
    serve(|mut stream| async move {
        let (mut from, mut to) = stream.split();
        // Whoever asked is gone.
        let _ = copy(&mut from, &mut to).await;
    });
}

/// Where each of those who are here takes his lines.
#[derive(Default)]
struct Room {
    members: BTreeMap<u64, Sender<Arc<[u8]>>>,
    came: u64,
}

pub(super) fn chat() {
    let room = Arc::new(Mutex::new(Room::default()));
    serve(move |stream| member(stream, Arc::clone(&room)));
}

async fn member(stream: TcpStream, room: Arc<Mutex<Room>>) {
    let (from, mut to) = stream.into_split();
    let (sender, mut lines) = channel::<Arc<[u8]>>(QUEUE);
    let number = {
        let mut room = room.lock().expect("nobody panics");
        room.came += 1;
        let number = room.came;
        room.members.insert(number, sender);
        number
    };
    let writer = tokio::spawn(async move {
        while let Some(line) = lines.recv().await {
            if to.write_all(&line).await.is_err() {
                break;
            }
        }
    });
    let mut reader = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        if !matches!(reader.read_until(b'\n', &mut line).await, Ok(1..)) {
            break;
        }
        let line: Arc<[u8]> = line.into();
        for (_, member) in room.lock().expect("nobody panics").members.iter().filter(|(other, _)| **other != number) {
            // Who has too many in his queue goes without.
            let _ = member.try_send(Arc::clone(&line));
        }
    }
    room.lock().expect("nobody panics").members.remove(&number);
    drop(writer);
}
