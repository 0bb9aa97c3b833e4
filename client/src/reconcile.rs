//! Determines whether a request was applied whose response was lost.
//!
//! For a POST this can be disproved, but not proved: Atlas does not report who created a resource, and another
//! program may have created it at the same time. So a resource that the POST may have created leaves its outcome
//! unknown.
//!
//! An interface endpoint is looked up by its id. A private endpoint connection is harder to identify: Atlas
//! reports its region only as part of its endpoint service name, which it gets after a while. Its age is known
//! from its id, an ObjectId, whose first four bytes are the second in which it was created. That is compared
//! with the server's clock, never with the local one. A new connection without a region may be another region's:
//! then the POST is sent again, and Atlas reports whether the region has a connection.
//!
//! A POST that Atlas applies only after the lookup, behind a gateway that has timed out, counts as not applied.

use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use reqwest::Method;

use crate::error::UnknownOutcome;
use crate::http::{LostRequest, Reconciled, Response};
use crate::operation::CallContext;
use crate::types::{
    AddInterfaceEndpoint, CreatePrivateEndpointConnection, ErrorCode, InterfaceEndpoint,
    PrivateEndpointConnection,
};
use crate::{Error, Operation, PrivateLinkId, operations};

/// Ids and `Date` count whole seconds, and the clocks of Atlas' machines may differ a little.
const TOLERANCE: Duration = Duration::from_secs(2);

