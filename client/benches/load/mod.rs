//! The calls that the benchmarks make, and the processes in which they are measured.
//!
//! The server is in the parent process. A measurement is a child process, which reports what its calls have cost.
//! The measurements of a comparison alternate, so that other programs slow down all of them.
#![allow(dead_code, reason = "each benchmark uses a part")]

use std::env;
use std::fs;
use std::future::Future;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use atlas_pe_sandbox::{NoncePolicy, Sandbox, SandboxBuilder};
use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::{Client, Credentials, ProjectId};
use digest_auth::AuthContext;
use diqwest::{DigestAuthSession, WithDigestAuth};
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// The first argument of a child process.
const CHILD: &str = "child";

/// What a process does.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    pub(crate) caller: Caller,
    /// How many calls are made before the measurement.
    pub(crate) warm_up: usize,
    pub(crate) calls: usize,
    pub(crate) concurrency: usize,
}

#[derive(Clone, Copy)]
pub(crate) enum Caller {
    /// reqwest with a constant signature, which this server accepts.
    Reqwest,
    /// diqwest without a session: each call fetches a challenge.
    Diqwest,
    /// diqwest with a session.
    Session,
    Client,
    /// The client's list of as many projects as there are calls.
    Projects,
}

const CALLERS: [(&str, Caller); 5] = [
    ("reqwest", Caller::Reqwest),
    ("diqwest", Caller::Diqwest),
    ("session", Caller::Session),
    ("client", Caller::Client),
    ("projects", Caller::Projects),
];

impl Caller {
    pub(crate) fn name(self) -> &'static str {
        CALLERS[self as usize].0
    }
}

/// What the calls of a process have cost, after those for warming up.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) seconds: f64,
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// The maximum resident memory of the whole process.
    pub(crate) bytes: f64,
    /// Zero if the program does not count them.
    pub(crate) allocations: f64,
}

/// A server and the means to sign calls.
pub(crate) struct Target {
    pub(crate) origin: String,
    public: String,
    private: String,
    project: String,
}

const VARIABLES: [&str; 4] = [
    "MONGODB_ATLAS_BASE_URL",
    "MONGODB_ATLAS_PUBLIC_API_KEY",
    "MONGODB_ATLAS_PRIVATE_API_KEY",
    "MONGODB_ATLAS_PROJECT_ID",
];

impl Target {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self {
            origin: sandbox.origin().to_owned(),
            public: sandbox.public_key().to_owned(),
            private: sandbox.private_key().to_owned(),
            project: sandbox.project_id().to_owned(),
        }
    }

    fn from_environment() -> Self {
        let [origin, public, private, project] = VARIABLES.map(|name| env::var(name).unwrap());
        Self {
            origin,
            public,
            private,
            project,
        }
    }

    fn environment(&self) -> [(&'static str, &str); 4] {
        let values = [&self.origin, &self.public, &self.private, &self.project];
        std::array::from_fn(|index| (VARIABLES[index], values[index].as_str()))
    }
}

/// Returns the arguments of the program, unless it is a child process: that does its work, prints what it cost, and
/// exits.
pub(crate) fn arguments(allocations: fn() -> usize) -> Vec<String> {
    // cargo adds `--bench`.
    let arguments = env::args().skip(1).filter(|argument| argument != "--bench");
    let arguments: Vec<String> = arguments.collect();
    let [child, caller, numbers @ ..] = arguments.as_slice() else {
        return arguments;
    };
    if child != CHILD {
        return arguments;
    }
    let (_, caller) = CALLERS.iter().find(|(name, _)| name == caller).unwrap();
    let numbers: Vec<usize> = numbers.iter().map(|it| it.parse().unwrap()).collect();
    let work = Work {
        caller: *caller,
        warm_up: numbers[0],
        calls: numbers[1],
        concurrency: numbers[2],
    };
    let mut start = (Instant::now(), 0.0, 0);
    let mark = || start = (Instant::now(), cpu_seconds(), allocations());
    let runtime = Runtime::new().unwrap();
    runtime.block_on(run(work, Target::from_environment(), mark));
    let (began, cpu, allocated) = start;
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{seconds} {} {} {}",
        cpu_seconds() - cpu,
        max_resident_bytes(),
        allocations() - allocated
    );
    std::process::exit(0);
}

/// Returns a server whose nonces can be used for ever, with any count, as a constant signature does.
pub(crate) fn sandbox() -> SandboxBuilder {
    let sandbox = Sandbox::builder().nonce_policy(NoncePolicy::AnyCount);
    sandbox.nonce_lifetime(Duration::MAX)
}

