//! The client's side.

use super::*;

/// What a client makes of these pieces.
fn replied(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> (Vec<Value>, Answered) {
    let mut machine = Machine::new(|wire| Box::pin(replies(wire, Limits::default())));
    let (mut values, mut pieces) = (Vec::new(), pieces.into_iter());
    loop {
        match machine.resume() {
            Complete(ended) => return (values, ended),
            Yielded(Want::Event(value)) => values.push(value),
            Yielded(_) => match pieces.next() {
                Some(piece) => machine.wire().feed(piece.as_ref()),
                None => machine.wire().end(),
            },
        }
    }
}

#[test]
fn replies_of_all_kinds() {
    let bytes =
        b"+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nbc\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n:1\r\n*2\r\n$0\r\n\r\n*0\r\n+x\r\n";
    let expected = vec![
        Value::Simple(b"OK".to_vec()),
        Value::Error(b"ERR no".to_vec()),
        Value::Integer(-42),
        Value::Bulk(b"a\r\nbc".to_vec()),
        Value::Nil,
        Value::Nil,
        Value::Array(vec![]),
        Value::Array(vec![
            Value::Integer(1),
            Value::Array(vec![Value::Bulk(vec![]), Value::Array(vec![])]),
            Value::Simple(b"x".to_vec()),
        ]),
    ];
    for pieces in splits(bytes) {
        assert_eq!(replied(pieces), (expected.clone(), Ok(())));
    }
}

#[test]
fn what_is_no_reply_ends_the_conversation() {
    let nested = "*1\r\n".repeat(33);
    let told: &[(&[u8], Violation)] = &[
        (b"OK\r\n", Violation::NoReply(b'O')),
        (b":1x\r\n", Violation::Number),
        (b"$-2\r\n", Violation::Length),
        (b"$536870913\r\n", Violation::Length),
        (b"*-2\r\n", Violation::Count),
        (b"*1048577\r\n", Violation::Count),
        (b"$1\r\nabc", Violation::NoEnd),
        (b"+OK\n", Violation::NoEnd),
        (nested.as_bytes(), Violation::Depth),
    ];
    for (bytes, violation) in told {
        for pieces in splits(bytes) {
            assert_eq!(replied(pieces), (vec![], Err(RespError::Protocol(*violation))), "{}", bytes.escape_ascii());
        }
    }
    assert_eq!(replied([b"*2\r\n:1\r\n"]), (vec![], Err(RespError::Wire(WireError::Ended))));
}

#[test]
fn a_client_and_a_server() {
    on_all_networks(|event_loop| {
        let spoken = event_loop.run_until_complete(async {
            let (mut client, stream) = pair().await?;
            let server = spawn(Conversation::new(stream, |wire| Box::pin(server(wire, Limits::default()))).run());
            assert_eq!(client.call(["SET", "a", "\r\n"]).await.unwrap(), Value::Simple(b"OK".to_vec()));
            assert_eq!(client.call(["GET", "a"]).await.unwrap(), Value::Bulk(b"\r\n".to_vec()));
            // More than fits into the buffers of the network in both directions; it has little room with a seed.
            let value = "v".repeat(if event_loop.seed().is_none() { 100_000 } else { 500 });
            let replies = client.call_all((0..20).map(|_| ["ECHO", &value])).await.unwrap();
            assert!(replies.len() == 20 && replies.iter().all(|reply| *reply == Value::Bulk(value.clone().into())));
            drop(client);
            assert_eq!(server.await.unwrap()?, Ok(()));
            io::Result::Ok(())
        });
        spoken.unwrap().unwrap();
    });
}

async fn call(client: &mut Client, name: &str) -> Option<Value> {
    Some(client.call([name]).await.unwrap())
}

async fn wait(event: &Event) -> Option<Value> {
    event.wait().await;
    None
}

#[test]
fn a_call_that_is_dropped_takes_its_reply_along() {
    on_all_networks(|event_loop| {
        let spoken = event_loop.run_until_complete(async {
            let (mut client, stream) = pair().await?;
            let (came, second) = (Event::new(), Event::new());
            let (tell_came, tell_second) = (came.clone(), second.clone());
            let server = spawn(async move {
                let mut requests = Reader::new(&stream);
                requests.read_exact(15).await.unwrap();
                stream.write_all(b"*2\r\n:1\r\n:").await?;
                tell_came.set();
                requests.read_exact(16).await.unwrap();
                tell_second.set();
                stream.write_all(b"1\r\n:2\r\n").await?;
                assert_eq!(requests.read_exact(15).await.unwrap(), b"*1\r\n$5\r\nTHIRD\r\n");
                stream.write_all(b":3\r\n").await
            });
            assert_eq!(race((wait(&came), call(&mut client, "FIRST"))).await.value, None);
            assert_eq!(race((wait(&second), call(&mut client, "SECOND"))).await.value, None);
            assert_eq!(call(&mut client, "THIRD").await, Some(Value::Integer(3)));
            server.await.unwrap()?;
            io::Result::Ok(())
        });
        spoken.unwrap().unwrap();
    });
}

#[test]
fn a_server_that_goes_away_or_speaks_nonsense_is_told_to_every_call() {
    on_all_networks(|event_loop| {
        let spoken = event_loop.run_until_complete(async {
            let (mut client, stream) = pair().await?;
            drop(stream);
            for _ in 0..2 {
                let error = client.call(["PING"]).await.unwrap_err();
                assert!(matches!(error, CallError::Closed | CallError::Io(_)), "{error}");
            }
            let (mut client, stream) = pair().await?;
            let server = spawn(async move { stream.write_all(b"HTTP/1.1 400 Bad Request\r\n").await });
            for _ in 0..2 {
                let error = client.call(["PING"]).await.unwrap_err();
                assert_eq!(error.to_string(), "Protocol error: expected a reply, got 'H'");
            }
            server.cancel();
            io::Result::Ok(())
        });
        spoken.unwrap().unwrap();
    });
}
