//! A gateway: what one party says it forwards to the other, until `BYE!`. In four styles, which do the same.
//!
//! ```text
//! cargo run --release --example gateway [-- threads|callbacks|yield_from|await [ADDRESS]]
//! nc 127.0.0.1 7002
//! ```
//!
//! Of every two who come the first one is the sender, the second one the receiver. A message is a line; a sender whose line is too
//! long, or whose receiver is gone, is told so, and that was it.

use std::cell::RefCell;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use antiphon::event_loop::{ByteStream, ReadError, Reader, Server, TcpStream};
use antiphon_examples::{listen, run_program};

/// The longest line, in bytes, with its end.
const LONGEST: usize = 1024;

const TO_SENDER: &str = "* what you say goes to the other; BYE! ends it\n";
const TO_RECEIVER: &str = "* the other speaks\n";

/// A line, or what there was of it before the sender vanished. Nothing at the end.
type Message = Vec<u8>;

fn is_last(message: &Message) -> bool {
    message.is_empty() || message.trim_ascii_end() == b"BYE!"
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a line has at most {LONGEST} bytes, with its end"))
}

/// A thread for each pair, which waits in `read` and in `write`.
mod threads {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    fn handle_chat(sender: &mut impl BufRead, receiver: &mut impl Write) -> io::Result<()> {
        let mut done = false;
        while !done {
            let message = read(sender)?;
            receiver.write_all(&message)?;
            done = is_last(&message);
        }
        Ok(())
    }

    fn read(sender: &mut impl BufRead) -> io::Result<Message> {
        let mut message = Message::new();
        sender.take(LONGEST as u64 + 1).read_until(b'\n', &mut message)?;
        if message.len() > LONGEST { Err(too_long()) } else { Ok(message) }
    }

    fn relay(mut sender: TcpStream, mut receiver: TcpStream) -> io::Result<()> {
        sender.write_all(TO_SENDER.as_bytes())?;
        receiver.write_all(TO_RECEIVER.as_bytes())?;
        match handle_chat(&mut BufReader::new(&sender), &mut receiver) {
            Ok(()) => Ok(()),
            Err(error) => writeln!(sender, "* {error}"),
        }
    }

    /// The threads are left behind when the program ends.
    pub(super) async fn serve(address: &str) -> Result<(), Box<dyn Error>> {
        let refused = |error| format!("cannot listen at {address}: {error}");
        let listener = TcpListener::bind(address).map_err(refused)?;
        println!("listening at {}", listener.local_addr()?);
        std::thread::spawn(move || {
            let mut comers = listener.incoming().flatten();
            while let (Some(sender), Some(receiver)) = (comers.next(), comers.next()) {
                std::thread::spawn(move || relay(sender, receiver));
            }
        });
        std::future::pending().await
    }
}

/// A function that is called when there is something, and says which one is to be called next.
mod callbacks {
    use std::rc::Rc;

    use antiphon::event_loop::{oneshot, spawn};

    use super::*;

    type Sender = Reader<Rc<TcpStream>>;

    fn handle_chat(sender: Sender, receiver: TcpStream, on_end: impl FnOnce(io::Result<()>) + 'static) {
        read(sender, move |sender, message| match message {
            Err(error) => on_end(Err(error)),
            Ok(message) => {
                let done = is_last(&message);
                write(receiver, message, move |receiver, written| match written {
                    Ok(()) if !done => handle_chat(sender, receiver, on_end),
                    ended => on_end(ended),
                });
            }
        });
    }

    fn read(mut sender: Sender, on_read: impl FnOnce(Sender, io::Result<Message>) + 'static) {
        drop(spawn(async move {
            let message = super::read(&mut sender).await;
            on_read(sender, message);
        }));
    }

    fn write(receiver: TcpStream, message: Message, on_write: impl FnOnce(TcpStream, io::Result<()>) + 'static) {
        drop(spawn(async move {
            let written = receiver.write_all(&message).await;
            on_write(receiver, written);
        }));
    }

