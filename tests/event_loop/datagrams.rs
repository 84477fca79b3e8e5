//! Datagrams between Unix sockets.

use std::io;

use antiphon::event_loop::{EventLoop, UnixDatagram, run, spawn, timeout};

use crate::seconds;

#[test]
fn a_sender_waits_for_room_and_nothing_is_lost_or_cut_in_two() {
    run(async {
        let (one, other) = UnixDatagram::pair()?;
        let mut sent = 0_u32;
        // Until there is no room; the one that is cut short was not sent.
        while timeout(seconds(0), one.send(&sent.to_be_bytes())).await.is_ok() {
            sent += 1;
        }
        assert!(sent > 0);
        let receiver = spawn(async move {
            let mut buffer = [0; 16];
            for n in 0..sent + 1 {
                assert_eq!(other.recv(&mut buffer).await?, 4);
                assert_eq!(buffer[..4], n.to_be_bytes());
            }
            io::Result::Ok(other)
        });
        one.send(&sent.to_be_bytes()).await?;
        let other = receiver.await.unwrap()?;
        // A datagram that is too long for the buffer is cut, and the next is another one.
        one.send(b"long one").await?;
        one.send(b"next").await?;
        let mut buffer = [0; 4];
        assert_eq!((other.recv(&mut buffer).await?, &buffer), (4, b"long"));
        assert_eq!((other.recv(&mut buffer).await?, &buffer), (4, b"next"));
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn a_receive_that_is_dropped_loses_nothing() {
    run(async {
        let (one, other) = UnixDatagram::pair()?;
        for n in 0..10_u8 {
            assert!(timeout(seconds(0), other.recv(&mut [0; 8])).await.is_err());
            one.send(&[n]).await?;
            let mut buffer = [0; 8];
            assert_eq!(other.recv(&mut buffer).await?, 1);
            assert_eq!(buffer[0], n);
        }
        io::Result::Ok(())
    })
    .unwrap()
    .unwrap();
}

#[test]
fn paths_are_addresses() {
    let folder = std::env::temp_dir().join(format!("antiphon-paths-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let (a, b) = (folder.join("a"), folder.join("b"));
    let done = run(async {
        let server = UnixDatagram::bind(&a)?;
        assert_eq!(UnixDatagram::bind(&a).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(server.local_addr()?.as_pathname(), Some(&*a));
        let client = UnixDatagram::bind(&b)?;
        client.connect(&a)?;
        assert_eq!(client.peer_addr()?.as_pathname(), Some(&*a));
        client.send(b"question").await?;
        let mut buffer = [0; 16];
        let (n, from) = server.recv_from(&mut buffer).await?;
        server.send_to(&buffer[..n], from.as_pathname().unwrap()).await?;
        assert_eq!(client.recv(&mut buffer).await?, 8);
        drop(server);
        assert_eq!(client.send(b"late").await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        io::Result::Ok(())
    });
    std::fs::remove_dir_all(&folder).unwrap();
    done.unwrap().unwrap();
}

#[test]
fn a_simulated_loop_has_none() {
    let none = EventLoop::simulated().run_until_complete(async { UnixDatagram::pair() }).unwrap().unwrap_err();
    assert_eq!(none.kind(), io::ErrorKind::Unsupported);
}
