//! The heap allocations of a call, in a program of its own, since counting them takes time.
//!
//! `cargo bench -p atlas-private-endpoint --bench allocations -- [ROUNDS]` prints as `calls` does.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its results and ends at the first error"
)]

mod load;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use self::load::{Caller, Target, Work, measure, print};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 5000;

fn main() {
    let arguments = load::arguments(|| {
        let stats = ALLOCATOR.stats();
        stats.allocations + stats.reallocations
    });
    let rounds = arguments
        .first()
        .map_or(5, |rounds| rounds.parse().unwrap());
    let sandbox = load::sandbox().start().unwrap();
    let works = [Caller::Client, Caller::Session, Caller::Reqwest].map(|caller| Work {
        caller,
        warm_up: 1000,
        calls: CALLS,
        concurrency: 32,
    });
    for (work, costs) in works
        .iter()
        .zip(measure(rounds, works, &Target::new(&sandbox)))
    {
        let allocations = costs.iter().map(|it| it.allocations / CALLS as f64);
        print("allocations", work.caller.name(), allocations);
    }
}
