//! Child processes.
//!
//! No thread waits for them: the system says by a signal when one has ended, and whoever waits asks for his own.

mod kill;

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::task::{Context, Poll};
use std::vec::Vec;

use super::core::Core;
use super::current;
use super::debug::is_made_of;
use super::net::{PipeReader, PipeWriter, no_child_processes};
use super::signal::{Signal, SignalKind, signal};
use super::task::{self, State};

/// A process that this one has started. Python: `asyncio.subprocess.Process`.
///
/// What is to be run says a [`std::process::Command`]. Standard streams that it asks to be [piped](Stdio::piped) can be awaited.
///
/// ```
/// use antiphon::event_loop::{self, Child, Reader};
/// use std::process::{Command, Stdio};
///
/// event_loop::run(async {
///     let mut sort = Child::spawn(Command::new("sort").stdin(Stdio::piped()).stdout(Stdio::piped()))?;
///     let input = sort.stdin.take().unwrap();
///     input.write_all(b"two\none\n").await?;
///     drop(input);
///     let mut lines = Reader::new(sort.stdout.take().unwrap());
///     assert_eq!(lines.read_line().await?.unwrap(), "one");
///     assert_eq!(lines.read_line().await?.unwrap(), "two");
///     assert!(sort.wait().await?.success());
///     Ok::<_, event_loop::ReadError>(())
/// }).unwrap().unwrap();
/// ```
///
/// A process that is dropped goes on, unless it is to be [killed](Self::kill_on_drop); its loop, as long as it runs, takes note
/// when it has ended, so that nothing is left of it in the system.
pub struct Child {
    /// Its standard input, if that is piped.
    pub stdin: Option<PipeWriter>,
    /// Its standard output, if that is piped.
    pub stdout: Option<PipeReader>,
    /// Its standard error, if that is piped.
    pub stderr: Option<PipeReader>,
    /// Until it is dropped.
    process: Option<Process>,
    kill_on_drop: bool,
    /// The number of its loop.
    of: u32,
}

