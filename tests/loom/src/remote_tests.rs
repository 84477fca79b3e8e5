//! The way in from other threads: no notification is lost, and nothing that was put in.

use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use real::vec::Vec;

use crate::driver::{Notify, Outside};
use crate::entry::Entry;
use crate::remote::{Counted, Message, Remote};

/// As the simulated driver's: a flag under a lock, and somebody who waits for it.
#[derive(Default)]
struct Notified {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Notified {
    fn wait(&self) {
        let mut flag = self.flag.lock().unwrap();
        while !core::mem::take(&mut *flag) {
            flag = self.changed.wait(flag).unwrap();
        }
    }
}

struct Notifier(Arc<Notified>);

impl Notify for Notifier {
    fn notify(&self) {
        *self.0.flag.lock().unwrap() = true;
        self.0.changed.notify_one();
    }
}

fn remote() -> (Arc<Remote>, Arc<Notified>) {
    let notified = Arc::new(Notified::default());
    (Arc::new(Remote::new(0, real::boxed::Box::new(Notifier(notified.clone())))), notified)
}

fn entries(messages: Vec<Message>) -> Vec<u32> {
    let entry = |message| match message {
        Message::Wake(Entry(number)) => number,
        Message::Call(_) | Message::Cancel(_) => unreachable!("nobody leaves these here"),
    };
    messages.into_iter().map(entry).collect()
}

/// With a limit: each thread is interrupted in the middle three times at most. More takes minutes, and found nothing.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(3));
    builder.check(test);
}

/// What a loop does between two turns: takes what is pending, and otherwise waits, and takes again.
fn turn(remote: &Remote, notified: &Notified, seen: &mut Vec<u32>) {
    if remote.is_pending() {
        seen.extend(entries(remote.take()));
    } else {
        notified.wait();
        seen.extend(entries(remote.take()));
    }
}

#[test]
fn a_loop_that_waits_is_told_of_everything() {
    model(|| {
        let (remote, notified) = remote();
        let threads: Vec<_> = [[1, 2], [3, 4]]
            .into_iter()
            .map(|numbers| {
                let remote = remote.clone();
                thread::spawn(move || {
                    for number in numbers {
                        assert!(remote.tell(Message::Wake(Entry(number))).is_ok());
                    }
                })
            })
            .collect();
        // If a notification were lost, this would wait for ever, which loom finds.
        let mut seen = Vec::new();
        while seen.len() < 4 {
            turn(&remote, &notified, &mut seen);
        }
        let of = |numbers: [u32; 2]| seen.iter().copied().filter(move |seen| numbers.contains(seen));
        assert!(of([1, 2]).eq([1, 2]) && of([3, 4]).eq([3, 4]), "{seen:?}");
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn a_message_is_taken_or_comes_back_when_the_loop_closes() {
    model(|| {
        let (remote, _) = remote();
        let teller = thread::spawn({
            let remote = remote.clone();
            move || {
                let told = [1, 2].map(|number| remote.tell(Message::Wake(Entry(number))).is_ok());
                assert!(told[0] || !told[1], "it was closed, and then not");
                told
            }
        });
        let mut taken = entries(remote.take());
        taken.extend(entries(remote.close()));
        assert!(remote.is_closed());
        let told = teller.join().unwrap();
        let expected: &[u32] = match told {
            [true, true] => &[1, 2],
            [true, false] => &[1],
            _ => &[],
        };
        assert_eq!(taken, expected);
        assert!(entries(remote.take()).is_empty());
    });
}

#[test]
fn a_loop_that_waits_for_work_sees_what_the_work_left_and_then_that_it_is_over() {
    model(|| {
        let (remote, notified) = remote();
        let job = Counted::job(&remote);
        let worker = thread::spawn(move || {
            assert!(job.remote().tell(Message::Wake(Entry(1))).is_ok());
            drop(job);
        });
        let mut seen = Vec::new();
        // As a simulated loop: while there is work, it waits.
        loop {
            let outside = remote.outside();
            seen.extend(entries(remote.take()));
            if outside == (Outside { jobs: 0, handles: 0 }) {
                break;
            }
            notified.wait();
        }
        assert_eq!(seen, [1]);
        worker.join().unwrap();
    });
}

#[test]
fn handles_count_while_there_are_any() {
    model(|| {
        let (remote, notified) = remote();
        let first = Counted::handle(&remote);
        let second = first.clone();
        let threads = [first, second].map(|handle| thread::spawn(move || drop(handle)));
        while remote.outside().handles > 0 {
            notified.wait();
        }
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}