/// Measures each work once a round, in a process of its own.
pub(crate) fn measure<const N: usize>(
    rounds: usize,
    works: [Work; N],
    target: &Target,
) -> [Vec<Cost>; N] {
    let mut costs = works.map(|_| Vec::new());
    for _ in 0..rounds {
        for (costs, work) in costs.iter_mut().zip(works) {
            let numbers = [work.warm_up, work.calls, work.concurrency];
            let output = Command::new(env::current_exe().unwrap())
                .args([CHILD, work.caller.name()])
                .args(numbers.map(|number| number.to_string()))
                .envs(target.environment())
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            let line = String::from_utf8(output.stdout).unwrap();
            let numbers: Vec<f64> = line
                .split_whitespace()
                .map(|it| it.parse().unwrap())
                .collect();
            costs.push(Cost {
                seconds: numbers[0],
                cpu_seconds: numbers[1],
                bytes: numbers[2],
                allocations: numbers[3],
            });
        }
    }
    costs
}

/// Prints what was measured, one value for each round, as `cargo xtask bench` reads it.
pub(crate) fn print(measure: &str, of: &str, values: impl IntoIterator<Item = f64>) {
    let values: Vec<String> = values.into_iter().map(|value| format!("{value}")).collect();
    println!("{measure}/{of} {}", values.join(" "));
}

/// Returns the CPU time of this process.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    // `utime` and `stime`, in hundredths of a second.
    let ticks = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|it| it.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

fn max_resident_bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim_end_matches("kB").trim();
    kilobytes.parse::<f64>().unwrap() * 1024.0
}

/// Makes the calls, and runs `begin` before those that count.
pub(crate) async fn run(work: Work, target: Target, begin: impl FnMut()) {
    let Target {
        origin,
        public,
        private,
        project,
    } = target;
    let path = format!("/api/atlas/v1.0/groups/{project}/privateEndpoint");
    let url = format!("{origin}{path}");
    let client = Client::builder(Credentials::api_key(&*public, &*private))
        .base_url(origin)
        .rate_limit(None)
        .build()
        .unwrap();
    // After the client, which selects a crypto provider.
    let http = reqwest::Client::new();
    match work.caller {
        Caller::Reqwest => {
            let response = http.get(&url).send().await.unwrap();
            let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap();
            let mut challenge = digest_auth::parse(challenge).unwrap();
            let context = AuthContext::new(public, private, path);
            let signature = challenge.respond(&context).unwrap().to_string();
            let call = move || {
                let request = http.get(&url).header(AUTHORIZATION, &signature);
                async { decode(request.send().await.unwrap()).await }
            };
            repeat(work, call, begin).await;
        }
        Caller::Diqwest => {
            let key: Arc<(String, String)> = Arc::new((public, private));
            let call = move || {
                let (request, key) = (http.get(&url), Arc::clone(&key));
                async move {
                    let sent = request.send_digest_auth((&*key.0, &*key.1)).await;
                    decode(sent.unwrap()).await;
                }
            };
            repeat(work, call, begin).await;
        }
        Caller::Session => {
            let session = Arc::new(DigestAuthSession::new(public, private));
            let call = move || {
                let (request, session) = (http.get(&url), Arc::clone(&session));
                async move { decode(request.send_digest_auth(&*session).await.unwrap()).await }
            };
            repeat(work, call, begin).await;
        }
        Caller::Client => {
            let project = ProjectId::new(project).unwrap();
            let call = move || {
                let (client, project) = (client.clone(), project.clone());
                async move {
                    let listed = client.list_private_endpoint_connections(&project).await;
                    listed.unwrap();
                }
            };
            repeat(work, call, begin).await;
        }
        Caller::Projects => list_in_projects(work, &client, begin).await,
    }
}

async fn decode(response: reqwest::Response) {
    let body = response.error_for_status().unwrap().bytes().await.unwrap();
    serde_json::from_slice::<Vec<PrivateEndpointConnection>>(&body).unwrap();
}

async fn repeat<F>(
    work: Work,
    call: impl Fn() -> F + Clone + Send + 'static,
    mut begin: impl FnMut(),
) where
    F: Future<Output = ()> + Send,
{
    repeat_times(work.warm_up, work.concurrency, call.clone()).await;
    begin();
    repeat_times(work.calls, work.concurrency, call).await;
}

async fn repeat_times<F>(
    count: usize,
    concurrency: usize,
    call: impl Fn() -> F + Clone + Send + 'static,
) where
    F: Future<Output = ()> + Send,
{
    let begun = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let (call, begun) = (call.clone(), Arc::clone(&begun));
        tasks.spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < count {
                call().await;
            }
        });
    }
    tasks.join_all().await;
}

async fn list_in_projects(work: Work, client: &Client, mut begin: impl FnMut()) {
    let projects = (0..work.calls).map(|number| ProjectId::new(project(number)).unwrap());
    begin();
    let mut lists = pin!(client.list_in_projects(projects, work.concurrency));
    while let Some((_, list)) = lists.next().await {
        list.unwrap();
    }
}

/// Returns the id of a project of the list.
pub(crate) fn project(number: usize) -> String {
    format!("{number:024x}")
}
