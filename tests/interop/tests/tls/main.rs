//! TLS by rustls on our sockets.

mod common;
#[cfg(feature = "openssl")]
mod openssl;

use std::io;

use antiphon::event_loop::{
    ByteStream, EventLoop, FuturesIo, Network, Reader, TcpListener, TcpStream, Writer, copy, spawn,
};

use self::common::{Authority, NAME};

type Tls<S> = FuturesIo<futures_rustls::TlsStream<S>>;

/// On the system's sockets, and on those of a network that gives pieces. It has room for what a server of TLS 1.3 sends when the
/// client's part is over: rustls waits for that to go.
fn everywhere<T>(test: impl AsyncFn() -> io::Result<T>) {
    EventLoop::new().unwrap().run_until_complete(test()).unwrap().unwrap();
    for seed in 0..3 {
        let event_loop = EventLoop::simulated_with_seed(seed);
        event_loop.set_network(Network::varied().buffers(4096..=1 << 18));
        event_loop.run_until_complete(test()).unwrap().unwrap();
    }
}

/// A client and a server that have shaken hands.
async fn pair() -> io::Result<(Tls<TcpStream>, Tls<TcpStream>)> {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (connector, acceptor) = (authority.connector(), authority.acceptor());
    let address = listener.local_addr()?;
    let server = spawn(async move { acceptor.accept(listener.accept().await?.0).await });
    let client = connector.connect(NAME.try_into().unwrap(), TcpStream::connect(address).await?).await?;
    Ok((FuturesIo::new(client.into()), FuturesIo::new(server.await.unwrap()?.into())))
}

#[test]
fn lines_go_both_ways_and_an_end_is_an_end() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let echo = spawn(async move {
            let mut reader = Reader::new(server);
            while let Some(line) = reader.read_line().await.unwrap() {
                reader.stream().write_all(format!("{line}!\n").as_bytes()).await?;
            }
            reader.stream().shutdown().await
        });
        let mut client = Reader::new(client);
        for word in ["hello", "", "good bye"] {
            client.stream().write_all(format!("{word}\n").as_bytes()).await?;
            assert_eq!(client.read_line().await.unwrap().unwrap(), format!("{word}!"));
        }
        client.stream().shutdown().await?;
        assert!(client.read_line().await.unwrap().is_none());
        echo.await.unwrap()
    });
}

#[test]
fn much_goes_both_ways_at_once_and_whoever_does_not_read_slows_who_writes() {
    everywhere(async || {
        let (client, server) = pair().await?;
        let echo = spawn(async move {
            let copied = copy(&server, &server).await?;
            server.shutdown().await?;
            io::Result::Ok(copied)
        });
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let (reader, writer) = client.into_split();
        let sent = bytes.clone();
        let sends = spawn(async move {
            let writer = Writer::new(writer);
            for chunk in sent.chunks(1000) {
                writer.send(chunk).await?;
                assert!(writer.get_write_buffer_size() <= (1 << 16) + 1000);
            }
            writer.shutdown().await
        });
        let echoed = Reader::with_limit(1 << 20, reader).read_to_end().await.unwrap();
        assert!(echoed == bytes);
        sends.await.unwrap()?;
        assert_eq!(echo.await.unwrap()?, 100_000);
        Ok(())
    });
}

#[test]
fn a_server_that_nobody_vouches_for_is_refused() {
    everywhere(async || {
        let (ours, other) = (Authority::new(), Authority::new());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let acceptor = other.acceptor();
        let server = spawn(async move { acceptor.accept(listener.accept().await?.0).await.map(drop) });
        let stream = TcpStream::connect(address).await?;
        let refused = ours.connector().connect(NAME.try_into().unwrap(), stream).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
        assert!(refused.to_string().starts_with("invalid peer certificate"), "{refused}");
        assert!(server.await.unwrap().is_err());
        Ok(())
    });
}

#[test]
fn a_connection_that_breaks_off_is_no_end() {
    everywhere(async || {
        let (mut client, server) = pair().await?;
        client.write_all(b"half of wh").await?;
        // Without a word of TLS.
        client.get_mut().get_ref().0.shutdown().await?;
        let mut reader = Reader::new(server);
        assert_eq!(reader.read_exact(10).await.unwrap(), b"half of wh");
        let broken = reader.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::UnexpectedEof);
        Ok(())
    });
}

#[test]
fn who_speaks_no_tls_is_refused() {
    everywhere(async || {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let stream = TcpStream::connect(listener.local_addr()?).await?;
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
        let refused = Authority::new().acceptor().accept(listener.accept().await?.0).await.map(drop).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
        Ok(())
    });
}
