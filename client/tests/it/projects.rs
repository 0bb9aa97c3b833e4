//! Listing many projects.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;

use atlas_pe_sandbox::{Sandbox, testing};
use atlas_private_endpoint::types::CreatePrivateEndpointConnection;
use atlas_private_endpoint::{Client, Credentials, DEFAULT_CONCURRENCY, ProjectId};
use futures_util::StreamExt;

use crate::gateway::Gateway;

const PROJECTS: u32 = 500;

fn project(number: u32) -> ProjectId {
    ProjectId::new(format!("{number:024x}")).unwrap()
}

/// Returns true for the listed projects that do not exist.
fn is_missing(number: u32) -> bool {
    [0, 250, 499].contains(&number)
}

fn sandbox() -> Sandbox {
    let builder = testing::builder();
    let existing = (0..PROJECTS).filter(|number| !is_missing(*number));
    existing
        .fold(builder, |builder, number| {
            builder.project(project(number).as_str())
        })
        .start()
        .unwrap()
}

fn client(sandbox: &Sandbox, origin: &str) -> Client {
    let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
    Client::builder(key).base_url(origin).build().unwrap()
}

#[tokio::test]
async fn failing_projects_do_not_stop_the_others() {
    let sandbox = sandbox();
    let with_one = project(7);
    client(&sandbox, sandbox.origin())
        .create_private_endpoint_connection(
            &with_one,
            &CreatePrivateEndpointConnection::aws("us-east-1"),
        )
        .await
        .unwrap();
    let gateway = Gateway::holding(DEFAULT_CONCURRENCY, sandbox.origin()).await;
    let client = client(&sandbox, &gateway.origin);

    let taken = Rc::new(Cell::new(0));
    let counting = Rc::clone(&taken);
    let projects = (0..PROJECTS).map(move |number| {
        counting.set(counting.get() + 1);
        project(number)
    });
    let mut lists = pin!(client.list_in_projects(projects, DEFAULT_CONCURRENCY));
    assert_eq!(
        taken.get(),
        0,
        "the iterator is not advanced before the stream is polled"
    );
    let mut results = BTreeMap::new();
    while let Some((project, list)) = lists.next().await {
        assert!(
            taken.get() - results.len() <= DEFAULT_CONCURRENCY,
            "too many concurrent projects"
        );
        assert!(results.insert(project, list).is_none());
    }
    assert_eq!(gateway.max_concurrency(), DEFAULT_CONCURRENCY);
    assert_eq!(results.len(), 500);
    for number in 0..PROJECTS {
        match &results[&project(number)] {
            Ok(list) => {
                assert!(!is_missing(number));
                assert_eq!(list.len(), usize::from(project(number) == with_one));
            }
            Err(error) => {
                assert!(is_missing(number), "{error}");
                assert!(
                    error.to_string().contains(project(number).as_str()),
                    "{error}"
                );
            }
        }
    }
    // Each concurrent request fetched a challenge.
    assert!(
        client.counters().requests <= 500 + 16,
        "{:?}",
        client.counters()
    );
}

#[tokio::test]
async fn concurrency_of_zero_lists_one_project_at_a_time() {
    let sandbox = sandbox();
    let client = client(&sandbox, sandbox.origin());
    let projects = (1..PROJECTS).map(project);
    let first: Vec<_> = client.list_in_projects(projects, 0).take(3).collect().await;
    let numbers: Vec<_> = first.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(numbers, [project(1), project(2), project(3)]);
    assert!(client.counters().calls <= 4);
}
