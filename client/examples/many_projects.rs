//! Lists the private endpoint connections of the projects whose ids are the arguments.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

use std::pin::pin;

use atlas_private_endpoint::{Client, Credentials, DEFAULT_CONCURRENCY, ProjectId};
use futures_util::StreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Credentials::api_key(
        std::env::var("MONGODB_ATLAS_PUBLIC_API_KEY")?,
        std::env::var("MONGODB_ATLAS_PRIVATE_API_KEY")?,
    );
    let client = Client::builder(key)
        .base_url(std::env::var("MONGODB_ATLAS_BASE_URL")?)
        .build()?;
    let projects: Result<Vec<_>, _> = std::env::args().skip(1).map(ProjectId::new).collect();

    let mut lists = pin!(client.list_in_projects(projects?, DEFAULT_CONCURRENCY));
    while let Some((project, list)) = lists.next().await {
        match list {
            Ok(connections) => println!("{project} has {} connections", connections.len()),
            Err(error) => eprintln!("{error}"),
        }
    }
    Ok(())
}
