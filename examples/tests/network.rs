//! The examples that serve, run as programs: with guests who behave, and others.
#![cfg(unix)]

mod programs;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use programs::{Client, Served, program};

/// `cargo run --example …` with a server, and with an address that is taken.
#[test]
fn a_port_in_use_is_a_message() {
    let taken = Served::start("echo", &["127.0.0.1:0"]);
    for arguments in [
        &["echo"][..],
        &["chat", "serve"],
        &["gateway", "threads"],
        &["gateway", "await"],
        &["fetch", "serve"],
        &["resp", "server"],
    ] {
        let output = Command::new(program(arguments[0])).args(&arguments[1..]).arg(&taken.address).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("{}: cannot listen at {}: Address", arguments[0], taken.address);
        assert!(said.starts_with(&expected), "{said}");
    }
}

mod echo {
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
}

mod chat {
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
}

mod gateway {
    use super::*;

    fn in_all_styles(test: impl Fn(&mut dyn FnMut() -> (Client, Client))) {
        for style in ["threads", "callbacks", "yield_from", "await"] {
            let server = Served::start("gateway", &[style, "127.0.0.1:0"]);
            test(&mut || {
                let (mut sender, mut receiver) = (server.connect(), server.connect());
                sender.expect("* what you say goes to the other; BYE! ends it\n");
                receiver.expect("* the other speaks\n");
                (sender, receiver)
            });
            server.interrupt();
            assert_eq!(server.end(), (Some(130), String::new()), "{style}");
        }
    }

    #[test]
    fn what_the_sender_says_goes_to_the_receiver_until_bye() {
        in_all_styles(|pair| {
            let (mut sender, mut receiver) = pair();
            let (mut other_sender, mut other_receiver) = pair();
            sender.say("one");
            receiver.expect("one\n");
            other_sender.send(b"caf\xe9\n");
            assert_eq!(other_receiver.read_exact(5), b"caf\xe9\n");
            sender.send(b"two\nBYE!\nthree\n");
            receiver.expect("two\nBYE!\n");
            receiver.expect_end();
            other_sender.say("still here");
            other_receiver.expect("still here\n");
        });
    }

    #[test]
    fn who_vanishes_or_says_too_much_at_once_is_cut_off_and_no_other() {
        in_all_styles(|pair| {
            let (mut witness, mut hears) = pair();
            let (mut vanishes, mut left) = pair();
            vanishes.send(b"half a li");
            drop(vanishes);
            left.expect("half a li");
            left.expect_end();
            let (mut babbles, mut left) = pair();
            babbles.say(&"x".repeat(1024));
            babbles.expect("* a line has at most 1024 bytes, with its end\n");
            left.expect_end();
            // The longest.
            let (mut speaks, mut hears_it) = pair();
            let longest = "x".repeat(1023) + "\n";
            speaks.send(longest.as_bytes());
            hears_it.expect(&longest);
            // And one without an end.
            let longest = "x".repeat(1024);
            speaks.send(longest.as_bytes());
            drop(speaks);
            hears_it.expect(&longest);
            hears_it.expect_end();
            witness.say("still here");
            hears.expect("still here\n");
        });
    }

    #[test]
    fn a_style_that_there_is_not() {
        let output = Command::new(program("gateway")).arg("punched_cards").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
    }
}

mod fetch {
    use std::io::{BufRead, BufReader};

    use super::*;

