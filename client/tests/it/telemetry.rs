//! Spans, events and counters, and that they hold no secrets.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

use atlas_private_endpoint::{Credentials, RetryPolicy};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::world::{LONG, World, client, vpce};

/// Everything that this process logs, in any library.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Starts logging, once for all tests of this process.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        tracing_subscriber::fmt()
            .with_writer(log.clone())
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .init();
        log
    })
}

#[tokio::test]
async fn no_log_or_error_contains_a_key_or_signature() {
    const WRONG: &str = "5ec2e7-wrong-private-key";
    let log = log();
    let world = World::new();
    let World {
        client: right,
        project,
        sandbox,
        ..
    } = &world;
    let connection = world.ready("us-east-1").await;
    right
        .add_interface_endpoint(project, &connection.id, &vpce().into())
        .await
        .unwrap();
    sandbox.advance(LONG);
    right
        .list_private_endpoint_connections(project)
        .await
        .unwrap();
    let refused = right
        .delete_private_endpoint_connection(project, &connection.id)
        .await;
    let wrong = client(
        sandbox.origin(),
        Credentials::api_key(sandbox.public_key(), WRONG),
    );
    let unauthorized = wrong.list_private_endpoint_connections(project).await;
    let offline = atlas_private_endpoint::Client::builder(Credentials::api_key("public", WRONG))
        .base_url("http://127.0.0.1:1")
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let unreachable = offline.list_private_endpoint_connections(project).await;

    let mut text = log.text();
    for error in [
        refused.unwrap_err(),
        unauthorized.unwrap_err(),
        unreachable.unwrap_err(),
    ] {
        text.push_str(&format!("{error} {error:?} {error:#?}"));
    }
    text.push_str(&format!("{right:?} {wrong:#?}"));
    for secret in [
        sandbox.private_key(),
        WRONG,
        "Digest username",
        "response=\"",
    ] {
        assert!(!text.contains(secret), "{secret:?} was logged");
    }
}

#[tokio::test]
async fn spans_have_operation_attempt_and_status_but_no_ids() {
    let log = log();
    let world = World::new();
    let connection = world.ready("us-east-1").await;
    world
        .client
        .get_private_endpoint_connection(&world.project, &connection.id)
        .await
        .unwrap();
    let text = log.text();
    let spans: Vec<&str> = text
        .lines()
        // The events of requests have URLs.
        .filter(|line| {
            line.contains("atlas_call{") && !line.contains("atlas_private_endpoint::http")
        })
        .collect();
    let closed = |needles: &[&str]| {
        spans
            .iter()
            .any(|line| needles.iter().all(|needle| line.contains(needle)))
    };
    assert!(
        closed(&[
            "operation=\"getPrivateEndpointConnection\"",
            "path=\"/groups/{groupId}/privateEndpoint/{privateLinkId}\"",
            "method=GET",
            "status=200",
            "attempts=1",
        ]),
        "{spans:#?}"
    );
    assert!(closed(&[
        "atlas_attempt{attempt=1",
        "nonce_reused=true",
        "milliseconds="
    ]));
    assert!(closed(&["nonce_reused=false"]));
    assert!(
        !spans
            .iter()
            .any(|line| line.contains(connection.id.as_str()))
    );
}

#[tokio::test]
async fn counters_separate_calls_from_requests() {
    let world = World::new();
    for _ in 0..3 {
        world
            .client
            .list_private_endpoint_connections(&world.project)
            .await
            .unwrap();
    }
    let counters = world.client.counters();
    assert_eq!(
        (counters.calls, counters.attempts, counters.requests),
        (3, 3, 4)
    );
    assert_eq!(world.sandbox.request_count(), 4);
}
