//! Hints: the remedies for errors.

use std::error::Error as _;
use std::path::PathBuf;

use atlas_private_endpoint::types::{ErrorCode, Region};
use atlas_private_endpoint::{Error, ErrorKind, StatusCode};

use crate::settings::{Proxy, Source};

/// The sources of a command's settings, and the options of a further command, for hints.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    pub(crate) project: Source,
    pub(crate) base_url: Source,
    /// A phrase with the source of each key.
    pub(crate) keys: String,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) ca_file: Option<PathBuf>,
    /// The options that a further command needs for the same project, each after a space.
    pub(crate) options: String,
}

/// Returns the hint for an error, or `None` if it needs none.
pub(crate) fn for_error(error: &Error, origins: &Origins) -> Option<String> {
    if error.is_outcome_unknown() {
        return Some(list(origins));
    }
    if let Some(hint) = error.code().and_then(|code| for_code(code, error, origins)) {
        return Some(hint);
    }
    let base_url = || Some(source_of_base_url(&origins.base_url));
    match (error.status(), error.kind()) {
        (Some(StatusCode::UNAUTHORIZED), _) => Some(check_keys(origins)),
        (Some(status), _) if status.is_redirection() => Some(format!(
            "redirects are not followed; the base URL is from {}",
            origins.base_url
        )),
        (Some(StatusCode::GONE), _) => Some(
            "Atlas no longer provides this version of the API; check for a newer version of atlas-pe"
                .to_owned(),
        ),
        (Some(StatusCode::BAD_REQUEST), _) if expects_tls(error) => Some(format!(
            "the server expects https://; the base URL is from {}",
            origins.base_url
        )),
        (Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED), _) => origins.proxy.as_ref().map(source_of_proxy),
        (
            Some(
                StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT,
            ),
            _,
        ) if error.code().is_none() => {
            Some("a gateway in front of Atlas responded; try again later, or with a higher --max-attempts".to_owned())
        }
        // A server other than Atlas can respond to every path with a page.
        (_, ErrorKind::Response) if error.excerpt().is_some_and(|it| it.starts_with('<')) => {
            base_url()
        }
        (_, ErrorKind::Challenge) => Some(check_keys(origins)),
        (_, ErrorKind::Connect) if error.reason().contains("certificate") => {
            Some(for_certificate(error, origins))
        }
        (_, ErrorKind::Connect) => match &origins.proxy {
            Some(proxy) if proxy.url.is_some() => Some(source_of_proxy(proxy)),
            Some(proxy) => Some(format!(
                "{}; a proxy is set by {}",
                source_of_base_url(&origins.base_url),
                proxy.source
            )),
            None => base_url(),
        },
        // It does not speak HTTP.
        (_, ErrorKind::Connection) if error.reason().contains("check the scheme") => base_url(),
        _ => None,
    }
}

/// Returns true for the response of a server with TLS to a request without it.
fn expects_tls(error: &Error) -> bool {
    let excerpt = error.excerpt().unwrap_or_default();
    excerpt.contains("HTTP request") && excerpt.contains("HTTPS")
}

fn source_of_proxy(proxy: &Proxy) -> String {
    format!("the proxy is from {}", proxy.source)
}

/// Returns the hint for a certificate that is not trusted. The texts of the cause are those of rustls and OpenSSL.
fn for_certificate(error: &Error, origins: &Origins) -> String {
    let mut causes = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes = cause.to_string().to_lowercase();
        source = cause.source();
    }
    if causes.contains("causedasendentity") {
        return "the server uses the certificate of a certificate authority as its own; it needs one that the \
                authority has issued to it, and --ca-file names the certificate of the authority"
            .to_owned();
    }
    if causes.contains("not valid for name") || causes.contains("notvalidforname") {
        return source_of_base_url(&origins.base_url);
    }
    if causes.contains("expired")
        || causes.contains("not valid yet")
        || causes.contains("notvalidyet")
    {
        return "check the clock of this machine; if it is right, the server needs a new certificate".to_owned();
    }
    match &origins.ca_file {
        Some(file) => format!(
            "{} does not contain the certificate of the authority that issued the server's certificate",
            file.display()
        ),
        None => "use --ca-file to trust your own certificate authority, and check the clock of this machine"
            .to_owned(),
    }
}

/// Returns the hint for an unknown outcome.
pub(crate) fn list(origins: &Origins) -> String {
    format!("atlas-pe list{} shows what exists", origins.options)
}

pub(crate) fn known_regions() -> String {
    let regions: Vec<&str> = Region::KNOWN.iter().map(Region::as_str).collect();
    format!("the known regions are {}", regions.join(", "))
}