    fn fetch(urls: &[String]) -> (Option<i32>, String, String) {
        let output = Command::new(program("fetch")).args(urls).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// What it prints of the time is left out.
    fn sorted(text: &str) -> Vec<&str> {
        let mut lines: Vec<&str> = text.lines().map(|line| line.split(" in ").next().unwrap()).collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn by_itself_it_starts_a_server_and_stops_it() {
        let (code, said, complained) = fetch(&[]);
        assert_eq!((code, complained.as_str()), (Some(0), ""));
        let lengths: Vec<_> = said.lines().filter_map(|line| line.split_once(": ").map(|(_, length)| length)).collect();
        // The short ones do not wait for the long ones.
        assert_eq!(lengths[2..], ["300000 bytes", "500000 bytes"]);
        assert!(sorted(&said).contains(&"800020 bytes"), "{said}");
    }

    #[test]
    fn several_of_which_some_fail() {
        let server = Served::start("fetch", &["serve", "127.0.0.1:0"]);
        let url = |path: &str| format!("http://{}{path}", server.address);
        // A server that ends too soon, and one that speaks something else.
        let odd = TcpListener::bind("127.0.0.1:0").unwrap();
        let odd_url = format!("http://{}", odd.local_addr().unwrap());
        let answers = ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour", "220 mail.example.org\r\n"];
        let other = std::thread::spawn(move || {
            for answer in answers {
                let mut stream = odd.accept().unwrap().0;
                let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
                while !request.next().unwrap().unwrap().is_empty() {}
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let urls = [url("/70000"), url("/nothing"), url("/7"), "ftp://x".to_owned(), odd_url.clone(), odd_url.clone()];
        let (code, said, complained) = fetch(&urls);
        other.join().unwrap();
        assert_eq!(code, Some(1));
        assert_eq!(
            sorted(&said),
            ["70007 bytes", &format!("{}: 70000 bytes", urls[0]), &format!("{}: 7 bytes", urls[2])]
        );
        let mut expected = [
            format!("fetch: {}: the server says \"404 Not Found\"", urls[1]),
            "fetch: ftp://x: only http:// is understood".to_owned(),
            format!("fetch: {odd_url}: 4 of 9 bytes, and no more"),
            format!("fetch: {odd_url}: that is no HTTP"),
            "fetch: 4 of 6 failed".to_owned(),
        ];
        expected.sort_unstable();
        assert_eq!(sorted(&complained), expected);
        server.interrupt();
        assert_eq!(server.end(), (Some(130), String::new()));
    }

    #[test]
    fn bad_requests_are_refused_and_hurt_nobody() {
        let server = Served::start("fetch", &["serve", "127.0.0.1:0"]);
        let mut vanishes = server.connect();
        vanishes.send(b"GET /10 HT");
        drop(vanishes);
        let mut witness = server.connect();
        witness.send(b"GET /3 HTTP/1.1\r\n");
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "1".repeat(5000));
        let many = format!("GET /1 HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(101));
        for (request, refused) in [
            (&b"hello\r\n\r\n"[..], "400 Bad Request"),
            (b"GET /caf\xe9 HTTP/1.1\r\n\r\n", "400 Bad Request"),
            (b"POST /1 HTTP/1.1\r\n\r\n", "405 Method Not Allowed"),
            (b"GET 1 HTTP/1.1\r\n\r\n", "404 Not Found"),
            (long.as_bytes(), "431 Request Header Fields Too Large"),
            (many.as_bytes(), "431 Request Header Fields Too Large"),
        ] {
            let mut client = server.connect();
            client.send(request);
            assert_eq!(client.line(), format!("HTTP/1.1 {refused}\r\n"));
        }
        witness.send(b"\r\n");
        witness.expect("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxxx");
        witness.expect_end();
    }
}

mod resp {
    use super::*;

    #[test]
    fn a_client_and_who_types_by_hand() {
        let server = Served::start("resp", &["server", "127.0.0.1:0"]);
        let mut client = Command::new(program("resp"));
        client.args(["client", &server.address]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut client = client.spawn().unwrap();
        let input = b"set 'the key' \"a\\nb\"\nget 'the key'\n\nnonsense\nget 'open\nmget \"the key\" x\n";
        client.stdin.take().unwrap().write_all(input).unwrap();
        let said = String::from_utf8(client.wait_with_output().unwrap().stdout).unwrap();
        let expected = concat!(
            "OK\n",
            "\"a\\nb\"\n",
            "(error) ERR unknown command 'nonsense', with args beginning with: \n",
            "(error) ERR unbalanced quotes\n",
            "1) \"a\\nb\"\n2) (nil)\n",
        );
        assert_eq!(said, expected);

        let mut typing = server.connect();
        typing.say("strlen 'the key'");
        typing.expect(":3\r\n");
        typing.say("quit");
        typing.expect("+OK\r\n");
        typing.expect_end();
        server.interrupt();
        assert_eq!(server.end(), (Some(130), String::new()));
    }

    /// Who breaks the protocol, who is gone in the middle of a request, and who stays when the server is interrupted.
    #[test]
    fn what_is_no_request_is_told_and_the_others_are_unharmed() {
        let server = Served::start("resp", &["server", "127.0.0.1:0"]);
        let (mut good, mut bad, mut cut) = (server.connect(), server.connect(), server.connect());
        bad.send(b"PING\r\n*1\r\n$-5\r\nwhat follows is not looked at");
        bad.expect("+PONG\r\n-ERR Protocol error: invalid bulk length\r\n");
        bad.expect_end();
        drop(bad);
        cut.send(b"*2\r\n$3\r\nGET\r\n$100\r\nhalf");
        cut.reset();
        good.send(&b"PING\r\n".repeat(10_000));
        good.expect(&"+PONG\r\n".repeat(10_000));
        server.interrupt();
        good.expect_end();
        let (code, said) = server.end();
        assert_eq!(code, Some(130));
        assert_eq!(said.matches("Protocol error: invalid bulk length").count(), 1, "{said}");
    }
}
