//! Creates a private endpoint connection, and lists all of the project.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use atlas_private_endpoint::types::{CreatePrivateEndpointConnection, Region};
use atlas_private_endpoint::{Client, Credentials, ProjectId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Credentials::api_key(
        std::env::var("MONGODB_ATLAS_PUBLIC_API_KEY")?,
        std::env::var("MONGODB_ATLAS_PRIVATE_API_KEY")?,
    );
    let client = Client::builder(key)
        .base_url(std::env::var("MONGODB_ATLAS_BASE_URL")?)
        .build()?;
    let project = ProjectId::new(std::env::var("MONGODB_ATLAS_PROJECT_ID")?)?;

    let request = CreatePrivateEndpointConnection::aws(Region::UsEast1);
    match client
        .create_private_endpoint_connection(&project, &request)
        .await
    {
        Ok(connection) => println!("created {}", connection.id),
        Err(error) if error.is_conflict() => println!("it already exists: {error}"),
        Err(error) => return Err(error.into()),
    }
    for connection in client.list_private_endpoint_connections(&project).await? {
        println!("{} {}", connection.id, connection.status);
    }
    Ok(())
}