impl Child {
    /// Starts a process. Python: `asyncio.create_subprocess_exec`.
    ///
    /// # Errors
    ///
    /// If there is no such program, it may not be run, or there are too many processes or open files; on a simulated loop.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        if current::with(|core| core.simulation().is_some()) == Some(true) {
            return no_child_processes();
        }
        // Before the process can end.
        let one_ended = signal(SignalKind::CHILD)?;
        let process = command.spawn()?;
        let process = Process { process, one_ended };
        let of = current::with(Core::id).unwrap_or(u32::MAX);
        let mut child =
            Child { stdin: None, stdout: None, stderr: None, process: Some(process), kill_on_drop: true, of };
        // Should there be no room for the pipes, it is not left to itself.
        let process = &mut child.process_mut().process;
        let (stdin, stdout, stderr) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        child.stdin = stdin.map(|pipe| PipeWriter::new(pipe.into())).transpose()?;
        child.stdout = stdout.map(|pipe| PipeReader::new(pipe.into())).transpose()?;
        child.stderr = stderr.map(|pipe| PipeReader::new(pipe.into())).transpose()?;
        child.kill_on_drop = false;
        Ok(child)
    }

    /// Runs a process to its end, without any input: its status, and what it wrote. Its standard streams are set for that.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Child};
    /// use std::process::Command;
    ///
    /// let output = event_loop::run(Child::output(Command::new("echo").arg("hello"))).unwrap()?;
    /// assert_eq!(output.stdout, b"hello\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn), and if reading fails.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    ///
    /// # Cancellation
    ///
    /// The process is killed.
    pub fn output(command: &mut Command) -> impl Future<Output = io::Result<Output>> {
        is_made_of(|| "Child::output", async move {
            let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            Child::spawn(command)?.kill_on_drop(true).communicate(&[]).await
        })
    }

    /// Whether it is killed when it is dropped, before it has ended.
    #[must_use]
    pub fn kill_on_drop(mut self, kill: bool) -> Self {
        self.kill_on_drop = kill;
        self
    }

    /// Its number in the system, which may be another's when it was waited for.
    pub fn id(&self) -> u32 {
        self.process().process.id()
    }

    /// Waits until it has ended, and says how. Its standard input is closed first, so that it does not wait for more. Once it has
    /// ended, it says the same each time.
    ///
    /// Who has it write into a pipe reads that first, or at the same time: a full pipe would have the process wait.
    ///
    /// # Errors
    ///
    /// If somebody else has waited for it, or its loop is closed.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    pub fn wait(&mut self) -> impl Future<Output = io::Result<ExitStatus>> {
        is_made_of(|| "Child::wait", async move {
            self.stdin = None;
            self.process_mut().wait().await
        })
    }

    /// How it has ended; `None` if it has not.
    ///
    /// # Errors
    ///
    /// If somebody else has waited for it.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process_mut().process.try_wait()
    }

    /// Sends it a signal. To one that has ended that is nothing; and once it was waited for, its number may be another's, to whom
    /// none is sent. Python: `send_signal`.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Child, SignalKind};
    /// use std::os::unix::process::ExitStatusExt;
    /// use std::process::Command;
    ///
    /// event_loop::run(async {
    ///     let mut child = Child::spawn(Command::new("sleep").arg("1000"))?;
    ///     child.send_signal(SignalKind::HANGUP)?;
    ///     assert_eq!(child.wait().await?.signal(), Some(SignalKind::HANGUP.as_raw()));
    ///     std::io::Result::Ok(())
    /// }).unwrap()?;
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// If that is not allowed, there is no such signal, or somebody else has waited for the process.
    pub fn send_signal(&mut self, kind: SignalKind) -> io::Result<()> {
        let process = &mut self.process_mut().process;
        // What has ended and was not waited for keeps its number; so between this and the signal nobody else gets it.
        if process.try_wait()?.is_some() {
            return Ok(());
        }
        kill::kill(process.id(), kind.as_raw())
    }

    /// Asks it to end, by `SIGTERM`. To one that has ended that is nothing new. Python: `terminate`.
    ///
    /// # Errors
    ///
    /// As [`send_signal`](Self::send_signal).
    pub fn terminate(&mut self) -> io::Result<()> {
        self.send_signal(SignalKind::TERMINATE)
    }

    /// Ends it, by `SIGKILL`. To one that has ended that is nothing new. It is to be [waited](Self::wait) for.
    ///
    /// # Errors
    ///
    /// If that is not allowed.
    pub fn kill(&mut self) -> io::Result<()> {
        self.process_mut().process.kill()
    }

    /// Sends it all of the input, reads all that it writes into pipes, and waits until it has ended. One that does not read its input
    /// to the end may. Python: `communicate`.
    ///
    /// # Errors
    ///
    /// If reading or writing fails, and as [`wait`](Self::wait).
    ///
    /// # Cancellation
    ///
    /// The process is dropped.
    pub fn communicate(mut self, input: &[u8]) -> impl Future<Output = io::Result<Output>> {
        is_made_of(|| "Child::communicate", async move {
            let (stdin, stdout, stderr) = (self.stdin.take(), self.stdout.take(), self.stderr.take());
            let mut stdin = pin!(send(stdin, input));
            let mut stdout = pin!(read_to_end(stdout));
            let mut stderr = pin!(read_to_end(stderr));
            let (mut sent, mut out, mut err) = (None, None, None);
            poll_fn(|cx| {
                let mut step = || {
                    poll_once(&mut sent, stdin.as_mut(), cx)?;
                    poll_once(&mut out, stdout.as_mut(), cx)?;
                    poll_once(&mut err, stderr.as_mut(), cx)
                };
                match step() {
                    Ok(()) if sent.is_some() && out.is_some() && err.is_some() => Poll::Ready(Ok(())),
                    Ok(()) => Poll::Pending,
                    Err(error) => Poll::Ready(Err(error)),
                }
            })
            .await?;
            let status = self.wait().await?;
            Ok(Output { status, stdout: out.unwrap_or_default(), stderr: err.unwrap_or_default() })
        })
    }

    fn process(&self) -> &Process {
        self.process.as_ref().expect("it is there until it is dropped")
    }

    fn process_mut(&mut self) -> &mut Process {
        self.process.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        if self.kill_on_drop {
            // One that has ended need not be.
            let _ = process.process.kill();
        }
        if !matches!(process.process.try_wait(), Ok(None)) {
            return;
        }
        // Until somebody asks how it has ended, something of it is left in the system.
        let Some(core) = current::find(self.of) else { return };
        let reaped = async move { _ = process.wait().await };
        let handle = task::spawn_on(&core, reaped, Location::caller()).named("a child process that was dropped");
        // That its loop ends before is no mistake of anybody's.
        if let Some(header) = handle.header() {
            header.set(State::STARTED);
        }
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("id", &self.id()).finish_non_exhaustive()
    }
}

/// A process, and who says that one has ended.
struct Process {
    process: std::process::Child,
    one_ended: Signal,
}

impl Process {
    async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status);
            }
            self.one_ended.recv().await?;
        }
    }
}

/// Polls one of several, until it has a value.
fn poll_once<F, T>(value: &mut Option<T>, future: Pin<&mut F>, cx: &mut Context<'_>) -> io::Result<()>
where
    F: Future<Output = io::Result<T>>,
{
    if value.is_none() {
        if let Poll::Ready(ended) = future.poll(cx) {
            *value = Some(ended?);
        }
    }
    Ok(())
}

async fn send(pipe: Option<PipeWriter>, input: &[u8]) -> io::Result<()> {
    let Some(pipe) = pipe else { return Ok(()) };
    match pipe.write_all(input).await {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        sent => sent,
    }
}

async fn read_to_end(pipe: Option<PipeReader>) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let Some(pipe) = pipe else { return Ok(all) };
    let mut buffer = std::vec![0; 1 << 13];
    loop {
        match pipe.read(&mut buffer).await? {
            0 => return Ok(all),
            n => all.extend_from_slice(&buffer[..n]),
        }
    }
}
