//! A seed says all that happens on a simulated network, and nothing is left of it.

use std::io;

use antiphon::event_loop::{
    ByteStream, EventLoop, Network, TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixStream, for_each_seed, gather,
    sleep, spawn, time, timeout, yield_now,
};

use super::{ANYWHERE, said, tcp};
use crate::{Log, seconds};

/// An exchange of everything that sockets can do, with all that a network may do.
async fn exchange() {
    let listener = TcpListener::bind(ANYWHERE).await.unwrap();
    let address = listener.local_addr().unwrap();
    let echoing = async {
        let (stream, _) = listener.accept().await?;
        let mut buffer = [0; 64];
        loop {
            match stream.read(&mut buffer).await? {
                0 => return stream.shutdown().await,
                n => stream.write_all(&buffer[..n]).await?,
            }
        }
    };
    let asking = async {
        let stream = TcpStream::connect(address).await?;
        stream.write_all(&[1; 100]).await?;
        stream.shutdown().await?;
        while stream.read(&mut [0; 64]).await? > 0 {}
        io::Result::Ok(())
    };
    let telling = async {
        let (one, other) = (UdpSocket::bind(ANYWHERE).await?, UdpSocket::bind(ANYWHERE).await?);
        one.send_to(b"datagram", other.local_addr()?).await?;
        let _ = timeout(seconds(1), other.recv(&mut [0; 64])).await;
        let (one, other) = UnixStream::pair()?;
        one.write_all(b"here").await?;
        other.read(&mut [0; 64]).await.map(drop)
    };
    let passing_on = async {
        let (one, other) = (UnixDatagram::bind("one")?, UnixDatagram::unbound()?);
        let sending = async {
            for _ in 0..3 {
                other.send_to(b"datagram", "one").await?;
            }
            io::Result::Ok(())
        };
        let receiving = async {
            for _ in 0..3 {
                one.recv(&mut [0; 64]).await?;
                yield_now().await;
            }
            io::Result::Ok(())
        };
        futures::try_join!(sending, receiving)
    };
    let _ = futures::join!(timeout(seconds(30), echoing), asking, telling, passing_on);
}

#[test]
fn wherever_it_is_cut_no_socket_is_left() {
    let mut cuts = 0;
    for seed in 0..8 {
        for steps in 0.. {
            let event_loop = EventLoop::simulated_with_seed(seed);
            event_loop.set_network(Network::rough().buffers(16..=64));
            let task = event_loop.spawn(exchange());
            for _ in 0..steps {
                if !task.is_finished() {
                    event_loop.turn(seconds(100)).unwrap();
                }
            }
            let cut = task.cancel();
            event_loop.run_until_complete(sleep(seconds(600))).unwrap();
            let left = format!("{event_loop:?}");
            let none = "open: 0, listeners: 0, streams: 0, datagrams: 0, under_way: 0";
            assert!(
                left.contains("tasks: 0, sockets: 0,") && left.contains(none),
                "seed {seed}, {steps} turns: {left}"
            );
            if !cut {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 100, "the exchange has no steps to speak of: {cuts}");
}

/// What a run with that seed does, and when.
fn trace(seed: u64) -> Vec<String> {
    let event_loop = EventLoop::simulated_with_seed(seed);
    event_loop.set_network(Network::rough());
    let log = Log::default();
    let _ = event_loop.run_until_complete(async {
        let listener = TcpListener::bind(ANYWHERE).await.unwrap();
        let address = listener.local_addr().unwrap();
        let clients = (0..5).map(|client| {
            let log = log.clone();
            async move {
                let stream = TcpStream::connect(address).await?;
                stream.write_all(&[client; 1000]).await?;
                stream.shutdown().await?;
                while stream.read(&mut [0; 100]).await? > 0 {
                    log.add(format!("{client} at {:?}", time()));
                }
                io::Result::Ok(())
            }
        });
        let seen = log.clone();
        drop(spawn(async move {
            while let Ok((stream, from)) = listener.accept().await {
                let log = seen.clone();
                drop(spawn(async move {
                    let mut buffer = [0; 300];
                    loop {
                        let read = stream.read(&mut buffer).await;
                        let came = read.as_ref().map_err(io::Error::kind);
                        log.add(format!("{from}: {came:?} at {:?}", time()));
                        match read {
                            Ok(n) if n > 0 => drop(stream.write(&buffer[..n]).await),
                            _ => return,
                        }
                    }
                }));
            }
        }));
        for ended in gather(clients).await {
            log.add(said(ended.unwrap()));
        }
    });
    log.0.take()
}

#[test]
fn a_seed_says_all_that_happens() {
    for seed in 0..10 {
        assert_eq!(trace(seed), trace(seed));
        assert_ne!(trace(seed), trace(seed + 1));
    }
}

#[test]
fn the_seed_of_a_failure_is_said_and_repeats_it() {
    const CHILD: &str = "ANTIPHON_TEST_OF_SEEDS";
    let test = || {
        for_each_seed(0..1000, |event_loop| {
            event_loop
                .run_until_complete(async {
                    let (client, server) = tcp().await;
                    client.write_all(b"two bytes").await.unwrap();
                    let read = server.read(&mut [0; 16]).await.unwrap();
                    assert_ne!(read, 2, "a bug that needs a seed");
                })
                .unwrap();
        });
    };
    if std::env::var_os(CHILD).is_some() {
        return test();
    }
    let run = |seed: Option<&str>| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "network::seeds::the_seed_of_a_failure_is_said_and_repeats_it", "--nocapture"]);
        command.env(CHILD, "").env_remove("ANTIPHON_SEED").envs(seed.map(|seed| ("ANTIPHON_SEED", seed)));
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (passed, said) = run(None);
    assert!(!passed);
    let seed = said.split("had the seed ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    let (passed, again) = run(Some(seed));
    assert!(!passed && again.contains(&format!("had the seed {seed};")) && again.contains("a bug that needs a seed"));
    let passing = (0..).find(|other: &u64| other.to_string() != seed).unwrap();
    assert_eq!(passing.to_string() == "0", run(Some("0")).0);
    assert!(run(Some("seven")).1.contains("ANTIPHON_SEED is a seed, which is a number, and not `seven`"));
}
