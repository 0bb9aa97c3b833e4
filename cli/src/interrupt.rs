//! Control-C during what may take long.

use std::future::Future;

use crate::failure::{Failure, Reason};

/// Awaits `work`, unless Control-C comes first; then `work` is dropped, which stops it between two requests
/// or in the middle of one that changes nothing.
///
/// # Errors
///
/// [`Reason::Interrupted`] with what `goes_on` says, and what `work` returns.
pub(crate) async fn or_interrupted<T>(
    work: impl Future<Output = Result<T, Failure>>,
    goes_on: &str,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        result = work => result,
        Ok(()) = tokio::signal::ctrl_c() => {
            Err(Failure::new(Reason::Interrupted(goes_on.to_owned())))
        }
    }
}