/// Returns the hint for the deletion of a connection that has interface endpoints.
pub(crate) fn cascade(id: &str, origins: &Origins) -> String {
    format!(
        "atlas-pe delete {id} --cascade{} deletes its interface endpoints first and waits until they are deleted",
        origins.options
    )
}

pub(crate) fn source_of_base_url(source: &Source) -> String {
    format!("the base URL is from {source}")
}

fn check_keys(origins: &Origins) -> String {
    format!(
        "{}; check that they are valid and have the role Project Owner in this project",
        origins.keys
    )
}

fn for_code(code: &ErrorCode, error: &Error, origins: &Origins) -> Option<String> {
    use ErrorCode as Code;
    let value = |parameter: &str| {
        let mut values = error.path_values();
        values
            .find(|(name, _)| *name == parameter)
            .map_or("ID", |(_, value)| value)
            .to_owned()
    };
    let options = &origins.options;
    let connection = || value("privateLinkId");
    if matches!(
        code.as_str(),
        "IP_ADDRESS_NOT_ON_ACCESS_LIST" | "IP_ADDRESS_NOT_ON_WHITELIST"
    ) {
        return Some(format!(
            "add the public address of this machine to the access list of the API key; {}",
            origins.keys
        ));
    }
    let hint = match code {
        Code::UserUnauthorized | Code::NotInGroup | Code::UserCannotAccessGroup => {
            check_keys(origins)
        }
        Code::AccessForbidden => format!(
            "the role Project Owner or Organization Owner is required; {}",
            origins.keys
        ),
        code if code == &Code::ResourceRequiresWhitelist
            || code.as_str() == "RESOURCE_REQUIRES_ACCESS_LIST" => format!(
            "add the public address of this machine to an access list of the API key, which has none; {}",
            origins.keys
        ),
        Code::GroupNotFound | Code::InvalidGroupId => {
            format!("the project id is from {}", origins.project)
        }
        Code::PrivatelinkNotFound => format!(
            "atlas-pe list{options} shows the private endpoint connections that exist"
        ),
        Code::PrivatelinkInterfaceEndpointNotFound => format!(
            "atlas-pe describe {}{options} shows the interface endpoints of the connection",
            connection()
        ),
        Code::PrivatelinkInterfaceEndpointIdMalformed => {
            "the id of an interface endpoint is `vpce-` followed by letters and digits".to_owned()
        }
        Code::PrivatelinkEndpointServiceAlreadyExistsForRegion => format!(
            "atlas-pe list{options} shows the existing connection; one that is being deleted counts too"
        ),
        Code::PrivatelinkInterfaceEndpointAlreadyExists => format!(
            "it already exists; use --if-not-exists to reuse it, or atlas-pe describe {}{options} to see the \
             connection",
            connection()
        ),
        Code::PrivatelinkCannotAcceptEndpoints => format!(
            "atlas-pe wait {}{options} waits until it is ready",
            connection()
        ),
        Code::CannotDeletePrivatelinkWithEndpoints => cascade(&connection(), origins),
        Code::PrivatelinkIncompatibleTooManyNodes => {
            "the project has more nodes in this region than a private endpoint connection can address"
                .to_owned()
        }
        Code::ClusterIncompatibleWithExistingPrivatelink
        | Code::MultiplePrivateEndpointsRestrictedToSingleRegion => format!(
            "this is a limit of the project; atlas-pe list{options} shows the existing connections"
        ),
        Code::InvalidRegion => known_regions(),
        Code::RegionUnavailable => "choose another --region".to_owned(),
        Code::InvalidProvider
        | Code::MalformedJson
        | Code::InvalidJson
        | Code::InvalidJsonAttribute
        | Code::InvalidAttribute
        | Code::MissingAttribute
        | Code::MissingAttributes
        | Code::InvalidPathParameter
        | Code::InvalidQueryParameter => {
            "Atlas rejects the requests of this version of atlas-pe; check for a newer version".to_owned()
        }
        Code::ResourceNotFound => format!(
            "the server does not provide version 1.0 of the API; the base URL is from {}",
            origins.base_url
        ),
        Code::RateLimited => {
            "Atlas allows 100 requests per minute for a project, from all clients together; try again in a \
             minute"
                .to_owned()
        }
        Code::WritesNotAllowedDuringAppUpgrades => {
            "Atlas is being upgraded and accepts no changes; try again later".to_owned()
        }
        Code::UnexpectedError => "try again; if the error persists, contact the support of MongoDB".to_owned(),
        _ => return None,
    };
    Some(hint)
}
