//! The server of the protocol of Redis, and its client.

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
