//! Many simulated runs, and which one failed.

use std::eprintln;
use std::thread;

use super::EventLoop;
use super::core::Core;

/// The variable that names the only seed to run.
const ONLY: &str = "ANTIPHON_SEED";

/// Runs a test for each seed, on a simulated loop of its own.
///
/// The first that panics ends it, and its seed is written to the standard error. If the environment has a variable
/// `ANTIPHON_SEED`, it is run for that seed alone: `ANTIPHON_SEED=17 cargo test the_test` repeats a failure.
///
/// ```
/// use antiphon::event_loop::{ByteStream, Network, TcpListener, TcpStream, for_each_seed, spawn};
///
/// for_each_seed(0..50, |event_loop| {
///     event_loop.set_network(Network::rough());
///     event_loop.run_until_complete(async {
///         let listener = TcpListener::bind("10.0.0.1:80").await.unwrap();
///         let Ok(client) = TcpStream::connect("10.0.0.1:80").await else { return };
///         let (server, _) = listener.accept().await.unwrap();
///         spawn(async move { client.write_all(b"all of this").await });
///         let mut buffer = [0; 16];
///         // All, or a part, or an error; but no other bytes.
///         if let Ok(n) = server.read(&mut buffer).await {
///             assert!(b"all of this".starts_with(&buffer[..n]));
///         }
///     }).unwrap();
/// });
/// ```
///
/// # Panics
///
/// If the test does, or the variable is not a number.
pub fn for_each_seed(seeds: impl IntoIterator<Item = u64>, mut test: impl FnMut(&EventLoop)) {
    let mut run = |seed| test(&EventLoop::simulated_with_seed(seed));
    match std::env::var(ONLY) {
        Ok(only) => match only.trim().parse() {
            Ok(seed) => run(seed),
            Err(_) => panic!("{ONLY} is a seed, which is a number, and not `{only}`"),
        },
        Err(_) => seeds.into_iter().for_each(run),
    }
}

impl EventLoop {
    /// What a [simulated](Self::simulated_with_seed) loop was made with.
    pub fn seed(&self) -> Option<u64> {
        self.core.seed()
    }
}

/// A panic that ends a simulated run is to be repeated.
pub(super) fn tell(core: &Core) {
    if let Some(seed) = core.seed().filter(|_| thread::panicking()) {
        eprintln!(
            "the simulated event loop had the seed {seed}; `EventLoop::simulated_with_seed({seed})` repeats the run, and \
             {ONLY}={seed} does with `for_each_seed`"
        );
    }
}
