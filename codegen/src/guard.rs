//! Turns the panics of others into errors.
//!
//! progenitor and typify assert what they expect of a description. To the person who wrote it that is an
//! error like any other, and no stack trace.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does some work, and returns what it says when it panics. Nothing is printed then.
///
/// The hook that prints is one for the whole process. It is replaced once, by one that is silent on threads
/// that are inside of this function, and does what the former one did on all others.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let former = take_hook();
        set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                former(panic);
            }
        }));
    });
    let was_quiet = QUIET.replace(true);
    // What the work has changed when it panics is dropped with it, or never looked at again.
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(was_quiet);
    result.map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("it does not say why").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_text() {
        assert_eq!(caught(|| 1), Ok(1));
        assert_eq!(caught(|| panic!("no")), Err::<(), _>("no".to_owned()));
        assert_eq!(
            caught(|| panic!("no {}", 2)),
            Err::<(), _>("no 2".to_owned())
        );
    }

    #[test]
    fn silence_ends_with_the_work() {
        let _ = caught(|| caught(|| panic!("inside")));
        assert!(!QUIET.get());
        let inside = caught(|| {
            let _ = caught(|| panic!("deeper"));
            QUIET.get()
        });
        assert_eq!(inside, Ok(true));
        assert!(
            std::thread::spawn(|| QUIET.get())
                .join()
                .is_ok_and(|quiet| !quiet)
        );
    }
}
