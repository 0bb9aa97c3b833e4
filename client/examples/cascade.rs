//! Deletes the private endpoint connection of a region with its interface endpoints, and waits until it is
//! deleted.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

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
    let region = std::env::args().nth(1).ok_or("usage: cascade REGION")?;

    let Some(connection) = client.connection_in_region(&project, &*region).await? else {
        println!("there is none in {region}");
        return Ok(());
    };
    client
        .delete_connection_cascade(&project, &connection.id)
        .until_deleted(true)
        .on_step(|step| println!("{step}"))
        .await?;
    Ok(())
}
