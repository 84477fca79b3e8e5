//! Who sends is sent it back.

use super::*;

#[test]
fn whatever_is_sent_comes_back_and_ctrl_c_lets_those_end_who_are_there() {
    let server = Served::start("echo", &["127.0.0.1:0"]);
    let (mut one, mut other) = (server.connect(), server.connect());
    one.send(b"hello");
    one.expect("hello");
    other.send(&[0xff, 0, b'\n']);
    assert_eq!(other.read_exact(3), [0xff, 0, b'\n']);
    drop(other);
    one.send(b"still here");
    one.expect("still here");
    server.interrupt();
    drop(one);
    assert_eq!(server.end(), (Some(130), String::new()));
}

#[test]
fn without_descriptors_who_comes_waits_and_nobody_is_lost() {
    // A handful for the program itself, and for some of the clients.
    let server = Served::start_limited("echo", &["127.0.0.1:0"], 24);
    let mut clients: Vec<Client> = (0..40).map(|_| server.connect()).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.send(format!("{number}\n").as_bytes());
    }
    for (number, mut client) in clients.drain(..).enumerate() {
        client.expect(&format!("{number}\n"));
    }
    server.interrupt();
    let (code, said) = server.end();
    assert_eq!(code, Some(130));
    assert!(said.contains("has no room for another connection: Too many open files"), "{said}");
}
