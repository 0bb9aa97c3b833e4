//! Control-C during what takes long, or changes something.

use std::future::Future;

use crate::context::Context;
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
    or_interrupted(request, &format!("Atlas may still {action}"))
        .await
        .map_err(|failure| failure.with_hint_if_interrupted(hint))
}
