//! Digest authentication with every algorithm and nonce policy, and the number of requests that it takes.

use atlas_pe_sandbox::{Algorithm, Challenge, NoncePolicy, testing};
use atlas_private_endpoint::Credentials;
use tokio::task::JoinSet;

use crate::gateway::Gateway;
use crate::world::{World, client, client_of};

const CALLS: usize = 640;
const CONCURRENCY: usize = 64;

fn world(mode: NoncePolicy, algorithm: Algorithm) -> World {
    let builder = testing::builder().nonce_policy(mode).algorithm(algorithm);
    let mut world = World::with(builder);
    let builder = client_of(&world.sandbox).rate_limit(None);
    world.client = builder.build().unwrap();
    world
}

/// Makes the calls concurrently, none of which may fail.
async fn call_concurrently(world: &World) {
    let mut tasks = JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (client, project) = (world.client.clone(), world.project.clone());
        tasks.spawn(async move {
            for _ in 0..CALLS / CONCURRENCY {
                client
                    .list_private_endpoint_connections(&project)
                    .await
                    .unwrap();
            }
        });
    }
    tasks.join_all().await;
}

const MODES: [(NoncePolicy, Algorithm); 7] = [
    (NoncePolicy::UniqueCount, Algorithm::Md5),
    (NoncePolicy::AnyCount, Algorithm::Md5),
    (NoncePolicy::IncreasingCount, Algorithm::Md5),
    (NoncePolicy::MaxUses(100), Algorithm::Md5),
    (NoncePolicy::IncreasingCount, Algorithm::Md5Sess),
    (NoncePolicy::IncreasingCount, Algorithm::Sha256),
    (NoncePolicy::IncreasingCount, Algorithm::Sha256Sess),
];

#[tokio::test]
async fn sequential_call_is_one_request() {
    for (mode, algorithm) in MODES {
        let world = world(mode, algorithm);
        for _ in 0..50 {
            world.list().await.unwrap();
        }
        assert_eq!(world.sandbox.request_count(), 51, "{mode:?} {algorithm:?}");
        assert_eq!(
            world.client.counters().requests,
            51,
            "{mode:?} {algorithm:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_need_one_challenge_each() {
    for (mode, algorithm) in MODES {
        let world = world(mode, algorithm);
        call_concurrently(&world).await;
        let requests = world.sandbox.request_count();
        assert!(
            requests <= CALLS + CONCURRENCY,
            "{requests} requests: {mode:?} {algorithm:?}"
        );
        let counted = usize::try_from(world.client.counters().requests).unwrap();
        assert_eq!(counted, requests, "{mode:?} {algorithm:?}");
    }
}

#[tokio::test]
async fn exhausted_nonce_costs_two_requests() {
    let world = world(NoncePolicy::MaxUses(5), Algorithm::Md5);
    for _ in 0..6 {
        world.list().await.unwrap();
    }
    assert_eq!(world.sandbox.request_count(), 6 + 1 + 2);
    assert_eq!(world.client.counters().requests, 6 + 1 + 2);
}

/// The server lists its challenges in its order of preference, each in a header of its own.
#[tokio::test]
async fn first_supported_challenge_is_answered() {
    let md5 = Challenge::Digest(Algorithm::Md5);
    let sha_256 = Challenge::Digest(Algorithm::Sha256);
    for challenges in [
        vec![Challenge::Basic, md5],
        vec![md5, Challenge::Basic],
        vec![Challenge::UnknownAlgorithm, md5],
        vec![Challenge::Basic, Challenge::UnknownAlgorithm, sha_256, md5],
    ] {
        let world = World::with(testing::builder().challenges(challenges.clone()));
        for _ in 0..3 {
            world.list().await.unwrap();
        }
        assert_eq!(world.sandbox.request_count(), 4, "{challenges:?}");
    }
}

#[tokio::test]
async fn challenges_in_one_header_are_separated() {
    let sandbox = testing::builder().challenges([Challenge::Digest(Algorithm::Md5)]);
    let world = World::with(sandbox);
    let gateway = Gateway::replacing(
        "www-authenticate: Digest realm=",
        "www-authenticate: Basic realm=\"a, Digest nonce=\\\"b\", Negotiate a/b==, dIGEST Realm = ",
        world.sandbox.origin(),
    )
    .await;
    let key = Credentials::api_key(world.sandbox.public_key(), world.sandbox.private_key());
    let client = client(&gateway.origin, key);
    for _ in 0..3 {
        let list = client.list_private_endpoint_connections(&world.project);
        list.await.unwrap();
    }
    assert_eq!(world.sandbox.request_count(), 4);
}

/// A challenge and its answer share a connection, which costs a TLS handshake.
#[tokio::test]
async fn call_with_a_challenge_opens_one_connection() {
    let world = World::new();
    let gateway = Gateway::holding(0, world.sandbox.origin()).await;
    let key = Credentials::api_key(world.sandbox.public_key(), world.sandbox.private_key());
    let client = client(&gateway.origin, key);
    let list = client.list_private_endpoint_connections(&world.project);
    list.await.unwrap();
    assert_eq!(gateway.connections(), 1);
}
