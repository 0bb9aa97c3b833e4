//! Control-C, and on Unix SIGTERM and SIGHUP, while a command waits or changes something.

use std::future::Future;
#[cfg(unix)]
use std::future::pending;
use std::io;
#[cfg(unix)]
use std::io::IsTerminal;
use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use tokio::runtime::Builder;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};
use tokio::sync::Notify;

use crate::failure::{Failure, exit_code};

/// Awaits `work` until Control-C, which drops it: between two requests, or during one. `interrupted` is the result
/// then.
pub(crate) async fn interruptible<T>(
    work: impl Future<Output = Result<T, Failure>>,
    interrupted: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    LISTENING.call_once(listen);
    let _handling = Handling::start();
    tokio::select! {
        biased;
        result = work => result,
        () = SIGNALS.notified() => interrupted(),
    }
}

static LISTENING: Once = Once::new();
static SIGNALS: Notify = Notify::const_new();
static IS_HANDLED: AtomicBool = AtomicBool::new(false);

/// While this exists, some work can be interrupted.
struct Handling;

impl Handling {
    fn start() -> Self {
        IS_HANDLED.store(true, Ordering::SeqCst);
        Self
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        IS_HANDLED.store(false, Ordering::SeqCst);
    }
}

/// Listens for signals in a thread from now on.
///
/// The system does not end the program any more. The thread does so while no work can be interrupted, as when
/// the output blocks on a slow reader.
fn listen() {
    let (sender, started) = sync_channel(1);
    thread::spawn(move || {
        let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
            return;
        };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::listen() else {
                return;
            };
            let _ = sender.send(());
            while signals.next().await {
                if !IS_HANDLED.load(Ordering::SeqCst) {
                    process::exit(exit_code::INTERRUPTED.into());
                }
                SIGNALS.notify_one();
            }
        });
    });
    // It listens now, or it cannot, and then the system ends the program.
    let _ = started.recv();
}

/// Control-C, and the signal that ends programs without a terminal.
#[cfg(unix)]
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// `None` without a terminal to hang up, as under `nohup`, which has the signal ignored.
    hang_up: Option<Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        let has_terminal =
            io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: has_terminal
                .then(|| signal(SignalKind::hangup()))
                .transpose()?,
        })
    }

    async fn next(&mut self) -> bool {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => pending().await,
            }
        };
        let received = tokio::select! {
            received = self.interrupt.recv() => received,
            received = self.terminate.recv() => received,
            received = hang_up => received,
        };
        received.is_some()
    }
}

#[cfg(windows)]
struct Signals(CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        ctrl_c().map(Self)
    }

    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}
