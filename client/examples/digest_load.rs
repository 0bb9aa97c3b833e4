//! Lists the private endpoint connections many times, and reports how often that failed.
//!
//! `digest_load CALLS CONCURRENCY` makes that many calls with one client, up to CONCURRENCY of them at a time, and
//! prints one line of JSON: `{"calls":500,"failed":0,"unauthorized":0,"first_failure":null}`. It
//! reads the same environment variables as the CLI. `cargo xtask interop` runs it against servers that count
//! requests.
#![allow(clippy::print_stdout, reason = "the counts are the output")]

use std::env;
use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use atlas_private_endpoint::{Client, Credentials, Error, ProjectId};
use serde_json::json;
use tokio::task::JoinSet;

type Failure = Box<dyn StdError>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (calls, concurrency) = arguments()?;
    let client = client()?;
    let project = ProjectId::new(env::var("MONGODB_ATLAS_PROJECT_ID")?)?;
    let outcome = call_many(&client, &project, calls, concurrency).await?;
    println!("{}", outcome.json());
    Ok(())
}

fn arguments() -> Result<(usize, usize), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [calls, concurrency] = arguments.as_slice() else {
        return Err("usage: digest_load CALLS CONCURRENCY".into());
    };
    Ok((calls.parse()?, concurrency.parse()?))
}

fn client() -> Result<Client, Failure> {
    let key = Credentials::api_key(
        env::var("MONGODB_ATLAS_PUBLIC_API_KEY")?,
        env::var("MONGODB_ATLAS_PRIVATE_API_KEY")?,
    );
    let client = Client::builder(key)
        .base_url(env::var("MONGODB_ATLAS_BASE_URL")?)
        // The limit is that of Atlas, and all calls are for one project.
        .rate_limit(None)
        .build()?;
    Ok(client)
}

/// The results of the calls.
#[derive(Default)]
struct Outcome {
    calls: usize,
    failed: usize,
    /// The number of failed calls with the status 401.
    unauthorized: usize,
    first_failure: Option<String>,
}

impl Outcome {
    fn count(&mut self, result: Result<(), Error>) {
        self.calls += 1;
        if let Err(error) = result {
            self.failed += 1;
            self.unauthorized += usize::from(error.is_unauthorized());
            self.first_failure.get_or_insert_with(|| sentence(&error));
        }
    }

    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.unauthorized += other.unauthorized;
        self.first_failure = self.first_failure.take().or(other.first_failure);
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "calls": self.calls,
            "failed": self.failed,
            "unauthorized": self.unauthorized,
            "first_failure": self.first_failure,
        })
    }
}

/// Makes calls in concurrent tasks, until there were enough.
async fn call_many(
    client: &Client,
    project: &ProjectId,
    calls: usize,
    concurrency: usize,
) -> Result<Outcome, Failure> {
    let begun = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let (client, project, begun) = (client.clone(), project.clone(), Arc::clone(&begun));
        tasks.spawn(async move {
            let mut outcome = Outcome::default();
            while begun.fetch_add(1, Ordering::Relaxed) < calls {
                let listed = client.list_private_endpoint_connections(&project).await;
                outcome.count(listed.map(drop));
            }
            outcome
        });
    }
    let mut total = Outcome::default();
    while let Some(outcome) = tasks.join_next().await {
        total.add(outcome?);
    }
    Ok(total)
}

/// Returns the error and its causes in one line.
fn sentence(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
