//! `cargo xtask interop`: what the client costs in HTTP requests, counted by real digest servers.
//!
//! The tests know one server, the sandbox, which was written by the people who wrote the client. What
//! others make of the same standard is seen here. It takes programs that are not everywhere, and is no
//! part of `cargo xtask ci` for that.

mod apache;
mod expectation;
mod lighttpd;
mod load;
mod program;
mod sandbox;
mod server;
mod site;
mod web_server;

use std::process::ExitCode;

use anstream::println;
use expectation::Nonces;
use load::{LOADS, Load, Loader, Outcome};
use server::{Counts, Server};

use atlas_pe_sandbox::{Algorithm, NoncePolicy};

use crate::Failure;

/// A server in one of its modes, and what is expected of the client there.
struct Row {
    server: &'static str,
    mode: &'static str,
    kind: Kind,
    nonces: Nonces,
}

/// How a server is come by.
enum Kind {
    Apache(apache::Mode),
    Lighttpd(lighttpd::Mode),
    Sandbox(sandbox::Mode),
}

/// Every server that is measured. A further one is a further line.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("Apache", "any nc", Kind::Apache(apache::ANY_NC), Nonces::Lasting),
    row("Apache", "rising nc", Kind::Apache(apache::RISING_NC), Nonces::Lasting),
    row("Apache", "one-time", Kind::Apache(apache::ONE_TIME), Nonces::OneTime),
    row("lighttpd", "MD5", Kind::Lighttpd(lighttpd::MD5), Nonces::Lasting),
    row("lighttpd", "SHA-256", Kind::Lighttpd(lighttpd::SHA_256), Nonces::Lasting),
    row("sandbox", "default", Kind::Sandbox(|sandbox| sandbox), Nonces::Lasting),
    row("sandbox", "rising nc", Kind::Sandbox(|sandbox| sandbox.nonce_policy(NoncePolicy::IncreasingCount)), Nonces::Lasting),
    row("sandbox", "100 uses", Kind::Sandbox(|sandbox| sandbox.nonce_policy(NoncePolicy::MaxUses(100))), Nonces::Hundred),
    row("sandbox", "one use", Kind::Sandbox(|sandbox| sandbox.nonce_policy(NoncePolicy::MaxUses(1))), Nonces::OneTime),
    row("sandbox", "SHA-256", Kind::Sandbox(|sandbox| sandbox.algorithm(Algorithm::Sha256)), Nonces::Lasting),
];

const fn row(server: &'static str, mode: &'static str, kind: Kind, nonces: Nonces) -> Row {
    Row {
        server,
        mode,
        kind,
        nonces,
    }
}

/// Measures every server that is here or can be installed, and prints a table.
///
/// # Errors
///
/// When something cannot be measured, or, after the table, when a count is not as expected.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let loader = Loader::build()?;
    let mut problems = Vec::new();
    let mut skipped = 0;
    print_head();
    for row in ROWS {
        if !row.is_here()? {
            skipped += 1;
            continue;
        }
        for load in LOADS {
            problems.extend(row.measure(load, &loader)?);
        }
    }
    if !problems.is_empty() {
        return Err(format!("not as expected:\n  {}", problems.join("\n  ")).into());
    }
    match skipped {
        0 => println!("\nEvery count is as expected."),
        _ => println!("\nEvery count is as expected; {skipped} rows were skipped."),
    }
    Ok(ExitCode::SUCCESS)
}

impl Row {
    /// Whether there is such a server, which it says when there is none.
    fn is_here(&self) -> Result<bool, Failure> {
        match self.kind {
            Kind::Apache(_) => program::is_here(&apache::PACKAGE),
            Kind::Lighttpd(_) => program::is_here(&lighttpd::PACKAGE),
            Kind::Sandbox(_) => Ok(true),
        }
    }

    fn start(&self) -> Result<Box<dyn Server>, Failure> {
        match &self.kind {
            Kind::Apache(mode) => apache::start(mode),
            Kind::Lighttpd(mode) => lighttpd::start(mode),
            Kind::Sandbox(mode) => sandbox::start(*mode),
        }
    }

    /// Makes one load of calls to a server of its own, so that nothing is counted but that load, and says
    /// what is not as expected.
    fn measure(&self, load: &Load, loader: &Loader) -> Result<Vec<String>, Failure> {
        let name = format!("{}, {}, {}", self.server, self.mode, load.name);
        let in_row = |error: Failure| format!("{name}: {error}");
        let server = self.start().map_err(in_row)?;
        let outcome = loader.run(load, &server.environment()).map_err(in_row)?;
        let counts = server.stop().map_err(in_row)?;
        self.print(load, &outcome, counts);
        let diagnostics = expectation::diagnostics(load, self.nonces, &outcome, counts);
        Ok(diagnostics
            .into_iter()
            .map(|problem| format!("{name}: {problem}"))
            .collect())
    }

    fn print(&self, load: &Load, outcome: &Outcome, counts: Counts) {
        print_line([
            self.server,
            self.mode,
            load.name,
            &outcome.calls.to_string(),
            &counts.requests.to_string(),
            &expectation::per_call(counts.requests, outcome.calls),
            &counts.unsigned.to_string(),
            &outcome.failed.to_string(),
        ]);
    }
}

fn print_head() {
    print_line([
        "server", "mode", "load", "calls", "requests", "per call", "unsigned", "failed",
    ]);
}

/// Prints a line of the table as soon as it is known, which is why no width is computed from the rows.
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
