//! What things are called in sentences.

use atlas_private_endpoint::{InterfaceEndpointId, PrivateLinkId};

use crate::context::Context;

pub(super) fn connection(context: &Context, id: &PrivateLinkId) -> String {
    format!(
        "private endpoint connection {id} of project {}",
        context.project
    )
}

pub(super) fn interface_endpoint(
    context: &Context,
    id: &PrivateLinkId,
    vpce: &InterfaceEndpointId,
) -> String {
    format!("interface endpoint {vpce} of {}", connection(context, id))
}

/// What Atlas says of a failure, to go on a sentence; nothing when it says nothing.
pub(super) fn message(message: Option<&str>) -> String {
    match message {
        Some(message) if !message.is_empty() => format!(", and Atlas says: {message}"),
        _ => String::new(),
    }
}
