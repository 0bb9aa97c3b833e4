//! Control-C, and on Unix SIGTERM, during what takes long or changes something.

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

use crate::context::Context;
use crate::failure::{Failure, Reason, exit_code};

/// Awaits `work`, unless Control-C comes first; then `work` is dropped, which stops it between two requests
/// or in the middle of one that changes nothing.
///
/// # Errors
///
/// [`Reason::Interrupted`] with what `goes_on` says, and what `work` returns.
pub(crate) async fn or_interrupted<T>(
    work: impl Future<Output = Result<T, Failure>>,
    goes_on: impl FnOnce() -> String,
) -> Result<T, Failure> {
    let listener = Listener::get();
    let _heeded = listener.heed();
    tokio::select! {
        biased;
        result = work => result,
        () = listener.came.notified() => Err(Failure::new(Reason::Interrupted(goes_on()))),
    }
}

/// Awaits a request that changes something, unless Control-C comes first: then only Atlas knows whether it
/// was done.
///
/// # Errors
///
/// [`Reason::Interrupted`] with what Atlas may do, and what `request` returns.
pub(crate) async fn or_unknown<T>(
    request: impl Future<Output = Result<T, Failure>>,
    action: &str,
    context: &Context,
) -> Result<T, Failure> {
    let hint = format!("atlas-pe list{} shows what is there", context.options);
    or_interrupted(request, || format!("Atlas may still {action}"))
        .await
        .map_err(|failure| failure.with_hint_if_interrupted(hint))
}

/// Hears Control-C from the first time that somebody asks for it on.
///
/// Once it is heard, the system does not end the program any more. A thread of its own does so where nobody
/// heeds it, as when the output waits for a slow reader.
struct Listener {
    heeded: AtomicBool,
    came: Notify,
}

impl Listener {
    fn get() -> &'static Self {
        static LISTENER: OnceLock<&'static Listener> = OnceLock::new();
        LISTENER.get_or_init(|| {
            let listener: &'static Self = Box::leak(Box::new(Self {
                heeded: AtomicBool::new(false),
                came: Notify::new(),
            }));
            let (listens, begun) = sync_channel(1);
            thread::spawn(move || listener.listen(&listens));
            // It listens from now on, or cannot, and then it is the system that ends the program.
            let _ = begun.recv();
            listener
        })
    }

    fn listen(&self, begun: &SyncSender<()>) {
        let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
            return;
        };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::hear() else {
                return;
            };
            let _ = begun.send(());
            while signals.next().await {
                if !self.heeded.load(Ordering::SeqCst) {
                    process::exit(exit_code::INTERRUPTED.into());
                }
                self.came.notify_one();
            }
        });
    }

    fn heed(&self) -> Heeded<'_> {
        self.heeded.store(true, Ordering::SeqCst);
        Heeded(self)
    }
}

/// Control-C, and what ends programs that nobody sits in front of.
#[cfg(unix)]
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

#[cfg(unix)]
impl Signals {
    fn hear() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> bool {
        let came = tokio::select! {
            came = self.interrupt.recv() => came,
            came = self.terminate.recv() => came,
        };
        came.is_some()
    }
}

#[cfg(windows)]
struct Signals(CtrlC);

#[cfg(windows)]
impl Signals {
    fn hear() -> io::Result<Self> {
        ctrl_c().map(Self)
    }

    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

/// While it lives, Control-C is for somebody to act on.
struct Heeded<'a>(&'a Listener);

impl Drop for Heeded<'_> {
    fn drop(&mut self) {
        self.0.heeded.store(false, Ordering::SeqCst);
    }
}
