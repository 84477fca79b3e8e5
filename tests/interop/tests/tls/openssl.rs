//! Against the program `openssl`, by its pipes.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use antiphon::event_loop::{ByteStream, Child, FuturesIo, Reader, TcpListener, TcpStream, run};

use super::common::{Authority, NAME};

/// A folder with the certificate and its key, which is gone after the test.
struct Files(PathBuf);

impl Files {
    fn new(test: &str, authority: &Authority) -> Self {
        let folder = std::env::temp_dir().join(format!("antiphon-tls-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in ["certificate", "key"].iter().zip(authority.pem()) {
            std::fs::write(folder.join(name), text).unwrap();
        }
        Files(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn openssl(arguments: &[&str], certificate: (&str, &Path)) -> io::Result<Child> {
    let mut command = Command::new("openssl");
    command.args(arguments).arg(certificate.0).arg(certificate.1);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    Child::spawn(&mut command).map(|child| child.kill_on_drop(true))
}

#[test]
fn its_client_speaks_to_our_server() {
    for version in ["-tls1_2", "-tls1_3"] {
        let authority = Authority::new();
        let files = Files::new(&format!("server{version}"), &authority);
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?.to_string();
            let arguments =
                ["s_client", "-quiet", "-verify_return_error", "-servername", NAME, version, "-connect", &address];
            let mut client = openssl(&arguments, ("-CAfile", &files.path("certificate")))?;
            let stream = authority.acceptor().accept(listener.accept().await?.0).await?;
            let mut server = Reader::new(FuturesIo::new(stream));

            let input = client.stdin.take().unwrap();
            input.write_all(b"hello from openssl\n").await?;
            assert_eq!(server.read_line().await.unwrap().unwrap(), "hello from openssl");
            server.stream().write_all(b"hello from antiphon\n").await?;
            let mut output = Reader::new(client.stdout.take().unwrap());
            assert_eq!(output.read_line().await.unwrap().unwrap(), "hello from antiphon");
            server.stream().shutdown().await?;
            assert!(output.read_line().await.unwrap().is_none());
            assert!(client.wait().await?.success());
            io::Result::Ok(())
        })
        .unwrap()
        .unwrap();
    }
}

#[test]
fn our_client_speaks_to_its_server() {
    for version in ["-tls1_2", "-tls1_3"] {
        let authority = Authority::new();
        let files = Files::new(&format!("client{version}"), &authority);
        run(async {
            // It answers each line with its letters in reverse, and tells where it listens.
            let key = files.path("key");
            let arguments =
                ["s_server", "-rev", "-naccept", "1", version, "-accept", "127.0.0.1:0", "-key", key.to_str().unwrap()];
            let mut server = openssl(&arguments, ("-cert", &files.path("certificate")))?;
            let mut output = Reader::new(server.stdout.take().unwrap());
            let address = loop {
                let line = output.read_line().await.unwrap().expect("where it listens");
                if let Some(address) = line.strip_prefix("ACCEPT ") {
                    break address.to_owned();
                }
            };
            let stream = TcpStream::connect(address).await?;
            let stream = authority.connector().connect(NAME.try_into().unwrap(), stream).await?;
            let mut client = Reader::new(FuturesIo::new(stream));
            for (word, answer) in [("antiphon", "nohpitna"), ("loop", "pool")] {
                client.stream().write_all(format!("{word}\n").as_bytes()).await?;
                assert_eq!(client.read_line().await.unwrap().unwrap(), answer);
            }
            client.stream().write_all(b"CLOSE\n").await?;
            assert!(client.read_line().await.unwrap().is_none());
            io::Result::Ok(())
        })
        .unwrap()
        .unwrap();
    }
}
