//! On smol.

use std::io;
use std::rc::Rc;

use smol::LocalExecutor;
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::TcpListener;

use super::{ANY, say};

pub(super) fn echo<const BUFFER: usize>() {
    let executor = Rc::new(LocalExecutor::new());
    let spawner = Rc::clone(&executor);
    let server = async move {
        let listener = TcpListener::bind(ANY).await?;
        say(listener.local_addr()?);
        loop {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection = async move {
                let mut buffer = [0; BUFFER];
                while let Ok(n @ 1..) = stream.read(&mut buffer).await {
                    if stream.write_all(&buffer[..n]).await.is_err() {
                        break;
                    }
                }
            };
            spawner.spawn(connection).detach();
        }
    };
    let ended: io::Result<()> = smol::block_on(executor.run(server));
    ended.expect("a listener");
}
