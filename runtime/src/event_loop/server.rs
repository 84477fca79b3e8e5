//! Servers: a task for each connection.

mod connection;
mod listener;
mod listeners;
mod trouble;

use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::string::ToString;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::cancel::shield;
use super::debug::is_made_of;
use super::group::{TaskGroup, task_group};
use super::report::{self, Report};
use super::scope;
use super::sync::Event;
use super::time::{timeout, yield_now};

use self::connection::{Connection, Counted};
use self::trouble::Trouble;

pub use self::connection::Served;
pub use self::listener::Listener;
pub use self::listeners::Listeners;

/// How long a server waits for a descriptor that somebody else closes. It is told of its own.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers all who come to a listener, or to [several](Listeners), each in a task of its own. Python: `asyncio.start_server`.
/// Trio: `serve_listeners`.
///
/// What goes wrong with one connection, be it an error or a panic, is [reported](Report::Connection) and hurts nobody else. When
/// the process, or the system, has no descriptor left for another connection, that is [reported](Report::Accept), and those who
/// come wait at the listener until one is closed: nobody is turned away. Connections that were given up while they waited are
/// passed over.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, Server, TcpListener, TcpStream, spawn};
///
/// async fn echo(stream: TcpStream) -> std::io::Result<()> {
///     let mut buffer = [0; 256];
///     loop {
///         match stream.read(&mut buffer).await? {
///             0 => return Ok(()),
///             n => stream.write_all(&buffer[..n]).await?,
///         }
///     }
/// }
///
/// event_loop::run(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let address = listener.local_addr()?;
///     let server = Server::new(listener).limit(1000);
///     let handle = server.handle();
///     let serving = spawn(server.serve(echo));
///
///     let client = TcpStream::connect(address).await?;
///     client.write_all(b"hello").await?;
///     let mut answer = [0; 16];
///     let n = client.read(&mut answer).await?;
///     assert_eq!(&answer[..n], b"hello");
///
///     handle.close();
///     serving.await.unwrap()
/// }).unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "a server does nothing until it serves"]
pub struct Server<L> {
    listener: L,
    limit: usize,
    grace: Duration,
    shared: Rc<Shared>,
}

/// What a server, its handles and its connections share.
struct Shared {
    connections: Cell<usize>,
    /// A connection has ended.
    ended: Event,
    /// Nobody is to be accepted any more.
    closing: Event,
    /// That was said by a handle.
    closed: Cell<bool>,
    served_at: Cell<Option<&'static Location<'static>>>,
}

impl<L: Listener> Server<L> {
    /// A server that does not serve yet: who comes waits.
    pub fn new(listener: L) -> Self {
        let shared = Shared {
            connections: Cell::new(0),
            ended: Event::new(),
            closing: Event::new(),
            closed: Cell::new(false),
            served_at: Cell::new(None),
        };
        Server { listener, limit: usize::MAX, grace: Duration::ZERO, shared: Rc::new(shared) }
    }

    /// Has at most so many connections at a time. Who comes when there are as many waits at the listener, where the system keeps
    /// some; and goes on waiting until one ends.
    ///
    /// To turn people away with a word, have the handler look at [`ServerHandle::connections`].
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn limit(mut self, connections: usize) -> Self {
        assert!(connections > 0, "a server with a limit of 0 connections serves nobody");
        self.limit = connections;
        self
    }

    /// For how long connections may go on when the server is closed, or cancelled, before they are cancelled. Without it they are
    /// at once.
    pub fn grace(mut self, limit: Duration) -> Self {
        self.grace = limit;
        self
    }

    /// What others may keep of it.
    pub fn handle(&self) -> ServerHandle {
        ServerHandle { shared: Rc::clone(&self.shared) }
    }

    /// Serves until it is [closed](ServerHandle::close). Then the listener is dropped, and connections may go on for the time of
    /// [`grace`](Self::grace). Those that are left are cancelled; what that means says
    /// [`cancellable`](super::cancellable). When all have ended, so does this.
    ///
    /// `handler` is called for each connection: an `async fn`, or an `async` closure. It returns `()` or a `Result`.
    ///
    /// # Errors
    ///
    /// If the listener cannot accept any more, and that is neither because of a single connection nor because there is no room for
    /// another. What is said of a server that is closed is true then, too.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread, or the listener panics.
    ///
    /// # Cancellation
    ///
    /// A server that is cancelled is closed, with all that follows, and then cut. If it is dropped in the middle instead, its
    /// connections are cancelled, and end by themselves.
    #[track_caller]
    pub fn serve<H, T>(self, handler: H) -> impl Future<Output = io::Result<()>>
    where
        H: AsyncFn(L::Stream) -> T + 'static,
        L::Stream: 'static,
        T: Served + 'static,
    {
        self.shared.served_at.set(Some(Location::caller()));
        let shared = Rc::clone(&self.shared);
        let body = shield(task_group(async move |connections: TaskGroup| {
            let Server { listener, limit, grace, shared } = self;
            let accepting = accept_all(listener, limit, handler, &connections, &shared);
            let ended = until(&shared.closing, accepting).await;
            shared.closing.set();
            if timeout(grace, shared.all_ended()).await.is_err() {
                connections.cancel();
            }
            Ok(ended.map_or(Ok(()), Err))
        }));
        is_made_of(|| "Server::serve", async move {
            let served = Serving { body: Some(body), shared }.await;
            served.expect("nobody else can cancel the group, and nothing in it fails")
        })
    }
}

