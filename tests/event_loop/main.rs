//! The event loop, by situation. All on simulated time.

mod awaits;
mod cancelling;
mod channels;
mod chat;
#[cfg(unix)]
mod children;
mod context;
mod conversations;
mod cutting;
#[cfg(unix)]
mod datagrams;
#[cfg(unix)]
mod descriptor;
#[cfg(unix)]
mod descriptor_owner;
mod executor;
mod eyeballs;
mod gather;
mod group;
mod group_cut;
mod interval;
#[cfg(unix)]
mod io_errors;
mod locks;
mod main_scope;
mod model;
#[cfg(unix)]
mod network;
mod options;
mod pipe;
mod promises;
mod queues;
mod race;
mod rwlock;
mod seeing;
mod server;
#[cfg(unix)]
mod signals;
mod sockets;
mod streams;
mod sweep;
mod tasks;
mod threads;
mod threadsafe;
mod turns;
#[cfg(debug_assertions)]
mod unstarted;
mod waiting;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{EventLoop, cancellable, shield, sleep, yield_now};

/// What happened, in order.
#[derive(Clone, Default, Debug)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    #[track_caller]
    fn assert(&self, expected: &[&str]) {
        assert_eq!(*self.0.borrow(), expected);
    }

    /// Adds a line when it is dropped.
    fn guard(&self, what: &'static str) -> impl Drop + use<> {
        struct Guard(Log, &'static str);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.add(self.1);
            }
        }
        Guard(self.clone(), what)
    }
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Waits for a time, and is not cut short when it is cancelled: then it goes on for `cleanup`, and says so.
async fn tidy(log: Log, name: &'static str, time: u64, cleanup: u64) {
    if cancellable(sleep(seconds(time))).await.is_err() {
        shield(sleep(seconds(cleanup))).await;
        log.add(format!("{name} tidied up"));
    } else {
        log.add(format!("{name} done"));
    }
}

/// How many tasks the loop has.
fn tasks(event_loop: &EventLoop) -> usize {
    let shown = format!("{event_loop:?}");
    let (_, tasks) = shown.split_once("tasks: ").unwrap();
    tasks[..tasks.find(',').unwrap()].parse().unwrap()
}

/// Some systems give a process 256 descriptors unless it asks for more.
#[cfg(unix)]
fn with_many_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let many = maximum.map_or(4096, |maximum| maximum.min(4096));
    if current.is_some_and(|current| current < many) {
        // Where they are not to be had, whoever needs them says so.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(many), maximum });
    }
}

#[cfg(not(unix))]
fn with_many_descriptors() {}

/// Lets all run until they wait, if that takes no time and ten turns at most.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}