    pub(super) async fn relay(sender: Rc<TcpStream>, receiver: TcpStream) -> io::Result<()> {
        let (say, ended) = oneshot();
        handle_chat(Reader::with_limit(LONGEST, sender), receiver, move |ended| {
            // Nobody asks any more if the server has ended.
            let _ = say.send(ended);
        });
        ended.await.map_err(io::Error::other)?
    }
}

/// A coroutine that says what it waits for, and who drives it sends it what came.
mod yield_from {
    use std::pin::pin;

    use antiphon::prelude::*;

    use super::*;

    enum Request {
        Read,
        Write(Message),
    }

    #[antiphon::coroutine(yield = Request, send = Message)]
    fn handle_chat() {
        let mut done = false;
        while !done {
            let message = yield_from!(read());
            done = is_last(&message);
            yield_from!(write(message));
        }
    }

    #[antiphon::coroutine(yield = Request, send = Message)]
    fn read() -> Message {
        yield_!(Request::Read)
    }

    #[antiphon::coroutine(yield = Request, send = Message)]
    fn write(message: Message) {
        yield_!(Request::Write(message));
    }

    pub(super) async fn relay(sender: &TcpStream, receiver: &TcpStream) -> io::Result<()> {
        let mut sender = Reader::with_limit(LONGEST, sender);
        let mut chat = pin!(handle_chat());
        let mut state = chat.start();
        loop {
            state = match state {
                Yielded(Request::Read) => {
                    let message = super::read(&mut sender).await?;
                    chat.send(message)
                }
                Yielded(Request::Write(message)) => {
                    receiver.write_all(&message).await?;
                    chat.send(Message::new())
                }
                Complete(()) => return Ok(()),
            }
        }
    }
}

/// The same with `await`.
async fn handle_chat(sender: &mut Reader<&TcpStream>, receiver: &TcpStream) -> io::Result<()> {
    let mut done = false;
    while !done {
        let message = read(sender).await?;
        receiver.write_all(&message).await?;
        done = is_last(&message);
    }
    Ok(())
}

async fn read<S: ByteStream>(sender: &mut Reader<S>) -> io::Result<Message> {
    match sender.read_until(b'\n').await {
        Ok(message) => Ok(message.unwrap_or_default()),
        Err(ReadError::Ended(rest)) => Ok(rest),
        Err(ReadError::TooLong { .. }) => Err(too_long()),
        Err(error) => Err(error.into()),
    }
}

async fn relay(style: &str, sender: TcpStream, receiver: TcpStream) -> io::Result<()> {
    sender.write_all(TO_SENDER.as_bytes()).await?;
    receiver.write_all(TO_RECEIVER.as_bytes()).await?;
    let sender = std::rc::Rc::new(sender);
    let ended = match style {
        "callbacks" => callbacks::relay(sender.clone(), receiver).await,
        "yield_from" => yield_from::relay(&sender, &receiver).await,
        _ => handle_chat(&mut Reader::with_limit(LONGEST, &sender), &receiver).await,
    };
    match ended {
        Ok(()) => Ok(()),
        Err(error) => sender.write_all(format!("* {error}\n").as_bytes()).await,
    }
}

async fn serve(style: &'static str, address: String) -> Result<(), Box<dyn Error>> {
    if style == "threads" {
        return threads::serve(&address).await;
    }
    let waiting = RefCell::new(None);
    let server = Server::new(listen(&address).await?).grace(Duration::from_secs(1));
    let pair = async move |comer| {
        // Bound before it is used: the cell must not be borrowed meanwhile.
        let sender = waiting.take();
        match sender {
            Some(sender) => relay(style, sender, comer).await,
            None => {
                waiting.replace(Some(comer));
                Ok(())
            }
        }
    };
    Ok(server.serve(pair).await?)
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let asked = arguments.next().unwrap_or("await".to_owned());
    let Some(style) = ["threads", "callbacks", "yield_from", "await"].into_iter().find(|style| *style == asked) else {
        eprintln!("usage: gateway [threads|callbacks|yield_from|await [ADDRESS]]");
        return ExitCode::from(2);
    };
    run_program("gateway", serve(style, arguments.next().unwrap_or("127.0.0.1:7002".to_owned())))
}