/// Accepts until that is not possible any more. It owns the listener, which nobody comes to when this is dropped.
async fn accept_all<L: Listener, H, T>(
    listener: L,
    limit: usize,
    handler: H,
    connections: &TaskGroup,
    shared: &Rc<Shared>,
) -> io::Error
where
    H: AsyncFn(L::Stream) -> T + 'static,
    L::Stream: 'static,
    T: Served + 'static,
{
    let handler = Rc::new(handler);
    let mut was_full = false;
    loop {
        while shared.connections.get() >= limit {
            shared.one_ended().await;
        }
        let error = match listener.accept().await {
            Ok(stream) => {
                was_full = false;
                let handler = Rc::clone(&handler);
                let body = async move { handler(stream).await };
                drop(connections.spawn(Connection::new(body, Counted::new(shared))));
                continue;
            }
            Err(error) => error,
        };
        match Trouble::of(&error) {
            Trouble::OfOne => yield_now().await,
            Trouble::Full => {
                if !std::mem::replace(&mut was_full, true) {
                    shared.report(|served_at| Report::Accept { served_at, error: error.to_string() });
                }
                // Whoever else closes something does not tell.
                let _ = timeout(PAUSE, shared.one_ended()).await;
            }
            Trouble::OfTheListener => return error,
        }
    }
}

/// What the future comes to, if that is before the event, which is looked at first.
async fn until<F: Future>(event: &Event, future: F) -> Option<F::Output> {
    let (mut event, mut future) = (pin!(event.wait()), pin!(future));
    poll_fn(|cx| {
        if event.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

impl Shared {
    /// Waits until a connection ends. One waits at a time.
    async fn one_ended(&self) {
        self.ended.clear();
        self.ended.wait().await;
    }

    async fn all_ended(&self) {
        while self.connections.get() > 0 {
            self.one_ended().await;
        }
    }

    fn report(&self, report: impl FnOnce(&'static Location<'static>) -> Report) {
        if let Some(served_at) = self.served_at.get() {
            report::here(&report(served_at));
        }
    }
}

pin_project! {
    /// Closes the server when a scope around is cancelled, which waits for it: the body is in a shield.
    struct Serving<F> {
        #[pin]
        body: Option<F>,
        shared: Rc<Shared>,
    }
}

impl<E, F: Future<Output = Result<io::Result<()>, E>>> Future for Serving<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let cancelled = scope::is_cancelled();
        if cancelled {
            this.shared.closing.set();
        }
        let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Pending };
        match body.poll(cx) {
            // There is nothing to tell but what the scope knows. That cuts the code that awaits this, as it does any other.
            Poll::Ready(Ok(Ok(()))) if cancelled && !this.shared.closed.get() => {
                this.body.set(None);
                Poll::Pending
            }
            polled => polled,
        }
    }
}

impl<L: fmt::Debug> fmt::Debug for Server<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .field("limit", &self.limit)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}

/// A server, as its connections and others see it: [`Server::handle`]. Clones are of the same server. Python: `asyncio.Server`.
#[derive(Clone)]
pub struct ServerHandle {
    shared: Rc<Shared>,
}

impl ServerHandle {
    /// Has the server accept nobody any more, and end when its connections have. See [`Server::serve`].
    pub fn close(&self) {
        self.shared.closed.set(true);
        self.shared.closing.set();
    }

    /// Whether it accepts nobody any more: it was closed or cancelled, or its listener failed.
    pub fn is_closing(&self) -> bool {
        self.shared.closing.is_set()
    }

    /// Waits until it accepts nobody any more. A handler may end then what it could go on with for long.
    ///
    /// ```
    /// use antiphon::event_loop::{ByteStream, Reader, ServerHandle, TcpStream, race};
    ///
    /// async fn answer(stream: TcpStream, server: ServerHandle) -> Result<(), antiphon::event_loop::ReadError> {
    ///     let mut requests = Reader::new(stream);
    ///     loop {
    ///         // A request that is there already is answered.
    ///         let next = async { requests.read_line().await.transpose() };
    ///         let closing = async { server.closing().await; None };
    ///         let Some(request) = race((next, closing)).await.value else { return Ok(()) };
    ///         let request = request?;
    ///         requests.stream().write_all(request.as_bytes()).await?;
    ///     }
    /// }
    /// ```
    pub fn closing(&self) -> impl Future<Output = ()> {
        self.shared.closing.wait()
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.shared.connections.get()
    }
}

impl fmt::Debug for ServerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerHandle")
            .field("connections", &self.connections())
            .field("closing", &self.is_closing())
            .finish()
    }
}
