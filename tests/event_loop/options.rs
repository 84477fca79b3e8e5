//! What the system is told about sockets, and sockets that come from elsewhere.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use antiphon::event_loop::{ByteStream, EventLoop, TcpListener, TcpSocket, TcpStream, UdpSocket, run};
use socket2::SockRef;

const ANYWHERE: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind(ANYWHERE).await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

#[test]
fn the_system_knows_what_it_was_told() {
    run(async {
        let (client, _server) = pair().await?;
        client.set_nodelay(true)?;
        client.set_keepalive(Some(Duration::from_secs(77)))?;
        client.set_ttl(42)?;
        client.set_send_buffer_size(20_000)?;
        client.set_recv_buffer_size(30_000)?;
        let told = SockRef::from(&client);
        assert!(told.tcp_nodelay()? && told.keepalive()?);
        assert_eq!((told.tcp_keepalive_time()?, told.ttl_v4()?), (Duration::from_secs(77), 42));
        assert!(told.send_buffer_size()? >= 20_000 && told.recv_buffer_size()? >= 30_000);
        client.set_keepalive(None)?;
        assert!(!told.keepalive()?);
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_connection_that_does_not_linger_is_reset() {
    run(async {
        let (client, server) = pair().await?;
        client.set_zero_linger()?;
        client.write_all(b"may be lost").await?;
        drop(client);
        let mut buffer = [0; 100];
        let error = loop {
            match server.read(&mut buffer).await {
                Ok(n) => assert!(n > 0, "an end is not a reset"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_socket_is_told_before_it_listens_or_connects() {
    for simulated in [false, true] {
        let event_loop = if simulated { EventLoop::simulated() } else { EventLoop::new().unwrap() };
        // Not every machine has IPv6.
        let has_v6 = simulated || std::net::UdpSocket::bind("[::1]:0").is_ok();
        let done = event_loop.run_until_complete(async {
            let v4 = (TcpSocket::new_v4 as fn() -> _, "127.0.0.1:0");
            for (new, ip) in [Some(v4), has_v6.then_some((TcpSocket::new_v6, "[::1]:0"))].into_iter().flatten() {
                let socket = new()?;
                socket.set_reuseaddr(true)?;
                socket.set_recv_buffer_size(1 << 20)?;
                socket.bind(ip.parse().unwrap())?;
                let listener = socket.listen(10)?;
                let address = listener.local_addr()?;
                assert_ne!(address.port(), 0);
                let socket = new()?;
                socket.set_nodelay(true)?;
                socket.set_ttl(33)?;
                socket.set_keepalive(Some(Duration::from_secs(5)))?;
                socket.set_send_buffer_size(1 << 16)?;
                let client = socket.connect(address).await?;
                let (server, from) = listener.accept().await?;
                assert_eq!(from, client.local_addr()?);
                if !simulated {
                    assert!(SockRef::from(&client).tcp_nodelay()?);
                }
                client.write_all(b"hello").await?;
                assert_eq!(server.read(&mut [0; 8]).await?, 5);

                let again = new()?;
                let in_use = again.bind(address).and_then(|()| again.listen(1)).unwrap_err();
                assert_eq!(in_use.kind(), io::ErrorKind::AddrInUse);
                drop(listener);
                let refused = new()?.connect(address).await.unwrap_err();
                assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
            }
            assert!(TcpSocket::new_v4()?.bind("[::1]:0".parse().unwrap()).is_err());
            io::Result::Ok(())
        });
        done.unwrap().unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn two_listen_at_one_address() {
    run(async {
        let listen = |address: SocketAddr| {
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseport(true)?;
            socket.bind(address)?;
            socket.listen(10)
        };
        let one = listen(ANYWHERE.into())?;
        listen(one.local_addr()?).map(drop)
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_stream_goes_to_the_standard_library_and_back() {
    run(async {
        let (client, server) = pair().await?;
        server.write_all(b"for both").await?;
        let mut buffer = [0; 4];
        assert_eq!(client.read(&mut buffer).await?, 4);
        let mut client = client.into_std()?;
        // It blocks there, and nothing that had come is lost.
        client.read_exact(&mut buffer)?;
        assert_eq!(&buffer, b"both");
        client.write_all(b"back")?;
        let client = TcpStream::from_std(client)?;
        assert_eq!(server.read(&mut buffer).await?, 4);
        server.write_all(b"then").await?;
        assert_eq!(client.read(&mut buffer).await?, 4);

        let listener = TcpListener::from_std(std::net::TcpListener::bind("127.0.0.1:0")?)?;
        let client = std::net::TcpStream::connect(listener.local_addr()?)?;
        assert_eq!(listener.accept().await?.1, client.local_addr()?);
        drop(client);
        assert_eq!(listener.into_std()?.local_addr()?.ip(), Ipv4Addr::LOCALHOST);
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_simulated_loop_takes_none_and_gives_none() {
    EventLoop::simulated()
        .run_until_complete(async {
            let (client, _server) = pair().await?;
            client.set_nodelay(true)?;
            client.set_zero_linger()?;
            client.set_keepalive(None)?;
            client.set_ttl(3)?;
            assert_eq!(client.into_std().unwrap_err().kind(), io::ErrorKind::Unsupported);
            let of_the_system = std::net::UdpSocket::bind("127.0.0.1:0")?;
            assert_eq!(UdpSocket::from_std(of_the_system).unwrap_err().kind(), io::ErrorKind::Unsupported);
            let socket = UdpSocket::bind(ANYWHERE).await?;
            socket.set_broadcast(true)?;
            let group = Ipv4Addr::new(239, 1, 2, 3);
            let none = socket.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED).unwrap_err();
            assert_eq!(none.to_string(), "a simulated network has no groups");
            io::Result::Ok(())
        })
        .unwrap()
        .unwrap();
}

#[cfg(unix)]
#[test]
#[should_panic(expected = "a simulated socket has no descriptor")]
fn a_simulated_socket_has_no_descriptor() {
    use std::os::fd::AsFd;
    drop(
        EventLoop::simulated().run_until_complete(async {
            UdpSocket::bind(ANYWHERE).await.unwrap().as_fd().try_clone_to_owned().unwrap()
        }),
    );
}

#[test]
fn what_a_datagram_socket_is_told() {
    run(async {
        let socket = UdpSocket::bind(ANYWHERE).await?;
        let everybody = (Ipv4Addr::BROADCAST, 9).into();
        assert_eq!(socket.send_to(b"", everybody).await.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        socket.set_broadcast(true)?;
        socket.set_ttl(7)?;
        socket.set_multicast_ttl_v4(3)?;
        socket.set_multicast_loop_v4(true)?;
        socket.set_recv_buffer_size(10_000)?;
        let told = SockRef::from(&socket);
        assert!(told.broadcast()? && told.multicast_loop_v4()? && told.recv_buffer_size()? >= 10_000);
        assert_eq!((told.ttl_v4()?, told.multicast_ttl_v4()?), (7, 3));
        assert_eq!(socket.peer_addr().unwrap_err().kind(), io::ErrorKind::NotConnected);
        socket.connect(socket.local_addr()?).await?;
        assert_eq!(socket.peer_addr()?, socket.local_addr()?);
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_group_on_this_machine() {
    run(async {
        let group = Ipv4Addr::new(239, 255, 77, 77);
        let receiver = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
        receiver.join_multicast_v4(group, Ipv4Addr::LOCALHOST)?;
        let sender = UdpSocket::bind(ANYWHERE).await?;
        SockRef::from(&sender).set_multicast_if_v4(&Ipv4Addr::LOCALHOST)?;
        sender.send_to(b"to all", (group, receiver.local_addr()?.port()).into()).await?;
        let mut buffer = [0; 16];
        let (n, from) = receiver.recv_from(&mut buffer).await?;
        assert_eq!((&buffer[..n], from), (&b"to all"[..], sender.local_addr()?));
        receiver.leave_multicast_v4(group, Ipv4Addr::LOCALHOST)?;
        assert!(receiver.leave_multicast_v4(group, Ipv4Addr::LOCALHOST).is_err());
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}
