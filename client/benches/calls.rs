//! The cost of a call, compared with what it is made of: `cargo bench -p atlas-private-endpoint`.
//!
//! | row | compared with |
//! | --- | --- |
//! | CPU time of a call, 32 at once | reqwest with a constant signature, and diqwest's session |
//! | duration of a list of 1,000 projects, 64 at once, 20 ms each | the delays, and reqwest |
//! | memory of a list of 1,000 projects | a list of 10 projects |
//!
//! Each measurement is a process of its own, which reads its CPU time and memory from `/proc`; so this runs on
//! Linux. The server is in the parent process. The measurements of a table alternate, so that other programs slow
//! down all of them, and medians are printed.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its results and ends at the first error"
)]

use std::env;
use std::fs;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use atlas_pe_sandbox::{Sandbox, SandboxBuilder};
use atlas_private_endpoint::types::PrivateEndpointConnection;
use atlas_private_endpoint::{Client, Credentials, ProjectId};
use digest_auth::AuthContext;
use diqwest::{DigestAuthSession, WithDigestAuth};
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

type Environment = Vec<(&'static str, String)>;

const ROUNDS: usize = 5;
const DELAY: Duration = Duration::from_millis(20);

/// A measurement: what a process does, how often, and how much of it at once.
type Work = (&'static str, usize, usize);

const CALLS: [Work; 3] = [
    ("reqwest", 50_000, 32),
    ("session", 50_000, 32),
    ("client", 50_000, 32),
];
const LISTS: [Work; 3] = [
    ("reqwest", 1000, 64),
    ("projects", 1000, 64),
    ("projects", 10, 64),
];

/// The results of a process.
#[derive(Clone, Copy)]
struct Cost {
    cpu_seconds: f64,
    seconds: f64,
    kilobytes: f64,
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let runtime = Runtime::new().unwrap();
    if let [name, count, concurrency] = arguments.as_slice() {
        let (count, concurrency) = (count.parse().unwrap(), concurrency.parse().unwrap());
        let started = Instant::now();
        runtime.block_on(work(name, count, concurrency));
        let seconds = started.elapsed().as_secs_f64();
        println!("{} {seconds} {}", cpu_seconds(), kilobytes());
        return;
    }

    let sandbox = Sandbox::builder()
        .nonce_lifetime(Duration::MAX)
        .start()
        .unwrap();
    let [reqwest, session, client] =
        measure(CALLS, &sandbox.env()).map(|costs| median(costs, |cost| cost.cpu_seconds));
    println!("CPU time of a call, 32 at once, µs:");
    for (name, cpu) in [
        ("reqwest", reqwest),
        ("diqwest's session", session),
        ("client", client),
    ] {
        println!(
            "{name:>20} {:8.1} {:6.2}",
            cpu * 1e6 / 50_000.0,
            cpu / reqwest
        );
    }

    let projects = (0..1000).map(project);
    let sandbox = projects.fold(Sandbox::builder(), SandboxBuilder::project);
    let sandbox = sandbox.nonce_lifetime(Duration::MAX).start().unwrap();
    let mut environment = sandbox.env();
    environment.push((ORIGIN, runtime.block_on(delayed(sandbox.origin()))));
    let [reqwest, many, few] = measure(LISTS, &environment);
    let ideal = 1000.0 / 64.0 * DELAY.as_secs_f64();
    println!("time of a list of 1,000 projects, 64 at once, {DELAY:?} each, s:");
    let seconds = [reqwest, many.clone()].map(|costs| median(costs, |cost| cost.seconds));
    for (name, time) in [
        ("delays", ideal),
        ("reqwest", seconds[0]),
        ("client", seconds[1]),
    ] {
        println!("{name:>20} {time:8.3} {:6.2}", time / ideal);
    }
    println!("memory of a list, kB:");
    let [few, many] = [few, many].map(|costs| median(costs, |cost| cost.kilobytes));
    for (name, memory) in [("10 projects", few), ("1,000 projects", many)] {
        println!("{name:>20} {memory:8.0} {:6.2}", memory / few);
    }
}

fn measure<const N: usize>(works: [Work; N], environment: &Environment) -> [Vec<Cost>; N] {
    let mut costs = works.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (costs, (name, count, concurrency)) in costs.iter_mut().zip(works) {
            let output = Command::new(env::current_exe().unwrap())
                .args([name, &count.to_string(), &concurrency.to_string()])
                .envs(environment.iter().cloned())
                .output()
                .unwrap();
            let line = String::from_utf8(output.stdout).unwrap();
            let numbers: Vec<f64> = line
                .split_whitespace()
                .map(|it| it.parse().unwrap())
                .collect();
            costs.push(Cost {
                cpu_seconds: numbers[0],
                seconds: numbers[1],
                kilobytes: numbers[2],
            });
        }
    }
    costs
}

fn median(costs: Vec<Cost>, of: fn(Cost) -> f64) -> f64 {
    let mut values: Vec<f64> = costs.into_iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
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

/// Returns the maximum resident memory of this process.
fn kilobytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap().trim_end_matches("kB").trim().parse().unwrap()
}

const ORIGIN: &str = "MONGODB_ATLAS_BASE_URL";

/// Makes `count` calls, `concurrency` of them at a time.
async fn work(name: &str, count: usize, concurrency: usize) {
    let [origin, public, private, project_id] = [
        ORIGIN,
        "MONGODB_ATLAS_PUBLIC_API_KEY",
        "MONGODB_ATLAS_PRIVATE_API_KEY",
        "MONGODB_ATLAS_PROJECT_ID",
    ]
    .map(|name| env::var(name).unwrap());
    let path = format!("/api/atlas/v1.0/groups/{project_id}/privateEndpoint");
    let url = format!("{origin}{path}");
    let credentials = Credentials::api_key(&*public, &*private);
    let client = Client::builder(credentials)
        .base_url(origin)
        .rate_limit(None)
        .build()
        .unwrap();
    // After the client, which selects a crypto provider.
    let http = reqwest::Client::new();
    match name {
        "reqwest" => {
            let response = http.get(&url).send().await.unwrap();
            let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap();
            let mut challenge = digest_auth::parse(challenge).unwrap();
            let context = AuthContext::new(public, private, path);
            let signature = challenge.respond(&context).unwrap().to_string();
            let call = move || {
                let request = http.get(&url).header(AUTHORIZATION, &signature);
                async { decode(request.send().await.unwrap()).await }
            };
            repeat(count, concurrency, call).await;
        }
        "session" => {
            let session = Arc::new(DigestAuthSession::new(public, private));
            let call = move || {
                let (request, session) = (http.get(&url), Arc::clone(&session));
                async move { decode(request.send_digest_auth(&*session).await.unwrap()).await }
            };
            repeat(count, concurrency, call).await;
        }
        "client" => {
            let project = ProjectId::new(project_id).unwrap();
            let call = move || {
                let (client, project) = (client.clone(), project.clone());
                async move {
                    client
                        .list_private_endpoint_connections(&project)
                        .await
                        .unwrap();
                }
            };
            repeat(count, concurrency, call).await;
        }
        _ => {
            let projects = (0..count).map(|number| ProjectId::new(project(number)).unwrap());
            let mut lists = pin!(client.list_in_projects(projects, concurrency));
            while let Some((_, list)) = lists.next().await {
                list.unwrap();
            }
        }
    }
}

async fn decode(response: reqwest::Response) {
    let body = response.error_for_status().unwrap().bytes().await.unwrap();
    serde_json::from_slice::<Vec<PrivateEndpointConnection>>(&body).unwrap();
}

async fn repeat<F>(count: usize, concurrency: usize, call: impl Fn() -> F + Clone + Send + 'static)
where
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

fn project(number: usize) -> String {
    format!("{number:024x}")
}

/// Starts a gateway that delays each response of a server; returns its origin.
async fn delayed(origin: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = format!("http://{}", listener.local_addr().unwrap());
    let server = origin.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client, TcpStream::connect(&server).await.unwrap()));
        }
    });
    gateway
}

async fn forward(client: TcpStream, server: TcpStream) -> io::Result<()> {
    let (mut requests, mut to_client) = client.into_split();
    let (mut responses, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut requests, &mut to_server).await });
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = responses.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        tokio::time::sleep(DELAY).await;
        to_client.write_all(&buffer[..length]).await?;
    }
}
