//! Control-C during what takes long, or changes something.

use std::future::Future;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::ctrl_c;
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
            thread::spawn(|| listener.listen());
            listener
        })
    }

    /// Without a runtime it is the system that ends the program.
    fn listen(&self) {
        let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
            return;
        };
        runtime.block_on(async {
            while ctrl_c().await.is_ok() {
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

/// While it lives, Control-C is for somebody to act on.
struct Heeded<'a>(&'a Listener);

impl Drop for Heeded<'_> {
    fn drop(&mut self) {
        self.0.heeded.store(false, Ordering::SeqCst);
    }
}
