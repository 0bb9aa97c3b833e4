//! Panics of dependencies as errors: progenitor asserts what it expects of a document.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, and returns the message of its panic, of which nothing is printed.
///
/// The hook that prints is shared by the whole process. It is replaced once, by one that is silent on threads
/// inside this function and calls the former hook on all others.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
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
    // Whatever a panic leaves half-changed is dropped with `work`.
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(was_quiet);
    result.map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("no message").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_become_their_message() {
        assert_eq!(catch_panic(|| 1), Ok(1));
        assert_eq!(catch_panic(|| panic!("no")), Err::<(), _>("no".to_owned()));
        assert_eq!(
            catch_panic(|| panic!("no {}", 2)),
            Err::<(), _>("no 2".to_owned())
        );
    }

    #[test]
    fn hook_is_silent_only_inside() {
        let _ = catch_panic(|| catch_panic(|| panic!("inside")));
        assert!(!QUIET.get());
        let inside = catch_panic(|| {
            let _ = catch_panic(|| panic!("deeper"));
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
