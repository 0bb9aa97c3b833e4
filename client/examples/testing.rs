//! Code that uses the crate, and its tests: against a sandbox, and with constructed values.

use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::wait::ConnectionGoal;
use atlas_private_endpoint::{Client, Error, ProjectId};

/// Returns the endpoint service of a region, for which an interface endpoint can be created in AWS.
///
/// # Errors
///
/// Those of the client.
pub async fn endpoint_service(
    client: &Client,
    project: &ProjectId,
    region: &str,
) -> Result<Option<String>, Error> {
    let ensured = client.ensure_connection(project, region).await?;
    let ready = client
        .wait_for_connection(project, &ensured.get().id, ConnectionGoal::Ready)
        .await?;
    Ok(ready.and_then(|connection| connection.endpoint_service_name))
}

/// Returns a line about the result of a call.
pub fn summary(result: &Result<PrivateEndpointConnection, Error>) -> String {
    match result {
        Ok(connection) => format!("{} is {}", connection.id, connection.status),
        Err(error) if error.is_not_found() => "not found".to_owned(),
        Err(error) if error.is_transient() => "try again later".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use atlas_pe_sandbox::{Clock, Sandbox};
    use atlas_private_endpoint::testing::{AutoAdvanceClock, connect_error, status_error};
    use atlas_private_endpoint::types::{ErrorCode, PrivateEndpointConnectionStatus};
    use atlas_private_endpoint::{Credentials, PrivateLinkId, StatusCode, operations};

    use super::*;

    #[tokio::test]
    async fn endpoint_service_is_returned_once_it_exists() {
        let time = Clock::manual();
        let minutes = Duration::from_secs(240);
        let sandbox = Sandbox::builder()
            .clock(time.clone())
            .step(minutes)
            .start()
            .unwrap();
        let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
        let client = Client::builder(key)
            .base_url(sandbox.origin())
            // Each pause of the client advances the sandbox.
            .clock(AutoAdvanceClock::new(move |pause| time.advance(pause)))
            .build()
            .unwrap();
        let project = ProjectId::new(sandbox.project_id()).unwrap();

        let service = endpoint_service(&client, &project, "us-east-1")
            .await
            .unwrap();
        assert!(
            service
                .unwrap()
                .starts_with("com.amazonaws.vpce.us-east-1.")
        );
    }

    #[test]
    fn summary_differs_for_success_and_failure() {
        let get = &operations::GET_PRIVATE_ENDPOINT_CONNECTION;
        let id = PrivateLinkId::new("5f7cb1a3e3b4aa3b8ba3fb44").unwrap();
        let failed = PrivateEndpointConnectionStatus::Failed;
        let connection = PrivateEndpointConnection::new(id, failed);
        assert_eq!(
            summary(&Ok(connection)),
            "5f7cb1a3e3b4aa3b8ba3fb44 is FAILED"
        );

        let code = ErrorCode::PrivatelinkNotFound;
        let error = status_error(get, StatusCode::NOT_FOUND, code);
        assert_eq!(summary(&Err(error)), "not found");
        assert_eq!(summary(&Err(connect_error(get))), "try again later");
    }
}
