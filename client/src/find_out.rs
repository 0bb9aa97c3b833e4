//! Finding out whether a POST whose answer was lost was carried out.
//!
//! An interface endpoint is looked up by its id. A private endpoint connection is harder to know: its
//! region is told by its endpoint service name alone, once it has one. Until then it is known by being
//! new: its id is an ObjectId, whose first four bytes are the second in which it was made. That is
//! compared with the server's clock, never with ours.

use std::time::{Duration, SystemTime};

use crate::error::CallContext;
use crate::types::{
    AddInterfaceEndpoint, CreatePrivateEndpointConnection, PrivateEndpointConnection,
};
use crate::{Operation, PrivateLinkId, operations};

/// Ids and `Date` count whole seconds, and Atlas' machines may differ by a little.
const TOLERANCE: Duration = Duration::from_secs(2);

/// Where to look for the traces of a POST.
pub(crate) struct Lookup {
    pub(crate) context: CallContext,
    pub(crate) wanted: Wanted,
}

/// What to look for.
pub(crate) enum Wanted {
    /// What the lookup answers is it.
    TheAnswer,
    /// A connection in the list that the lookup answers.
    Connection(CreatePrivateEndpointConnection),
}

/// What a lookup has shown.
#[derive(Debug, PartialEq)]
pub(crate) enum Finding {
    /// The POST was carried out, and this is what it made, as JSON.
    Made(Vec<u8>),
    /// It was not.
    Nothing,
    /// More than one resource could be it.
    Several(Vec<PrivateLinkId>),
}

/// How to find out about an operation; `None` for one that nothing is known of.
pub(crate) fn lookup(context: &CallContext, body: Option<&[u8]>) -> Option<Lookup> {
    let mut values = context.values.clone();
    let (operation, wanted): (&'static Operation, Wanted) =
        if context.operation == &operations::ADD_INTERFACE_ENDPOINT {
            let body: AddInterfaceEndpoint = serde_json::from_slice(body?).ok()?;
            values.push(("interfaceEndpointId", body.interface_endpoint_id.into()));
            (&operations::GET_INTERFACE_ENDPOINT, Wanted::TheAnswer)
        } else if context.operation == &operations::CREATE_PRIVATE_ENDPOINT_CONNECTION {
            let body = serde_json::from_slice(body?).ok()?;
            let list = &operations::LIST_PRIVATE_ENDPOINT_CONNECTIONS;
            (list, Wanted::Connection(body))
        } else {
            return None;
        };
    Some(Lookup {
        context: CallContext {
            operation,
            values,
            query: Vec::new(),
        },
        wanted,
    })
}

/// Picks what was asked for from a list: a connection that was made at `since` or later by the server's
/// clock, in the region or in one that it does not tell yet.
pub(crate) fn pick(
    asked: &CreatePrivateEndpointConnection,
    list: Vec<PrivateEndpointConnection>,
    since: SystemTime,
) -> Finding {
    let fits = |connection: &PrivateEndpointConnection| {
        let new = made_at(&connection.id).is_some_and(|made| made + TOLERANCE >= since);
        new && connection
            .region()
            .is_none_or(|region| region == asked.region)
    };
    let mut found: Vec<PrivateEndpointConnection> = list.into_iter().filter(fits).collect();
    if found.len() > 1 {
        return Finding::Several(found.into_iter().map(|connection| connection.id).collect());
    }
    let made = found
        .pop()
        .and_then(|connection| serde_json::to_vec(&connection).ok());
    made.map_or(Finding::Nothing, Finding::Made)
}

/// The second in which an ObjectId was made.
fn made_at(id: &PrivateLinkId) -> Option<SystemTime> {
    let seconds = u64::from_str_radix(id.as_str().get(..8)?, 16).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second that the ids below begin with.
    const MADE: u64 = 0x6000_0000;

    fn connection(id: &str, region: Option<&str>) -> PrivateEndpointConnection {
        let service =
            region.map(|region| format!("com.amazonaws.vpce.{region}.vpce-svc-0aee615d3fe32c14e"));
        serde_json::from_value(serde_json::json!({
            "id": id, "endpointServiceName": service, "status": "INITIATING",
        }))
        .unwrap()
    }

    fn picked(list: Vec<PrivateEndpointConnection>, since: u64) -> Finding {
        let asked = CreatePrivateEndpointConnection::aws("us-east-1");
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        pick(&asked, list, since)
    }

    fn made(finding: Finding) -> String {
        let Finding::Made(json) = finding else {
            panic!("{finding:?}");
        };
        let connection: PrivateEndpointConnection = serde_json::from_slice(&json).unwrap();
        connection.id.to_string()
    }

    const ONE: &str = "600000000000000000000001";
    const TWO: &str = "600000000000000000000002";
    const OLD: &str = "5fffff000000000000000003";

    #[test]
    fn a_new_connection_in_the_region_or_in_none_yet_is_it() {
        assert_eq!(made(picked(vec![connection(ONE, None)], MADE)), ONE);
        assert_eq!(
            made(picked(vec![connection(ONE, Some("us-east-1"))], MADE)),
            ONE
        );
        let list = vec![connection(OLD, Some("us-east-1")), connection(ONE, None)];
        assert_eq!(made(picked(list, MADE)), ONE);
        let list = vec![connection(TWO, Some("eu-west-1")), connection(ONE, None)];
        assert_eq!(made(picked(list, MADE)), ONE);
    }

    #[test]
    fn what_is_old_or_elsewhere_is_not() {
        assert_eq!(picked(Vec::new(), MADE), Finding::Nothing);
        assert_eq!(picked(vec![connection(OLD, None)], MADE), Finding::Nothing);
        assert_eq!(
            picked(vec![connection(OLD, Some("us-east-1"))], MADE),
            Finding::Nothing
        );
        assert_eq!(
            picked(vec![connection(ONE, Some("eu-west-1"))], MADE),
            Finding::Nothing
        );
    }

    #[test]
    fn a_second_or_two_between_clocks_do_not_matter() {
        assert_eq!(made(picked(vec![connection(ONE, None)], MADE + 2)), ONE);
        assert_eq!(
            picked(vec![connection(ONE, None)], MADE + 3),
            Finding::Nothing
        );
    }

    #[test]
    fn two_new_ones_are_not_told_apart() {
        let list = vec![connection(ONE, None), connection(TWO, None)];
        let ids = [ONE, TWO].map(|id| PrivateLinkId::new(id).unwrap());
        assert_eq!(picked(list, MADE), Finding::Several(ids.to_vec()));
    }
}
