//! What a call costs, compared with other ways to make it.
//!
//! `cargo bench -p atlas-private-endpoint --bench calls -- [ROUNDS [MEASURE]...]` prints a line for each series,
//! with one value for each round, in seconds, bytes or requests. `cargo xtask bench` compares them. It runs on Linux.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its results and ends at the first error"
)]

mod load;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use atlas_pe_sandbox::{NoncePolicy, SandboxBuilder};
use tokio::runtime::Runtime;

use self::load::{Caller, Target, Work, measure, print, project};

const DELAY: Duration = Duration::from_millis(20);
const CALLS: usize = 50_000;
const PROJECTS: usize = 1000;

type Measure = (&'static str, fn(usize));

const MEASURES: [Measure; 4] = [
    ("requests", requests),
    ("latency", latency),
    ("cpu", cpu),
    ("projects", projects),
];

fn main() {
    let arguments = load::arguments(|| 0);
    let (rounds, names) = match arguments.split_first() {
        Some((rounds, names)) => (rounds.parse().unwrap(), names),
        None => (5, &[][..]),
    };
    for (name, measure) in MEASURES {
        if names.is_empty() || names.iter().any(|it| it == name) {
            measure(rounds);
        }
    }
}

/// Prints the requests of a call whose client has made calls before.
fn requests(rounds: usize) {
    let runtime = Runtime::new().unwrap();
    for (concurrency, policy) in [
        (1, NoncePolicy::default()),
        (32, NoncePolicy::default()),
        (64, NoncePolicy::IncreasingCount),
    ] {
        for caller in [Caller::Client, Caller::Diqwest] {
            let work = Work {
                caller,
                warm_up: 10 * concurrency,
                calls: 5000,
                concurrency,
            };
            let count = || {
                let sandbox = load::sandbox().nonce_policy(policy).start().unwrap();
                let mut before = 0;
                let begin = || before = sandbox.request_count();
                runtime.block_on(load::run(work, Target::new(&sandbox), begin));
                (sandbox.request_count() - before) as f64 / work.calls as f64
            };
            let name = format!("requests-{concurrency}");
            print(&name, caller.name(), (0..rounds).map(|_| count()));
        }
    }
}

/// Prints the seconds of 200 calls, one by one, with a delay of each response.
fn latency(rounds: usize) {
    let sandbox = load::sandbox().start().unwrap();
    let mut target = Target::new(&sandbox);
    target.origin = delayed(sandbox.origin());
    let works = [Caller::Client, Caller::Diqwest].map(|caller| Work {
        caller,
        warm_up: 0,
        calls: 200,
        concurrency: 1,
    });
    for (work, costs) in works.iter().zip(measure(rounds, works, &target)) {
        let seconds = costs.iter().map(|cost| cost.seconds);
        print("latency", work.caller.name(), seconds);
    }
}

/// Prints the CPU seconds of a call, and how many calls there are in a second.
fn cpu(rounds: usize) {
    let sandbox = load::sandbox().start().unwrap();
    let callers = [Caller::Client, Caller::Session, Caller::Reqwest];
    let works = callers.map(|caller| Work {
        caller,
        warm_up: 1000,
        calls: CALLS,
        concurrency: 32,
    });
    let calls = CALLS as f64;
    for (work, costs) in works
        .iter()
        .zip(measure(rounds, works, &Target::new(&sandbox)))
    {
        let name = work.caller.name();
        print("cpu", name, costs.iter().map(|it| it.cpu_seconds / calls));
        print("rate", name, costs.iter().map(|it| calls / it.seconds));
    }
}

/// Prints the seconds and the memory of a list of projects, with a delay of each response.
fn projects(rounds: usize) {
    let projects = (0..PROJECTS).map(project);
    let sandbox = projects.fold(load::sandbox(), SandboxBuilder::project);
    let sandbox = sandbox.start().unwrap();
    let mut target = Target::new(&sandbox);
    target.origin = delayed(sandbox.origin());
    let work = |caller, calls| Work {
        caller,
        warm_up: 0,
        calls,
        concurrency: 64,
    };
    let works = [
        work(Caller::Projects, PROJECTS),
        work(Caller::Reqwest, PROJECTS),
        work(Caller::Projects, 10),
    ];
    let [many, reqwest, few] = measure(rounds, works, &target);
    let ideal = PROJECTS as f64 / 64.0 * DELAY.as_secs_f64();
    print("projects", "client", many.iter().map(|it| it.seconds));
    print("projects", "reqwest", reqwest.iter().map(|it| it.seconds));
    print("projects", "ideal", [ideal]);
    print("memory", "many", many.iter().map(|it| it.bytes));
    print("memory", "few", few.iter().map(|it| it.bytes));
}

/// Starts a gateway that delays each response of a server; returns its origin. Each connection has threads of its
/// own, since the timer of an asynchronous runtime is late by up to two milliseconds.
fn delayed(origin: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gateway = format!("http://{}", listener.local_addr().unwrap());
    let server = origin.trim_start_matches("http://").to_owned();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&server).unwrap());
            client.set_nodelay(true).unwrap();
            server.set_nodelay(true).unwrap();
            let mut requests = client.try_clone().unwrap();
            let mut to_server = server.try_clone().unwrap();
            thread::spawn(move || {
                let _ = io::copy(&mut requests, &mut to_server);
                to_server.shutdown(std::net::Shutdown::Write)
            });
            thread::spawn(move || forward(server, client));
        }
    });
    gateway
}

fn forward(mut responses: TcpStream, mut to_client: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = responses.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        thread::sleep(DELAY);
        to_client.write_all(&buffer[..length])?;
    }
}
