//! Digest authentication of every kind, and how many requests it takes.

use atlas_pe_sandbox::{Algorithm, NoncePolicy, Sandbox, testing};
use atlas_private_endpoint::{Client, Credentials, ProjectId};
use tokio::task::JoinSet;

const CALLS: usize = 640;
const AT_ONCE: usize = 64;

struct World {
    sandbox: Sandbox,
    client: Client,
    project: ProjectId,
}

impl World {
    fn new(mode: NoncePolicy, algorithm: Algorithm) -> Self {
        let sandbox = testing::builder()
            .nonce_policy(mode)
            .algorithm(algorithm)
            .start()
            .unwrap();
        let key = Credentials::api_key(sandbox.public_key(), sandbox.private_key());
        let client = Client::builder(key)
            .base_url(sandbox.origin())
            .rate_limit(None)
            .build()
            .unwrap();
        let project = ProjectId::new(sandbox.project_id()).unwrap();
        Self {
            sandbox,
            client,
            project,
        }
    }

    async fn call(&self) {
        self.client
            .list_private_endpoint_connections(&self.project)
            .await
            .unwrap();
    }

    /// Makes the calls, so many at once, none of which may fail.
    async fn call_at_once(&self) {
        let mut tasks = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (client, project) = (self.client.clone(), self.project.clone());
            tasks.spawn(async move {
                for _ in 0..CALLS / AT_ONCE {
                    client
                        .list_private_endpoint_connections(&project)
                        .await
                        .unwrap();
                }
            });
        }
        tasks.join_all().await;
    }
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
async fn one_after_the_other_a_call_is_one_request() {
    for (mode, algorithm) in MODES {
        let world = World::new(mode, algorithm);
        for _ in 0..50 {
            world.call().await;
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
async fn at_once_each_request_in_flight_needs_one_challenge() {
    for (mode, algorithm) in MODES {
        let world = World::new(mode, algorithm);
        world.call_at_once().await;
        let requests = world.sandbox.request_count();
        assert!(
            requests <= CALLS + AT_ONCE,
            "{requests} requests: {mode:?} {algorithm:?}"
        );
        let counted = usize::try_from(world.client.counters().requests).unwrap();
        assert_eq!(counted, requests, "{mode:?} {algorithm:?}");
    }
}

#[tokio::test]
async fn a_nonce_that_is_used_up_costs_two_requests() {
    let world = World::new(NoncePolicy::MaxUses(5), Algorithm::Md5);
    for _ in 0..6 {
        world.call().await;
    }
    assert_eq!(world.sandbox.request_count(), 6 + 1 + 2);
    assert_eq!(world.client.counters().requests, 6 + 1 + 2);
}
