//! Finding out whether a POST whose answer was lost was carried out.
//!
//! An interface endpoint is looked up by its id. A private endpoint connection is harder to know: its
//! region is told by its endpoint service name alone, once it has one. Whether it is new is told by its id,
//! an ObjectId, whose first four bytes are the second in which it was made. That is compared with the
//! server's clock, never with ours. A new one that does not tell its region may be another's: then the POST
//! is sent again, and Atlas says whether the region has one.

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
    /// What the lookup answers.
    InterfaceEndpoint,
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
    /// One of these may be what it made, and none need be.
    Open(Vec<PrivateLinkId>),
}

/// How to find out about an operation; `None` for one that nothing is known of.
pub(crate) fn lookup(context: &CallContext, body: Option<&[u8]>) -> Option<Lookup> {
    let mut values = context.values.clone();
    let (operation, wanted): (&'static Operation, Wanted) =
        if context.operation == &operations::ADD_INTERFACE_ENDPOINT {
            let body: AddInterfaceEndpoint = serde_json::from_slice(body?).ok()?;
            values.push(("interfaceEndpointId", body.interface_endpoint_id.into()));
            (
                &operations::GET_INTERFACE_ENDPOINT,
                Wanted::InterfaceEndpoint,
            )
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
/// clock, in the region.
///
/// One that does not tell its region yet may be another region's. It is the one when Atlas said meanwhile
/// that the region is `taken`, and nothing else can be meant.
pub(crate) fn pick(
    asked: &CreatePrivateEndpointConnection,
    list: Vec<PrivateEndpointConnection>,
    since: SystemTime,
    taken: bool,
) -> Finding {
    let is_new = |connection: &PrivateEndpointConnection| {
        made_at(&connection.id).is_some_and(|made| made + TOLERANCE >= since)
    };
    let mut nameless = Vec::new();
    for connection in list {
        match connection.region() {
            Some(region) if region == asked.region => {
                return if is_new(&connection) {
                    made(&connection)
                } else {
                    Finding::Nothing
                };
            }
            Some(_) => {}
            None => nameless.push(connection),
        }
    }
    let mut new = nameless.iter().filter(|connection| is_new(connection));
    match (new.next(), &nameless[..]) {
        (None, _) => Finding::Nothing,
        (Some(_), [only]) if taken => made(only),
        (Some(first), _) => {
            let others = new.map(|connection| connection.id.clone());
            Finding::Open(std::iter::once(first.id.clone()).chain(others).collect())
        }
    }
}

fn made(connection: &PrivateEndpointConnection) -> Finding {
    serde_json::to_vec(connection).map_or(Finding::Nothing, Finding::Made)
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

    fn picked_when(taken: bool, list: Vec<PrivateEndpointConnection>, since: u64) -> Finding {
        let asked = CreatePrivateEndpointConnection::aws("us-east-1");
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        pick(&asked, list, since, taken)
    }

    fn picked(list: Vec<PrivateEndpointConnection>, since: u64) -> Finding {
        picked_when(false, list, since)
    }

    fn made(finding: Finding) -> String {
        let Finding::Made(json) = finding else {
            panic!("{finding:?}");
        };
        let connection: PrivateEndpointConnection = serde_json::from_slice(&json).unwrap();
        connection.id.to_string()
    }

    fn open(ids: &[&str]) -> Finding {
        let ids = ids.iter().map(|id| PrivateLinkId::new(*id).unwrap());
        Finding::Open(ids.collect())
    }

    const ONE: &str = "600000000000000000000001";
    const TWO: &str = "600000000000000000000002";
    const OLD: &str = "5fffff000000000000000003";

    #[test]
    fn a_new_connection_in_the_region_is_it() {
        let here = || connection(ONE, Some("us-east-1"));
        assert_eq!(made(picked(vec![here()], MADE)), ONE);
        let list = vec![connection(TWO, None), connection(OLD, None), here()];
        assert_eq!(made(picked(list, MADE)), ONE);
    }

    #[test]
    fn what_is_old_or_elsewhere_is_not() {
        assert_eq!(picked(Vec::new(), MADE), Finding::Nothing);
        assert_eq!(picked(vec![connection(OLD, None)], MADE), Finding::Nothing);
        let list = || vec![connection(OLD, Some("us-east-1")), connection(ONE, None)];
        assert_eq!(picked(list(), MADE), Finding::Nothing);
        assert_eq!(picked_when(true, list(), MADE), Finding::Nothing);
        assert_eq!(
            picked(vec![connection(ONE, Some("eu-west-1"))], MADE),
            Finding::Nothing
        );
    }

    #[test]
    fn what_does_not_tell_its_region_is_it_only_when_nothing_else_can_be() {
        let one = || vec![connection(ONE, None), connection(TWO, Some("eu-west-1"))];
        assert_eq!(picked(one(), MADE), open(&[ONE]));
        assert_eq!(made(picked_when(true, one(), MADE)), ONE);
        let with_old = || vec![connection(ONE, None), connection(OLD, None)];
        assert_eq!(picked_when(true, with_old(), MADE), open(&[ONE]));
        let two = || vec![connection(ONE, None), connection(TWO, None)];
        assert_eq!(picked_when(true, two(), MADE), open(&[ONE, TWO]));
    }

    #[test]
    fn a_second_or_two_between_clocks_do_not_matter() {
        let here = || vec![connection(ONE, Some("us-east-1"))];
        assert_eq!(made(picked(here(), MADE + 2)), ONE);
        assert_eq!(picked(here(), MADE + 3), Finding::Nothing);
    }
}
