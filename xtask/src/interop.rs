//! `cargo xtask interop`: how many HTTP requests the client sends, counted by real digest servers.
//!
//! The tests use the sandbox only, whose authors also wrote the client. Other implementations of digest
//! authentication are covered here. This is not part of `cargo xtask ci`, since it installs servers.

mod limits;
mod load;
mod web_server;

use std::process::ExitCode;

use anstream::println;
use atlas_pe_sandbox::{Algorithm, NoncePolicy, Sandbox, SandboxBuilder};

use self::limits::NonceUse;
use self::load::{LOADS, Load, Loader, Outcome};
use self::web_server::{APACHE, Configuration, Environment, LIGHTTPD, Product, WebServer};
use crate::Failure;

/// A server in one of its modes, and how often the client can use a nonce there.
struct Row {
    server: &'static str,
    mode: &'static str,
    kind: Kind,
    nonces: NonceUse,
}

enum Kind {
    Web(&'static Product, Configuration),
    Sandbox(fn(SandboxBuilder) -> SandboxBuilder),
}

/// Every server that is measured. `nc` is the count of the uses of a nonce; with `Basic`, that is the first challenge.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("Apache", "any nc", Kind::Web(&APACHE, |site| site.apache("Off", 300)), NonceUse::Unlimited),
    row("Apache", "rising nc", Kind::Web(&APACHE, |site| site.apache("On", 300)), NonceUse::Unlimited),
    row("Apache", "one-time", Kind::Web(&APACHE, |site| site.apache("Off", 0)), NonceUse::Once),
    row("Apache", "Basic", Kind::Web(&APACHE, |site| site.apache_basic_first("On", 300)), NonceUse::Unlimited),
    row("lighttpd", "MD5", Kind::Web(&LIGHTTPD, |site| site.lighttpd("MD5")), NonceUse::Unlimited),
    row("lighttpd", "SHA-256", Kind::Web(&LIGHTTPD, |site| site.lighttpd("SHA-256")), NonceUse::Unlimited),
    row("sandbox", "default", Kind::Sandbox(|sandbox| sandbox), NonceUse::Unlimited),
    row("sandbox", "rising nc", Kind::Sandbox(|sandbox| sandbox.nonce_policy(NoncePolicy::IncreasingCount)), NonceUse::Unlimited),
    row("sandbox", "100 uses", Kind::Sandbox(|sandbox| sandbox.nonce_policy(NoncePolicy::MaxUses(100))), NonceUse::Hundred),
    row("sandbox", "one use", Kind::Sandbox(|sandbox| sandbox.nonce_policy(NoncePolicy::MaxUses(1))), NonceUse::Once),
    row("sandbox", "SHA-256", Kind::Sandbox(|sandbox| sandbox.algorithm(Algorithm::Sha256)), NonceUse::Unlimited),
];

const fn row(server: &'static str, mode: &'static str, kind: Kind, nonces: NonceUse) -> Row {
    Row {
        server,
        mode,
        kind,
        nonces,
    }
}

/// How many requests a server received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    requests: usize,
    /// Those without `Authorization`, each of which was answered with a challenge.
    unsigned: usize,
}

/// A running server, which is stopped when it is dropped.
enum Server {
    Web(WebServer),
    Sandbox(Box<Sandbox>),
}

/// Measures every server that is or can be installed, and prints a table.
///
/// # Errors
///
/// When a server cannot be measured, or, after the table, when a count is outside its limit.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let loader = Loader::build()?;
    let mut problems = Vec::new();
    let mut skipped = 0;
    print_line([
        "server", "mode", "load", "calls", "requests", "per call", "unsigned", "failed",
    ]);
    for row in ROWS {
        if !row.is_available()? {
            skipped += 1;
            continue;
        }
        for load in LOADS {
            problems.extend(row.measure(load, &loader)?);
        }
    }
    if !problems.is_empty() {
        return Err(format!("unexpected counts:\n  {}", problems.join("\n  ")).into());
    }
    match skipped {
        0 => println!("\nall counts are within their limits"),
        _ => println!("\nall counts are within their limits; {skipped} rows were skipped"),
    }
    Ok(ExitCode::SUCCESS)
}

impl Row {
    fn is_available(&self) -> Result<bool, Failure> {
        match self.kind {
            Kind::Web(product, _) => product.is_available(),
            Kind::Sandbox(_) => Ok(true),
        }
    }

    /// Runs a load against a new server, so that only its requests are counted, and returns what is
    /// unexpected.
    fn measure(&self, load: &Load, loader: &Loader) -> Result<Vec<String>, Failure> {
        let name = format!("{}, {}, {}", self.server, self.mode, load.name);
        let in_row = |error: Failure| format!("{name}: {error}");
        let server = self.start().map_err(in_row)?;
        let outcome = loader.run(load, &server.environment()).map_err(in_row)?;
        let counts = server.stop().map_err(in_row)?;
        self.print(load, &outcome, counts);
        let problems = limits::check(load, self.nonces, &outcome, counts);
        let problems = problems.into_iter();
        Ok(problems
            .map(|problem| format!("{name}: {problem}"))
            .collect())
    }

    fn start(&self) -> Result<Server, Failure> {
        Ok(match self.kind {
            Kind::Web(product, configuration) => {
                Server::Web(WebServer::start(product, configuration)?)
            }
            Kind::Sandbox(configure) => {
                Server::Sandbox(Box::new(configure(Sandbox::builder()).start()?))
            }
        })
    }

    fn print(&self, load: &Load, outcome: &Outcome, counts: Counts) {
        print_line([
            self.server,
            self.mode,
            load.name,
            &outcome.calls.to_string(),
            &counts.requests.to_string(),
            &limits::per_call(counts.requests, outcome.calls),
            &counts.unsigned.to_string(),
            &outcome.failed.to_string(),
        ]);
    }
}

impl Server {
    fn environment(&self) -> Environment {
        match self {
            Self::Web(server) => server.environment(),
            Self::Sandbox(sandbox) => sandbox.env(),
        }
    }

    fn stop(self) -> Result<Counts, Failure> {
        match self {
            Self::Web(server) => server.stop(),
            Self::Sandbox(sandbox) => {
                let requests = sandbox.requests();
                let unsigned = requests.iter().filter(|request| !request.has_authorization);
                Ok(Counts {
                    requests: requests.len(),
                    unsigned: unsigned.count(),
                })
            }
        }
    }
}

/// Prints a line of the table. Widths are fixed, since each line is printed as soon as it is known.
fn print_line(
    [
        server,
        mode,
        load,
        calls,
        requests,
        per_call,
        unsigned,
        failed,
    ]: [&str; 8],
) {
    println!(
        "{server:<9} {mode:<10} {load:<10} {calls:>6} {requests:>9} {per_call:>9} {unsigned:>9} {failed:>7}"
    );
}
