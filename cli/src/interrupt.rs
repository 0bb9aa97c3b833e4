//! Control-C, and SIGTERM on Unix, while a command waits or changes something.

use std::future::Future;
use std::io;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use tokio::runtime::Builder;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};
use tokio::sync::Notify;

use crate::failure::{Failure, exit_code};

/// Awaits `work` until Control-C, which drops it: between two requests, or during one.
pub(crate) async fn interruptible<T>(
    work: impl Future<Output = Result<T, Failure>>,
    interrupted: impl FnOnce() -> Failure,
) -> Result<T, Failure> {
    let listener = Listener::get();
    let _handling = listener.handle();
    tokio::select! {
        biased;
        result = work => result,
        () = listener.signals.notified() => Err(interrupted()),
    }
}

/// Listens for signals from the first call of [`interruptible`] on.
///
/// From then on the system does not end the program any more. A thread of its own does so while no work can
/// be interrupted, as when the output blocks on a slow reader.
struct Listener {
    is_handled: AtomicBool,
    signals: Notify,
}

impl Listener {
    fn get() -> &'static Self {
        static LISTENER: OnceLock<&'static Listener> = OnceLock::new();
        LISTENER.get_or_init(|| {
            let listener: &'static Self = Box::leak(Box::new(Self {
                is_handled: AtomicBool::new(false),
                signals: Notify::new(),
            }));
            let (sender, started) = sync_channel(1);
            thread::spawn(move || listener.listen(&sender));
            // It listens now, or it cannot, and then the system ends the program.
            let _ = started.recv();
            listener
        })
    }

    fn listen(&self, started: &SyncSender<()>) {
        let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
            return;
        };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::listen() else {
                return;
            };
            let _ = started.send(());
            while signals.next().await {
                if !self.is_handled.load(Ordering::SeqCst) {
                    process::exit(exit_code::INTERRUPTED.into());
                }
                self.signals.notify_one();
            }
        });
    }

    fn handle(&self) -> Handling<'_> {
        self.is_handled.store(true, Ordering::SeqCst);
        Handling(self)
    }
}

/// While this exists, some work can be interrupted.
struct Handling<'a>(&'a Listener);

impl Drop for Handling<'_> {
    fn drop(&mut self) {
        self.0.is_handled.store(false, Ordering::SeqCst);
    }
}

/// Control-C, and the signal that ends programs without a terminal.
#[cfg(unix)]
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> bool {
        let received = tokio::select! {
            received = self.interrupt.recv() => received,
            received = self.terminate.recv() => received,
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
