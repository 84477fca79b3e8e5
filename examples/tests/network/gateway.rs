//! The relay, in its four styles.

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
