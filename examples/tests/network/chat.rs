//! The chat server, and its guests.

use super::*;

const HELP: &str = "* /join ROOM, /who, /rooms; BYE! leaves\n";

fn hall(places: &str) -> Served {
    Served::start("chat", &["serve", "127.0.0.1:0", places])
}

fn enter(server: &Served, name: &str) -> Client {
    let mut guest = server.connect();
    guest.expect("* what is your name?\n");
    guest.say(name);
    guest.expect(&format!("* nice to meet you, {name}; this is the lobby\n{HELP}"));
    guest
}

#[test]
fn what_is_said_is_told_to_the_others_in_the_room() {
    let server = hall("10");
    let mut ada = enter(&server, "ada");
    let mut bob = enter(&server, "bob");
    ada.expect("* bob has come\n");
    ada.say("hello\u{1b}[2J");
    bob.expect("ada: hello[2J\n");
    let mut eve = enter(&server, "eve");
    bob.expect("* eve has come\n");
    ada.expect("* eve has come\n");
    bob.say("/join the kitchen");
    bob.expect("* this is the kitchen\n");
    ada.expect("* bob goes to the kitchen\n");
    eve.expect("* bob goes to the kitchen\n");
    eve.say("/who");
    eve.expect("* here are ada, eve\n");
    eve.say("/rooms");
    eve.expect("* there are lobby (2), the kitchen (1)\n");
    eve.say("/dance");
    eve.expect(HELP);
    bob.say("anybody?");
    ada.say("BYE!");
    ada.expect("BYE!\n");
    ada.expect_end();
    eve.expect("* ada has left\n");
    server.interrupt();
    eve.expect("BYE!\n");
    eve.expect_end();
    bob.expect("BYE!\n");
    bob.expect_end();
    assert_eq!(server.end(), (Some(130), String::new()));
}

#[test]
fn names_are_words_and_belong_to_one() {
    let server = hall("10");
    let _ada = enter(&server, "ada");
    let mut guest = server.connect();
    guest.expect("* what is your name?\n");
    for (name, why) in [
        ("ada", "there is a ada already"),
        ("a b", "a name is a word of at most 20 letters"),
        ("", "a name is a word of at most 20 letters"),
        ("aaaaaaaaaaaaaaaaaaaaa", "a name is a word of at most 20 letters"),
    ] {
        guest.say(name);
        guest.expect(&format!("* {why}; what is your name?\n"));
    }
    guest.say("bob");
    guest.expect("* nice to meet you, bob; this is the lobby\n");
}

#[test]
fn bad_lines_are_told_to_who_sent_them_and_to_nobody_else() {
    let server = hall("10");
    let mut ada = enter(&server, "ada");
    let mut bob = enter(&server, "bob");
    ada.expect("* bob has come\n");
    bob.say(&"x".repeat(5000));
    bob.expect("* a line has at most 1024 bytes, with its end; yours was not told\n");
    bob.say(&"x".repeat(1024));
    bob.expect("* a line has at most 1024 bytes, with its end; yours was not told\n");
    let longest = "x".repeat(1023);
    bob.say(&longest);
    ada.expect(&format!("bob: {longest}\n"));
    bob.send(b"caf\xe9\n");
    bob.expect("* that was not UTF-8, and was not told\n");
    bob.say("sorry");
    ada.expect("bob: sorry\n");
}

#[test]
fn who_vanishes_in_the_middle_of_a_line_is_missed() {
    let server = hall("10");
    let mut ada = enter(&server, "ada");
    let mut bob = enter(&server, "bob");
    ada.expect("* bob has come\n");
    bob.send(b"and then I");
    drop(bob);
    ada.expect("bob: and then I\n* bob has left\n");
    // One who has not read what there was: the connection is reset.
    let eve = enter(&server, "eve");
    ada.expect("* eve has come\n");
    ada.say("hello eve");
    ada.say("/who");
    ada.expect("* here are ada, eve\n");
    eve.reset();
    assert!(ada.line().starts_with("* eve has "));
    ada.say("/who");
    ada.expect("* here are ada\n");
}

#[test]
fn a_full_hall_says_so() {
    let server = hall("1");
    let mut ada = enter(&server, "ada");
    let mut bob = server.connect();
    bob.expect("* the hall is full; come back later\n");
    bob.expect_end();
    ada.say("/who");
    ada.expect("* here are ada\n");
}

#[test]
fn who_does_not_read_misses_lines_and_keeps_nobody() {
    let server = hall("10");
    let mut slow = enter(&server, "slow");
    let mut ada = enter(&server, "ada");
    let mut bob = enter(&server, "bob");
    ada.expect("* bob has come\n");
    // More than the system keeps of what nobody reads, and the queue; bob reads all of it.
    let long = "x".repeat(1000);
    let mut said = 0;
    let total = 20_000;
    while said < total {
        for _ in 0..100 {
            ada.say(&long);
        }
        for _ in 0..100 {
            assert_eq!(bob.line().len(), "ada: \n".len() + long.len());
        }
        said += 100;
    }
    ada.say("BYE!");
    bob.expect("* ada has left\n");
    // What was not missed is in order, and how much was missed is told.
    let (mut read, mut missed) = (0, 0);
    slow.expect("* ada has come\n* bob has come\n");
    while read + missed < total {
        let line = slow.line();
        match line.strip_prefix("* you read too slowly, and have missed ") {
            Some(count) => missed += count.split(' ').next().unwrap().parse::<usize>().unwrap(),
            None => read += usize::from(line.starts_with("ada: ")),
        }
    }
    assert!(missed > 0, "read {read}");
}

#[test]
fn the_client_sends_what_is_typed_and_shows_what_comes() {
    let server = hall("10");
    let mut ada = enter(&server, "ada");
    let mut client = Command::new(program("chat"));
    client.args(["join", &server.address]).stdin(Stdio::piped());
    let mut client = client.stdout(Stdio::piped()).spawn().unwrap();
    let mut typed = client.stdin.take().unwrap();
    typed.write_all(b"bob\n").unwrap();
    ada.expect("* bob has come\n");
    typed.write_all(b"hello\nBYE!\n").unwrap();
    ada.expect("bob: hello\n* bob has left\n");
    let output = client.wait_with_output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let expected = format!(
        "* what is your name?\n* nice to meet you, bob; this is the lobby\n{HELP}BYE!\n\
         the server has closed the connection\n"
    );
    assert_eq!((shown, output.status.code()), (expected, Some(0)));
}

#[test]
fn without_a_server_the_client_says_so() {
    // The connection keeps the address from those who want any that is free.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (_client, _server) = (TcpStream::connect(&address).unwrap(), listener.accept().unwrap());
    drop(listener);
    let output = Command::new(program("chat")).args(["join", &address]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("chat: cannot connect to {address}: Connection refused")), "{said}");
    assert_eq!(Command::new(program("chat")).output().unwrap().status.code(), Some(2));
}
