//! The loop itself: what it owns, and who is ready.

mod ready;
mod tasks;
mod turn;

use std::boxed::Box;
use std::cell::{Cell, OnceCell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Waker;
use std::time::Duration;
use std::vec::Vec;

use self::ready::Ready;
use self::tasks::Tasks;
use super::LoopClosed;
use super::callback::Call;
use super::context::{self, Values};
use super::current;
use super::debug::Debug;
use super::driver::Driver;
use super::entry::{Entry, Kind};
use super::listeners::{self, Listeners};
use super::net::{Simulation, Sources};
use super::pool::Pool;
use super::remote::Remote;
use super::report::{self, Report};
use super::slab::{Key, Slab};
use super::task::{Memory, State, TaskId, TaskRef};
use super::timers::Wheel;

/// How many steps there are in a turn at most: so often the system is asked what else there is.
const BATCH: usize = 61;

/// How many operations a task may complete in one step before it has to let others run.
const BUDGET: u32 = 128;

static LOOPS: AtomicU32 = AtomicU32::new(0);

/// A loop. Nothing in it is borrowed while anything of a user's runs or is dropped.
pub(crate) struct Core {
    remote: Arc<Remote>,
    driver: RefCell<Box<dyn Driver>>,
    ready: Ready,
    tasks: Tasks,
    calls: RefCell<Slab<Call>>,
    listeners: RefCell<Listeners>,
    timers: RefCell<Wheel<Entry>>,
    sources: RefCell<Sources>,
    /// What its sockets are of, if not the system's.
    simulation: Option<Simulation>,
    /// Who is polled, or was last.
    polled: Cell<Entry>,
    /// The data of the waker it is polled with. Of nobody's waker if nobody is.
    polled_with: Cell<*const ()>,
    /// Whether who is polled is to be polled again.
    again: Cell<bool>,
    budget: Cell<u32>,
    main: Main,
    stopping: Cell<bool>,
    closed: Cell<bool>,
    order: Option<RefCell<fastrand::Rng>>,
    reports: RefCell<Rc<dyn Fn(&Report)>>,
    /// Once there was work for it.
    pool: OnceCell<Arc<Pool>>,
    debug: Debug,
    memory: Memory,
}

/// What the loop was asked to complete: it is on the stack of who asked.
#[derive(Default)]
struct Main {
    run: Cell<u32>,
    queued: Cell<bool>,
    /// Its scope is cancelled, or that of the next run if there is none.
    cancelled: Cell<bool>,
}

/// How a run ended that did not complete what it was asked to.
#[derive(Debug)]
pub(crate) enum Ended {
    Stopped,
    Stuck,
    Io(io::Error),
}

impl Core {
    pub(crate) fn new(driver: impl Driver + 'static) -> Rc<Self> {
        let id = LOOPS.fetch_add(1, Ordering::Relaxed);
        let core = Rc::new(Core {
            remote: Arc::new(Remote::new(id, driver.notify())),
            ready: Ready::default(),
            tasks: Tasks::default(),
            calls: RefCell::default(),
            listeners: RefCell::new(Listeners::new()),
            timers: RefCell::new(Wheel::new()),
            sources: RefCell::default(),
            simulation: driver.simulation(),
            polled: Cell::new(Entry::NOBODY),
            polled_with: Cell::new(turn::no_waker()),
            again: Cell::new(false),
            budget: Cell::new(BUDGET),
            main: Main::default(),
            stopping: Cell::new(false),
            closed: Cell::new(false),
            order: driver.seed().map(|seed| RefCell::new(fastrand::Rng::with_seed(seed))),
            reports: RefCell::new(Rc::new(report::to_stderr)),
            pool: OnceCell::new(),
            debug: Debug::new(),
            memory: Memory::new(),
            driver: RefCell::new(Box::new(driver)),
        });
        current::register(&core);
        core
    }

    /// The number of the loop: no other of the process has it.
    #[inline]
    pub(crate) fn id(&self) -> u32 {
        self.remote.id
    }

    pub(crate) const fn remote(&self) -> &Arc<Remote> {
        &self.remote
    }

    /// Nanoseconds since the loop was made.
    pub(crate) fn time(&self) -> u64 {
        nanoseconds(self.driver.borrow().time())
    }

    // Who runs.

    /// The one that is polled, if this is the waker that it is polled with.
    #[inline]
    pub(crate) fn polled_with(&self, waker: &Waker) -> Option<Entry> {
        (self.polled_with.get() == waker.data()).then(|| self.polled.get())
    }

    /// Has the one that is polled run again in the next turn, if this is the waker that it is polled with. It need not be
    /// looked up then, and takes its place when this step is over.
    #[inline]
    pub(crate) fn poll_again(&self, waker: &Waker) -> bool {
        let it_is = self.polled_with.get() == waker.data();
        if it_is {
            self.again.set(true);
        }
        it_is
    }

    /// The task whose step this is.
    pub(crate) fn current(&self) -> Option<Entry> {
        (self.polled_with.get() != turn::no_waker()).then(|| self.polled.get())
    }

    /// Takes an operation from what the running step may complete. `false` if there is none left.
    #[inline]
    pub(crate) fn spend(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }

    /// The running step may complete as much again.
    pub(crate) fn refill(&self) {
        self.budget.set(BUDGET);
    }

    // Who is ready.

    /// Puts it into the ready queue, once. One that has ended is none.
    #[inline]
    pub(crate) fn wake(&self, entry: Entry) {
        match entry.kind() {
            Kind::Task(key) => {
                if !self.tasks.queue(key) {
                    return;
                }
            }
            Kind::Main => {
                if entry != self.main() || self.main.queued.replace(true) {
                    return;
                }
            }
            Kind::Call(_) => {}
        }
        self.ready.push(entry);
    }

    /// Takes a task in, which runs in the next turn.
    #[inline]
    pub(crate) fn admit(&self, make: impl FnOnce(Key) -> TaskRef) -> Result<(), LoopClosed<()>> {
        if self.closed.get() {
            return Err(LoopClosed(()));
        }
        let make = |key| {
            let task = make(key);
            task.header().set(State::QUEUED);
            task
        };
        let key = self.tasks.insert_with(make);
        self.ready.push(Entry::task(key));
        Ok(())
    }

    /// Cancels a task's outermost scope, and has it run to be told.
    pub(crate) fn cancel(&self, key: Key) {
        let Some(task) = self.tasks.get(key) else { return };
        task.header().set(State::CANCELLED);
        listeners::wake_of(self, Entry::task(key));
        self.wake(Entry::task(key));
    }

    pub(crate) const fn listeners(&self) -> &RefCell<Listeners> {
        &self.listeners
    }

    /// What the loop was asked to complete.
    pub(crate) fn main(&self) -> Entry {
        Entry::main(self.main.run.get())
    }

    /// Cancels the scope of what the loop was asked to complete, or is next.
    pub(crate) fn cancel_main(&self) {
        self.main.cancelled.set(true);
        listeners::wake_of(self, self.main());
        self.wake(self.main());
    }

    /// The next run is not cancelled.
    pub(crate) fn main_is_over(&self) {
        self.main.cancelled.set(false);
    }

    pub(crate) fn is_main_cancelled(&self) -> bool {
        self.main.cancelled.get()
    }

    pub(crate) fn call_soon(&self, f: Box<dyn FnOnce()>) -> Entry {
        self.call_soon_with(f, context::current())
    }

    fn call_soon_with(&self, f: Box<dyn FnOnce()>, values: Values) -> Entry {
        let entry = self.keep_call(Call::Function(f, values));
        self.wake(entry);
        entry
    }

    /// Keeps something that can be called, until it is, or is taken back.
    pub(crate) fn keep_call(&self, call: Call) -> Entry {
        Entry::call(self.calls.borrow_mut().insert_with(|_| call))
    }

    /// Takes back what was to be called, if it was not yet.
    pub(crate) fn take_call(&self, entry: Entry) -> Option<Call> {
        match entry.kind() {
            Kind::Call(key) => self.calls.borrow_mut().remove(key),
            Kind::Task(_) | Kind::Main => None,
        }
    }

    pub(crate) const fn sources(&self) -> &RefCell<Sources> {
        &self.sources
    }

    /// What a simulated run differs by.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.driver.try_borrow().ok()?.seed()
    }

    pub(crate) const fn simulation(&self) -> Option<&Simulation> {
        self.simulation.as_ref()
    }

    pub(crate) const fn driver(&self) -> &RefCell<Box<dyn Driver>> {
        &self.driver
    }

    // Time.

    pub(crate) const fn timers(&self) -> &RefCell<Wheel<Entry>> {
        &self.timers
    }

    /// Where work goes that blocks.
    pub(crate) fn pool(&self) -> Arc<Pool> {
        let made = || {
            let pool = Pool::new();
            if self.closed.get() {
                pool.close();
            }
            pool
        };
        Arc::clone(self.pool.get_or_init(made))
    }

    pub(crate) fn stop(&self) {
        self.stopping.set(true);
    }

    pub(crate) fn report(&self, report: &Report) {
        let handler = Rc::clone(&self.reports.borrow());
        handler(report);
    }

    pub(crate) fn set_reports(&self, handler: Rc<dyn Fn(&Report)>) {
        let before = self.reports.replace(handler);
        drop(before);
    }

    /// The name of a task that has not ended.
    pub(crate) fn name(&self, key: Key) -> Option<Rc<str>> {
        self.tasks.get(key).and_then(|task| task.header().name())
    }

    pub(crate) const fn debug(&self) -> &Debug {
        &self.debug
    }

    /// A task that has not ended.
    pub(crate) fn task(&self, key: Key) -> Option<TaskRef> {
        self.tasks.get(key)
    }

    /// Those that have not ended.
    pub(crate) fn all_tasks(&self) -> Vec<TaskRef> {
        self.tasks.all()
    }

    /// What tasks have left.
    #[inline]
    pub(crate) const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// How many tasks there are that have not ended.
    pub(crate) fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// A task that ends without ever having run was forgotten. Told where the program is being made.
    fn report_unstarted(&self, task: &TaskRef) {
        let header = task.header();
        let began = header.state().is(State::STARTED) || header.state().is(State::CANCELLED);
        if (cfg!(debug_assertions) || self.debug.is_on()) && !began {
            let task = TaskId(header.key());
            self.report(&Report::NeverStarted { task, name: header.name(), spawned_at: header.spawned_at() });
        }
    }

    /// Drops all tasks and callbacks. From now on nothing is taken in.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        drop(self.remote.close());
        if let Some(pool) = self.pool.get() {
            pool.close();
        }
        let mut below = u32::MAX;
        while let Some(task) = self.tasks.pop(&mut below) {
            self.report_unstarted(&task);
            task.cut();
            self.end(&task);
        }
        let mut below = u32::MAX;
        loop {
            let call = self.calls.borrow_mut().pop(&mut below);
            if call.is_none() {
                break;
            }
        }
        self.ready.clear();
    }
}

/// Durations of centuries are one.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
