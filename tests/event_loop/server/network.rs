//! Servers on networks, simulated and not.

use std::io;

use antiphon::event_loop::{
    self, ByteStream, Network, ReadError, Reader, Server, TcpListener, TcpStream, for_each_seed, gather, sleep, spawn,
};

use super::EMFILE;
use crate::{seconds, settle, tasks};

/// On a network that loses connections, with too few descriptors and a limit: who is connected gets all back, or an error.
#[test]
fn on_a_bad_network_all_are_served_or_told_and_none_is_left() {
    let mut served = 0;
    for_each_seed(0..100, |event_loop| {
        event_loop.set_network(Network::rough().open_files(11).backlog(32));
        event_loop.set_report_handler(|_| ());
        let whole = event_loop.run_until_complete(async {
            let listener = TcpListener::bind("10.0.0.1:80").await.unwrap();
            let server = Server::new(listener).limit(3).grace(seconds(60));
            let handle = server.handle();
            let serving = spawn(server.serve(give_back));
            let clients = gather((0..8).map(|number| is_given_back(number, [10, 0, 0, 1]))).await;
            handle.close();
            serving.await.unwrap().unwrap();
            assert_eq!(handle.connections(), 0);
            clients.into_iter().filter(|echoed| matches!(echoed, Ok(Ok(true)))).count()
        });
        served += whole.unwrap();
        assert_eq!(tasks(event_loop), 0);
    });
    // Of 800.
    assert!(served > 300, "{served}");
}

/// Sends back whatever it is sent, at the end.
pub(super) async fn give_back(stream: TcpStream) -> Result<(), ReadError> {
    let all = Reader::new(&stream).read_to_end().await?;
    stream.write_all(&all).await?;
    Ok(())
}

/// Whether a client gets back what it sends, and not nothing. There may be no descriptor for it at first.
pub(super) async fn is_given_back(number: u8, by: [u8; 4]) -> Result<bool, ReadError> {
    let stream = loop {
        match TcpStream::connect((by, 80)).await {
            Err(error) if error.raw_os_error() == Some(EMFILE) => sleep(seconds(1)).await,
            connected => break connected?,
        }
    };
    let message = number.to_string().repeat(1000);
    stream.write_all(message.as_bytes()).await?;
    stream.shutdown().await?;
    let echoed = Reader::new(&stream).read_to_end().await?;
    assert!(message.as_bytes() == echoed || echoed.is_empty());
    Ok(!echoed.is_empty())
}

#[test]
fn on_the_network_nobody_listens_once_it_is_closed() {
    event_loop::run(async {
        let listener = TcpListener::bind(([127, 0, 0, 1], 0)).await?;
        let address = listener.local_addr()?;
        let server = Server::new(listener).grace(seconds(60));
        let handle = server.handle();
        let serving = spawn(server.serve(async |stream: TcpStream| {
            let mut buffer = [0; 16];
            while let n @ 1.. = stream.read(&mut buffer).await? {
                stream.write_all(&buffer[..n]).await?;
            }
            io::Result::Ok(())
        }));
        let client = TcpStream::connect(address).await?;
        let mut buffer = [0; 16];
        client.write_all(b"one").await?;
        assert_eq!(client.read(&mut buffer).await?, 3);
        handle.close();
        settle().await;
        assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        // Who was there before goes on.
        client.write_all(b"four").await?;
        assert_eq!(client.read(&mut buffer).await?, 4);
        assert_eq!(handle.connections(), 1);
        drop(client);
        serving.await.unwrap()
    })
    .unwrap()
    .unwrap();
}

#[cfg(unix)]
#[test]
fn on_a_unix_socket() {
    let path = std::env::temp_dir().join(format!("antiphon-server-{}", std::process::id()));
    // One of that number may have been killed before.
    let _ = std::fs::remove_file(&path);
    let answer = event_loop::run(async {
        let server = Server::new(event_loop::UnixListener::bind(&path)?);
        let handle = server.handle();
        let serving = spawn(server.serve(async |stream: event_loop::UnixStream| stream.write_all(b"hello").await));
        let client = event_loop::UnixStream::connect(&path).await?;
        let mut buffer = [0; 16];
        let n = client.read(&mut buffer).await?;
        handle.close();
        serving.await.unwrap()?;
        io::Result::Ok(buffer[..n].to_vec())
    });
    std::fs::remove_file(&path).unwrap();
    assert_eq!(answer.unwrap().unwrap(), b"hello");
}