/// Determines whether a request was applied, for the operations of this crate.
pub(crate) fn reconcile(lost: LostRequest<'_>) -> BoxFuture<'_, Reconciled> {
    Box::pin(async move {
        let operation = lost.request.context.operation;
        let reconciled = if operation.method == Method::DELETE {
            Ok(reconcile_delete(lost.error))
        } else if operation == &operations::ADD_INTERFACE_ENDPOINT {
            reconcile_add(&lost).await
        } else if operation == &operations::CREATE_PRIVATE_ENDPOINT_CONNECTION {
            reconcile_create(&lost).await
        } else {
            Err(no_lookup())
        };
        reconciled.unwrap_or_else(|reason| Reconciled::Unknown(UnknownOutcome::because(reason)))
    })
}

fn no_lookup() -> String {
    "the operation cannot be reconciled".to_owned()
}

/// An earlier attempt deleted the resource if that is not found now. A missing project proves nothing.
fn reconcile_delete(error: &Error) -> Reconciled {
    match error.code() {
        Some(ErrorCode::PrivatelinkNotFound | ErrorCode::PrivatelinkInterfaceEndpointNotFound) => {
            Reconciled::Applied
        }
        _ => Reconciled::NotApplied,
    }
}

/// Fails with the reason why it could not be determined.
async fn reconcile_add(lost: &LostRequest<'_>) -> Result<Reconciled, String> {
    let request: AddInterfaceEndpoint = parse_body(lost)?;
    let id = request.interface_endpoint_id.to_string();
    let mut values = lost.request.context.values.clone();
    values.push(("interfaceEndpointId", id.clone()));
    match look_up(lost, &operations::GET_INTERFACE_ENDPOINT, values).await? {
        Ok(response) => Ok(match response.decode::<InterfaceEndpoint>() {
            // The POST has not just added an interface endpoint that is being deleted.
            Ok(endpoint) if endpoint.is_being_deleted() => Reconciled::NotApplied,
            // It may have been added at any time.
            _ => Reconciled::Unknown(UnknownOutcome::because(format!(
                "interface endpoint {id} exists, and this call may have added it"
            ))),
        }),
        Err(error) if error.is_not_found() => Ok(Reconciled::NotApplied),
        Err(error) => Err(lookup_failed(&error)),
    }
}

/// Fails with the reason why it could not be determined.
async fn reconcile_create(lost: &LostRequest<'_>) -> Result<Reconciled, String> {
    let request: CreatePrivateEndpointConnection = parse_body(lost)?;
    let operation = &operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS;
    let response = look_up(lost, operation, lost.request.context.values.clone()).await?;
    let response = response.map_err(|error| lookup_failed(&error))?;
    let Some(since) = lost.server_time_of_doubt(&response) else {
        return Err("the server did not send its time".to_owned());
    };
    let connections: Vec<PrivateEndpointConnection> =
        response.decode().map_err(|error| error.reason())?;
    let unknown = |candidates| UnknownOutcome {
        reason: "a private endpoint connection exists that this call may have created".to_owned(),
        candidates,
        since: Some(since),
    };
    Ok(match find_created(&request, connections, since) {
        Found::NotCreated => Reconciled::NotApplied,
        Found::MaybeCreated(id) => Reconciled::Unknown(unknown(vec![id])),
        Found::Candidates(ids) => Reconciled::Ambiguous(unknown(ids)),
    })
}

fn parse_body<T: serde::de::DeserializeOwned>(lost: &LostRequest<'_>) -> Result<T, String> {
    let body = lost.request.body.as_deref().ok_or_else(no_lookup)?;
    serde_json::from_slice(body).map_err(|_| no_lookup())
}

async fn look_up(
    lost: &LostRequest<'_>,
    operation: &'static Operation,
    values: Vec<(&'static str, String)>,
) -> Result<Result<Response, Error>, String> {
    let response = lost.look_up(CallContext::new(operation, values)).await;
    response.ok_or_else(|| "the call's deadline passed while reconciling it".to_owned())
}

fn lookup_failed(error: &Error) -> String {
    format!("reconciling it failed, too ({})", error.reason())
}

/// The result of finding a requested connection in a list.
#[derive(Debug, PartialEq)]
enum Found {
    /// The connection was not created.
    NotCreated,
    /// The region has this connection, which is new.
    MaybeCreated(PrivateLinkId),
    /// One of these, which are new and whose regions are unknown, may be the connection.
    Candidates(Vec<PrivateLinkId>),
}

/// Finds the connection that was requested: in its region, and created at `since` by the server's clock or
/// later.
fn find_created(
    request: &CreatePrivateEndpointConnection,
    connections: Vec<PrivateEndpointConnection>,
    since: SystemTime,
) -> Found {
    let requested = request.region.clone().by_aws_name();
    let mut candidates = Vec::new();
    for connection in connections {
        let is_new = is_new(&connection.id, since);
        match connection.region() {
            Some(region) if region == requested && is_new => {
                return Found::MaybeCreated(connection.id);
            }
            Some(region) if region == requested => return Found::NotCreated,
            None if is_new => candidates.push(connection.id),
            _ => {}
        }
    }
    if candidates.is_empty() {
        return Found::NotCreated;
    }
    Found::Candidates(candidates)
}

/// Returns false if a connection was created before `since` by the server's clock.
pub(crate) fn is_new(id: &PrivateLinkId, since: SystemTime) -> bool {
    created_at(id).is_none_or(|created| created + TOLERANCE >= since)
}

/// Returns the second in which an ObjectId was created.
fn created_at(id: &PrivateLinkId) -> Option<SystemTime> {
    let seconds = u64::from_str_radix(id.as_str().get(..8)?, 16).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::tests::status;

    /// The second that the ids below begin with.
    const CREATED: u64 = 0x6000_0000;

    const ONE: &str = "600000000000000000000001";
    const TWO: &str = "600000000000000000000002";
    const OLD: &str = "5fffff000000000000000003";

    fn connection(id: &str, region: Option<&str>) -> PrivateEndpointConnection {
        let service =
            region.map(|region| format!("com.amazonaws.vpce.{region}.vpce-svc-0aee615d3fe32c14e"));
        serde_json::from_value(serde_json::json!({
            "id": id, "endpointServiceName": service, "status": "INITIATING",
        }))
        .unwrap()
    }

    fn find(list: Vec<PrivateEndpointConnection>, since: u64) -> Found {
        let request = CreatePrivateEndpointConnection::aws("us-east-1");
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        find_created(&request, list, since)
    }

    fn id(id: &str) -> PrivateLinkId {
        PrivateLinkId::new(id).unwrap()
    }

    #[test]
    fn new_connection_in_the_region_may_have_been_created() {
        let here = || connection(ONE, Some("us-east-1"));
        let created = Found::MaybeCreated(id(ONE));
        assert_eq!(find(vec![here()], CREATED), created);
        let list = vec![connection(TWO, None), connection(OLD, None), here()];
        assert_eq!(find(list, CREATED), created);
    }

    #[test]
    fn old_or_other_connection_was_not_created() {
        assert_eq!(find(Vec::new(), CREATED), Found::NotCreated);
        let old = vec![connection(OLD, None)];
        assert_eq!(find(old, CREATED), Found::NotCreated);
        let list = vec![connection(OLD, Some("us-east-1")), connection(ONE, None)];
        assert_eq!(find(list, CREATED), Found::NotCreated);
        let elsewhere = vec![connection(ONE, Some("eu-west-1"))];
        assert_eq!(find(elsewhere, CREATED), Found::NotCreated);
    }

    #[test]
    fn new_connection_without_a_region_is_a_candidate() {
        let one = vec![connection(ONE, None), connection(TWO, Some("eu-west-1"))];
        assert_eq!(find(one, CREATED), Found::Candidates(vec![id(ONE)]));
        let with_old = vec![connection(ONE, None), connection(OLD, None)];
        assert_eq!(find(with_old, CREATED), Found::Candidates(vec![id(ONE)]));
        let two = vec![connection(ONE, None), connection(TWO, None)];
        assert_eq!(
            find(two, CREATED),
            Found::Candidates(vec![id(ONE), id(TWO)])
        );
    }

    #[test]
    fn two_seconds_of_clock_skew_are_tolerated() {
        let here = || vec![connection(ONE, Some("us-east-1"))];
        assert_eq!(find(here(), CREATED + 2), Found::MaybeCreated(id(ONE)));
        assert_eq!(find(here(), CREATED + 3), Found::NotCreated);
    }

    #[test]
    fn delete_of_a_missing_resource_was_applied() {
        for (code, applied) in [
            ("PRIVATELINK_NOT_FOUND", true),
            ("PRIVATELINK_INTERFACE_ENDPOINT_NOT_FOUND", true),
            ("GROUP_NOT_FOUND", false),
        ] {
            let reconciled = reconcile_delete(&status(404, Some(code)));
            assert_eq!(matches!(reconciled, Reconciled::Applied), applied, "{code}");
        }
    }
}
