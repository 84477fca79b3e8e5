//! The protocol of Redis: the same body by hand, a byte at a time, and over the sockets of a loop.

mod client;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{
    ByteStream, Conversation, Event, EventLoop, Network, Reader, TcpListener, TcpStream, for_each_seed, race, spawn,
};
use antiphon::prelude::*;
use antiphon::protocol::{Machine, Want, Wire, WireError};
use antiphon_examples::resp::{CallError, Client, Limits, RespError, Store, Value, Violation, execute, replies, serve};

type Answered = Result<(), RespError>;

/// The server's side, with a store of its own.
fn server(
    wire: Wire,
    limits: Limits,
) -> impl Coroutine<Yield = antiphon::protocol::Ask, Send = Wire, Return = (Wire, Answered)> {
    let mut store = Store::new();
    serve(wire, limits, move |request, now, output| execute(&mut store, request, now, output))
}

/// What it answers if these pieces come, and how it ends.
fn answered(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (Vec<u8>, Answered) {
    answered_within(Limits::default(), pieces)
}

fn answered_within(limits: Limits, pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (Vec<u8>, Answered) {
    let mut machine = Machine::new(|wire| Box::pin(server(wire, limits)));
    let mut output = Vec::new();
    let mut result = None;
    let mut pieces = pieces.into_iter();
    while result.is_none() {
        match machine.resume() {
            Complete(ended) => result = Some(ended),
            Yielded(Want::More) => match pieces.next() {
                Some(piece) => machine.wire().feed(piece.as_ref()),
                None => machine.wire().end(),
            },
            Yielded(_) => {}
        }
        output.extend_from_slice(machine.wire().unsent());
        let sent = machine.wire().unsent().len();
        machine.wire().sent(sent);
    }
    (output, result.unwrap())
}

/// The same over a connection, on which the pieces are written one by one.
fn answered_on(event_loop: &EventLoop, pieces: Vec<Vec<u8>>) -> (Vec<u8>, Answered) {
    let both = async {
        let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let (stream, _) = listener.accept().await?;
        let server = spawn(Conversation::new(stream, |wire| Box::pin(server(wire, Limits::default()))).run());
        for piece in pieces {
            client.write_all(&piece).await?;
        }
        client.shutdown().await?;
        let (mut output, mut buffer) = (Vec::new(), [0; 100]);
        loop {
            match client.read(&mut buffer).await? {
                0 => return io::Result::Ok((output, server.await.unwrap()?)),
                length => output.extend_from_slice(&buffer[..length]),
            }
        }
    };
    event_loop.run_until_complete(both).unwrap().unwrap()
}

/// In one piece, in pieces of each size, and byte by byte.
fn splits(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let sizes = (1..=20).chain([bytes.len().max(1)]);
    sizes.map(|size| bytes.chunks(size).map(Vec::from).collect()).collect()
}

const SESSION: &[u8] = b"\
*1\r\n$4\r\nPING\r\n\
*3\r\n$3\r\nSET\r\n$5\r\ncolor\r\n$6\r\nbl\r\nue\r\n\
set 'a key' \"with \\x41 and \\n\"\r\n\
\r\n*0\r\n*-1\r\n\
get color\n\
*2\r\n$3\r\nGET\r\n$5\r\na key\r\n\
*4\r\n$4\r\nMGET\r\n$5\r\ncolor\r\n$2\r\nno\r\n$0\r\n\r\n\
incr n\r\nincrby n 41\r\nincr color\r\n\
nonsense a b\r\nget\r\n\
del color n no\r\nexists color 'a key'\r\n";

const ANSWERS: &[u8] = b"\
+PONG\r\n\
+OK\r\n\
+OK\r\n\
$6\r\nbl\r\nue\r\n\
$12\r\nwith A and \n\r\n\
*3\r\n$6\r\nbl\r\nue\r\n$-1\r\n$-1\r\n\
:1\r\n:42\r\n-ERR value is not an integer or out of range\r\n\
-ERR unknown command 'nonsense', with args beginning with: 'a' 'b' \r\n\
-ERR wrong number of arguments for 'get' command\r\n\
:2\r\n:1\r\n";

/// On the system's network, and on simulated ones.
fn on_all_networks(test: impl Fn(&EventLoop)) {
    test(&EventLoop::new().unwrap());
    test(&EventLoop::simulated());
    for_each_seed(0..20, test);
}

/// A client and what it speaks with.
async fn pair() -> io::Result<(Client, TcpStream)> {
    let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
    let client = Client::connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

#[test]
fn the_same_body_by_hand_and_on_sockets() {
    for pieces in splits(SESSION) {
        assert_eq!(answered(&pieces), (ANSWERS.to_vec(), Ok(())), "in {} pieces", pieces.len());
    }
    on_all_networks(|event_loop| {
        for pieces in splits(SESSION) {
            let count = pieces.len();
            assert_eq!(answered_on(event_loop, pieces), (ANSWERS.to_vec(), Ok(())), "in {count} pieces");
        }
    });
}

/// Connections are lost in the middle: what was answered until then is a part of the answers.
#[test]
fn on_a_rough_network_an_error_is_told_and_nothing_is_made_up() {
    let (mut whole, mut cut) = (0, 0);
    for_each_seed(0..200, |event_loop| {
        event_loop.set_network(Network::rough());
        let value = "v".repeat(1000);
        let called = event_loop.run_until_complete(async {
            let (mut client, stream) = pair().await?;
            let serving = spawn(Conversation::new(stream, |wire| Box::pin(server(wire, Limits::default()))).run());
            for number in 1..=10 {
                assert_eq!(client.call(["INCR", "n"]).await?, Value::Integer(number));
                assert_eq!(client.call(["ECHO", &value]).await?, Value::Bulk(value.clone().into()));
            }
            drop(client);
            serving.await.unwrap()?.map_err(CallError::Resp)
        });
        match called.unwrap() {
            Ok(()) => whole += 1,
            Err(CallError::Resp(RespError::Protocol(violation))) => panic!("{violation}"),
            Err(_) => cut += 1,
        }
    });
    assert!(whole > 0 && cut > 0, "{whole} went well, {cut} were cut");
}

#[test]
fn what_is_no_request_is_told_and_ends_the_conversation() {
    let told: &[(&[u8], Violation, &str)] = &[
        (b"*x\r\n", Violation::Count, "invalid multibulk length"),
        (b"*1048577\r\n", Violation::Count, "invalid multibulk length"),
        (b"*99999999999999999999\r\n", Violation::Count, "invalid multibulk length"),
        (b"*1\n", Violation::Count, "invalid multibulk length"),
        (b"*1\r\nGET\r\n", Violation::NoBulk(b'G'), "expected '$', got 'G'"),
        (b"*1\r\n\n", Violation::NoBulk(b'\n'), "expected '$', got '?'"),
        (b"*1\r\n$-1\r\n", Violation::Length, "invalid bulk length"),
        (b"*1\r\n$536870913\r\n", Violation::Length, "invalid bulk length"),
        (b"*1\r\n$+1\r\n", Violation::Length, "invalid bulk length"),
        (b"*1\r\n$1\r\nabc", Violation::NoEnd, "expected CRLF after a bulk string"),
        (b"get 'a\r\n", Violation::Quotes, "unbalanced quotes in request"),
        (b"get \"a\"b\r\n", Violation::Quotes, "unbalanced quotes in request"),
    ];
    for (bytes, violation, text) in told {
        for pieces in splits(&[b"ping\r\n", *bytes, b"ping\r\n"].concat()) {
            let expected = format!("+PONG\r\n-ERR Protocol error: {text}\r\n").into_bytes();
            assert_eq!(answered(&pieces), (expected, Err(RespError::Protocol(*violation))), "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn what_has_no_end_is_too_long() {
    let limits = Limits { line: 16, elements: 2, bulk: 10, request: 40, depth: 1 };
    let violation = |bytes: &[u8]| {
        let mut ends = splits(bytes).into_iter().map(|pieces| answered_within(limits, pieces).1);
        let end = ends.next().unwrap();
        assert!(ends.all(|other| other == end));
        end
    };
    let protocol = |violation| Err(RespError::Protocol(violation));
    assert_eq!(violation(b"0123456789abcdefg"), protocol(Violation::BigInline));
    assert_eq!(violation(b"ping \"89abcdef\"\n"), Ok(()));
    assert_eq!(violation(b"*0000000000000000"), protocol(Violation::BigCount));
    assert_eq!(violation(b"*1\r\n$0000000000000000"), protocol(Violation::BigLength));
    assert_eq!(violation(b"*3\r\n"), protocol(Violation::Count));
    assert_eq!(violation(b"*2\r\n$10\r\n0123456789\r\n$10\r\n"), Err(RespError::Wire(WireError::Ended)));
    assert_eq!(violation(b"*2\r\n$10\r\n0123456789\r\n$11\r\n"), protocol(Violation::Length));
    let limits = Limits { request: 30, ..limits };
    let (_, end) = answered_within(limits, [b"*2\r\n$10\r\n0123456789\r\n$10\r\n"]);
    assert_eq!(end, protocol(Violation::BigRequest));
}

#[test]
fn a_request_that_is_cut_is_not_done() {
    let set = b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n";
    for length in 1..set.len() {
        assert_eq!(answered([&set[..length]]), (Vec::new(), Err(RespError::Wire(WireError::Ended))));
    }
    assert_eq!(answered([set]), (b"+OK\r\n".to_vec(), Ok(())));
}

#[test]
fn what_comes_together_is_answered_together() {
    let mut machine = Machine::new(|wire| Box::pin(server(wire, Limits::default())));
    machine.wire().feed(&b"ping\r\n".repeat(100));
    assert_eq!(machine.resume(), Yielded(Want::More));
    assert_eq!(machine.resume(), Yielded(Want::More));
    assert_eq!(machine.wire().unsent(), b"+PONG\r\n".repeat(100));
}

#[test]
fn who_does_not_read_is_not_answered_without_end() {
    let mut machine = Machine::new(|wire| Box::pin(server(wire, Limits::default())));
    let value = "x".repeat(10_000);
    machine.resume();
    machine.wire().feed(format!("set a {value}\r\n").as_bytes());
    machine.wire().feed(&b"get a\r\n".repeat(100));
    assert_eq!(machine.resume(), Yielded(Want::Flush));
    let before = machine.wire().unsent().len();
    assert!((64 << 10..80 << 10).contains(&before), "{before}");
    // It insists.
    assert_eq!(machine.resume(), Yielded(Want::Flush));
    assert_eq!(machine.wire().unsent().len(), before);
}

#[test]
fn keys_are_kept_as_long_as_was_said() {
    let mut machine = Machine::new(|wire| Box::pin(server(wire, Limits::default())));
    let mut at = |seconds: u64, request: &str| {
        machine.wire().set_now(Duration::from_secs(seconds));
        machine.wire().feed(request.as_bytes());
        machine.wire().feed(b"\r\n");
        while machine.resume() != Yielded(Want::More) || machine.wire().unsent().is_empty() {}
        let answer = String::from_utf8(machine.wire().unsent().to_vec()).unwrap();
        machine.wire().sent(answer.len());
        answer
    };
    assert_eq!(at(0, "set a 1 ex 10"), "+OK\r\n");
    assert_eq!(at(0, "set b 1"), "+OK\r\n");
    assert_eq!(at(1, "expire b 5"), ":1\r\n");
    assert_eq!(at(2, "ttl a"), ":8\r\n");
    assert_eq!(at(2, "persist a"), ":1\r\n");
    assert_eq!(at(5, "exists a b"), ":2\r\n");
    assert_eq!(at(6, "exists a b"), ":1\r\n");
    assert_eq!(at(6, "ttl b"), ":-2\r\n");
    assert_eq!(at(1000, "ttl a"), ":-1\r\n");
    assert_eq!(at(1000, "set a 2 px 1500 nx"), "$-1\r\n");
    assert_eq!(at(1000, "set a 2 px 1500 xx"), "+OK\r\n");
    assert_eq!(at(1001, "pttl a"), ":500\r\n");
    assert_eq!(at(1001, "set a 3 keepttl"), "+OK\r\n");
    assert_eq!(at(1002, "dbsize"), ":0\r\n");
    assert_eq!(at(1002, "expire a -1"), ":0\r\n");
    assert_eq!(at(1002, "set a 1 ex 0"), "-ERR invalid expire time in 'set' command\r\n");
    assert_eq!(at(1002, "set a 1 ex"), "-ERR syntax error\r\n");
}

/// One who breaks the protocol, and one who does not read, disturb nobody.
#[test]
fn the_others_are_unharmed() {
    on_all_networks(|event_loop| {
        let spoken = event_loop.run_until_complete(async {
            let store = Rc::new(RefCell::new(Store::new()));
            let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
            let address = listener.local_addr()?;
            let accepting = spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    let store = store.clone();
                    let answer = move |request: antiphon_examples::resp::Request<'_>, now, output: &mut Vec<u8>| {
                        execute(&mut store.borrow_mut(), request, now, output)
                    };
                    drop(spawn(
                        Conversation::new(stream, |wire| Box::pin(serve(wire, Limits::default(), answer))).run(),
                    ));
                }
            });
            let mut good = Client::connect(address).await?;
            let value = "x".repeat(if event_loop.seed().is_none() { 100_000 } else { 500 });
            good.call(["SET", "a", &value]).await.unwrap();

            let bad = TcpStream::connect(address).await?;
            bad.write_all(b"*1\r\n$x\r\n").await?;
            let told = Reader::new(bad).read_line().await.unwrap();
            assert_eq!(told.unwrap(), "-ERR Protocol error: invalid bulk length");

            let deaf = TcpStream::connect(address).await?;
            let deaf = spawn(async move { deaf.write_all(&b"get a\r\n".repeat(1000)).await });
            let cut = TcpStream::connect(address).await?;
            cut.write_all(b"*2\r\n$3\r\nGET\r\n$1000\r\nhalf").await?;
            drop(cut);
            assert_eq!(good.call(["STRLEN", "a"]).await.unwrap(), Value::Integer(value.len() as i64));
            deaf.cancel();
            accepting.cancel();
            io::Result::Ok(())
        });
        spoken.unwrap().unwrap();
    });
}
