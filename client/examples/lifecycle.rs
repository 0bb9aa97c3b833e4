//! Ensures that a region has a private endpoint connection, waits until it is ready, and deletes it again.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use atlas_private_endpoint::wait::ConnectionGoal;
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

    let ensured = client
        .ensure_connection(&project, "us-east-1")
        .on_step(|step| println!("{step}"))
        .await?;
    let id = &ensured.get().id;
    client
        .wait_for_connection(&project, id, ConnectionGoal::Ready)
        .timeout(Duration::from_secs(1800))
        .on_step(|step| println!("{} s: {}", step.elapsed.as_secs(), step.observation))
        .await?;
    client
        .delete_connection_cascade(&project, id)
        .until_deleted(true)
        .on_step(|step| println!("{step}"))
        .await?;
    Ok(())
}
