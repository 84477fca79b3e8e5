//! Downloads, and who serves them.

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
    assert_eq!(sorted(&said), ["70007 bytes", &format!("{}: 70000 bytes", urls[0]), &format!("{}: 7 bytes", urls[2])]);
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
