//! Ensures that a region has a private endpoint connection, and waits until it is ready. With the id of an
//! interface endpoint, also adds that, and waits until it is available.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use atlas_private_endpoint::wait::{ConnectionGoal, InterfaceEndpointGoal};
use atlas_private_endpoint::{Client, Credentials, InterfaceEndpointId, ProjectId};

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
    let mut arguments = std::env::args().skip(1);
    let region = arguments
        .next()
        .ok_or("usage: ensure_and_wait REGION [VPCE]")?;

    let ensured = client
        .ensure_connection(&project, region)
        .on_step(|step| println!("{step}"))
        .await?;
    let id = &ensured.get().id;
    let ready = client
        .wait_for_connection(&project, id, ConnectionGoal::Ready)
        .timeout(Duration::from_secs(1800))
        .on_step(|step| println!("{} s: {}", step.elapsed.as_secs(), step.observation))
        .await?;
    let service = ready.and_then(|connection| connection.endpoint_service_name);
    println!("endpoint service {}", service.unwrap_or_default());

    if let Some(vpce) = arguments.next() {
        let vpce = InterfaceEndpointId::new(vpce)?;
        client
            .ensure_interface_endpoint(&project, id, &vpce)
            .await?;
        client
            .wait_for_interface_endpoint(&project, id, &vpce, InterfaceEndpointGoal::Available)
            .await?;
        println!("{vpce} is available");
    }
    Ok(())
}
