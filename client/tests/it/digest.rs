//! Digest authentication with every algorithm and nonce policy, and the number of requests that it takes.

use atlas_pe_sandbox::{Algorithm, NoncePolicy, testing};
use tokio::task::JoinSet;

use crate::world::{World, client_of};

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

const MODES: [(NoncePolicy, Algorithm); 6] = [
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
