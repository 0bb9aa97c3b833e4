//! Hints: what to do about an error.

use atlas_private_endpoint::types::ErrorCode;
use atlas_private_endpoint::{Error, ErrorKind, StatusCode};

use crate::context::Context;
use crate::settings::Source;

/// Returns the hint for an error, or `None` if the error says it all.
pub(crate) fn for_error(error: &Error, context: &Context) -> Option<String> {
    if error.is_outcome_unknown() {
        return Some(list(context));
    }
    if let Some(hint) = error.code().and_then(|code| for_code(code, error, context)) {
        return Some(hint);
    }
    let base_url = || Some(source_of_base_url(&context.base_url_source));
    match (error.status(), error.kind()) {
        (Some(StatusCode::UNAUTHORIZED), _) => Some(check_keys(context)),
        (Some(status), _) if status.is_redirection() => Some(format!(
            "redirects are not followed; the base URL is from {}",
            context.base_url_source
        )),
        // A server other than Atlas may respond to every path, with a page.
        (_, ErrorKind::Response) if error.excerpt().is_some_and(|it| it.starts_with('<')) => {
            base_url()
        }
        (_, ErrorKind::Challenge) => Some(check_keys(context)),
        // A certificate is also refused if it is not valid yet, or any more, by this machine's clock.
        (_, ErrorKind::Connect) if error.reason().contains("certificate") => Some(
            "--ca-file trusts a certificate authority of your own; a wrong clock of this machine makes \
             good certificates bad"
                .to_owned(),
        ),
        (_, ErrorKind::Connect) => base_url(),
        _ => None,
    }
}

/// Returns the hint for an unknown outcome.
pub(crate) fn list(context: &Context) -> String {
    format!("atlas-pe list{} shows what is there", context.options)
}

pub(crate) fn source_of_base_url(source: &Source) -> String {
    format!("the base URL is from {source}")
}

fn check_keys(context: &Context) -> String {
    format!(
        "{}; check them, and that they have the role Project Owner in this project",
        context.key_sources
    )
}

fn for_code(code: &ErrorCode, error: &Error, context: &Context) -> Option<String> {
    use ErrorCode as Code;
    let value = |wanted: &str| {
        let mut values = error.path_values();
        values
            .find(|(name, _)| *name == wanted)
            .map_or("ID", |(_, value)| value)
            .to_owned()
    };
    let options = &context.options;
    let connection = || value("privateLinkId");
    let hint = match code {
        Code::UserUnauthorized | Code::NotInGroup | Code::UserCannotAccessGroup => {
            check_keys(context)
        }
        Code::AccessForbidden => format!(
            "the role Project Owner or Organization Owner is needed; {}",
            context.key_sources
        ),
        Code::ResourceRequiresWhitelist => format!(
            "give the API key an access list, with the address that Atlas sees this machine with; {}",
            context.key_sources
        ),
        Code::IpAddressNotOnWhitelist => format!(
            "add the address that Atlas sees this machine with to the access list of the API key; {}",
            context.key_sources
        ),
        Code::GroupNotFound | Code::InvalidGroupId => {
            format!("the project id is from {}", context.project_source)
        }
        Code::PrivatelinkNotFound => format!(
            "atlas-pe list{options} shows the private endpoint connections that exist"
        ),
        Code::PrivatelinkInterfaceEndpointNotFound => format!(
            "atlas-pe describe {}{options} shows the interface endpoints that the connection has",
            connection()
        ),
        Code::PrivatelinkInterfaceEndpointIdMalformed => {
            "an interface endpoint is `vpce-` and then letters and digits, as AWS names it".to_owned()
        }
        Code::PrivatelinkEndpointServiceAlreadyExistsForRegion => format!(
            "atlas-pe list{options} shows the connection that is there; one that is being deleted counts \
             too"
        ),
        Code::PrivatelinkInterfaceEndpointAlreadyExists => format!(
            "it is there: --if-not-exists takes it as it is, and atlas-pe describe {}{options} shows the \
             connection",
            connection()
        ),
        Code::PrivatelinkCannotAcceptEndpoints => format!(
            "atlas-pe wait {}{options} waits until it is ready",
            connection()
        ),
        Code::CannotDeletePrivatelinkWithEndpoints => format!(
            "atlas-pe delete {} --cascade{options} deletes its interface endpoints first, and waits until \
             they are gone",
            connection()
        ),
        Code::PrivatelinkIncompatibleTooManyNodes => {
            "the project has more nodes in this region than a private endpoint connection can address"
                .to_owned()
        }
        Code::ClusterIncompatibleWithExistingPrivatelink
        | Code::MultiplePrivateEndpointsRestrictedToSingleRegion => format!(
            "it is a limit of the project; atlas-pe list{options} shows the connections that there are"
        ),
        Code::InvalidRegion | Code::RegionUnavailable => "choose another --region".to_owned(),
        Code::InvalidProvider
        | Code::MalformedJson
        | Code::InvalidJson
        | Code::InvalidJsonAttribute
        | Code::InvalidAttribute
        | Code::MissingAttribute
        | Code::MissingAttributes
        | Code::InvalidPathParameter
        | Code::InvalidQueryParameter => {
            "Atlas does not take what this version of atlas-pe sends; is there a newer one?".to_owned()
        }
        Code::ResourceNotFound => format!(
            "this Atlas does not have version 1.0 of the API there; the base URL is from {}",
            context.base_url_source
        ),
        Code::RateLimited => {
            "Atlas takes 100 requests a minute for a project, from everyone together; try again in a \
             minute"
                .to_owned()
        }
        Code::WritesNotAllowedDuringAppUpgrades => {
            "Atlas is being upgraded and takes no changes; try again later".to_owned()
        }
        Code::UnexpectedError => "try again; if it stays, ask MongoDB's support".to_owned(),
        _ => return None,
    };
    Some(hint)
}
