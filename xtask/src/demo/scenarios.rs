//! How the CLI copes with each scenario of the sandbox.

use atlas_pe_sandbox::Scenario;

use super::{CONFLICT, Cli, DONE, RESOURCE_FAILED, UNAVAILABLE, VPCE, expect_line, expect_message};
use crate::Failure;

/// Runs commands in a scenario, and fails at the first unexpected output or exit code.
pub(super) fn run_commands(scenario: Scenario, cli: &Cli<'_>) -> Result<(), Failure> {
    match scenario {
        Scenario::Flaky => flaky(cli),
        Scenario::RateLimited => rate_limited(cli),
        Scenario::UpgradeInProgress => upgrade_in_progress(cli),
        Scenario::RegionTaken => region_taken(cli),
        Scenario::RejectsEverything => rejects_everything(cli),
        Scenario::GatewayDown => gateway_down(cli),
        other => Err(format!(
            "the scenario {other} has no demo; add one in xtask/src/demo/scenarios.rs"
        )
        .into()),
    }
}

/// Every command succeeds, and an operation whose response was lost is not repeated in vain.
fn flaky(cli: &Cli<'_>) -> Result<(), Failure> {
    // So many attempts do not fail by chance.
    let patient = ["--max-attempts", "10"];
    let create = [
        "create",
        "--region",
        "us-east-1",
        "--if-not-exists",
        "--wait",
    ];
    cli.run(&[&create[..], &patient].concat(), DONE)?;
    let id = cli.line(&[&["list", "-o", "ids"][..], &patient].concat())?;
    let add = [
        "interfaces",
        "create",
        "us-east-1",
        VPCE,
        "--if-not-exists",
        "--wait",
    ];
    cli.run(&[&add[..], &patient].concat(), DONE)?;
    let delete = ["delete", &id, "--cascade", "--wait", "--force"];
    cli.run(&[&delete[..], &patient].concat(), DONE)?;
    let left = cli.line(&[&["list", "-o", "ids"][..], &patient].concat())?;
    expect_line(&left, "")
}

/// One attempt fails; with more of them, commands wait as long as the server asks.
fn rate_limited(cli: &Cli<'_>) -> Result<(), Failure> {
    let refused = cli.run(&["list", "--max-attempts", "1"], UNAVAILABLE)?;
    expect_message(&refused, "RATE_LIMITED")?;
    expect_message(&refused, "100 requests per minute")?;
    cli.run(&["create", "--region", "us-east-1", "--wait"], DONE)?;
    cli.run(&["list"], DONE).map(|_| ())
}

/// Reading works, and a creation succeeds once the upgrade ends during its attempts.
fn upgrade_in_progress(cli: &Cli<'_>) -> Result<(), Failure> {
    let create = ["create", "--region", "us-east-1"];
    let refused = cli.run(&create, UNAVAILABLE)?;
    expect_message(&refused, "being upgraded")?;
    cli.run(&["list"], DONE)?;
    cli.run(&create, DONE)?;
    let id = cli.line(&["list", "-o", "ids"])?;
    cli.run(&["delete", &id, "--wait", "--force"], DONE)
        .map(|_| ())
}

/// A creation finds the other team's connection although the list did not show it.
fn region_taken(cli: &Cli<'_>) -> Result<(), Failure> {
    let create = ["create", "--region", "us-east-1"];
    let reuse = [&create[..], &["--if-not-exists", "-o", "ids"]].concat();
    let existing = cli.line(&reuse)?;
    let id = cli.line(&["list", "-o", "ids"])?;
    expect_line(&existing, &id)?;
    let refused = cli.run(&create, CONFLICT)?;
    expect_message(&refused, "--if-not-exists")?;
    let refused = cli.run(&["delete", &id, "--force"], CONFLICT)?;
    expect_message(&refused, "--cascade")
}

/// A wait ends as soon as its goal cannot be reached, with what Atlas reported.
fn rejects_everything(cli: &Cli<'_>) -> Result<(), Failure> {
    cli.run(&["create", "--region", "us-east-1", "--wait"], DONE)?;
    let add = ["interfaces", "create", "us-east-1", VPCE, "--wait"];
    let rejected = cli.run(&add, RESOURCE_FAILED)?;
    expect_message(&rejected, "rejected the connection request")?;
    let create = ["create", "--region", "eu-west-1", "--wait"];
    let failed = cli.run(&create, RESOURCE_FAILED)?;
    expect_message(&failed, "load balancer could not be created")?;
    cli.run(
        &["delete", "us-east-1", "--cascade", "--wait", "--force"],
        DONE,
    )?;
    // One that failed has no endpoint service, which would name its region.
    let id = cli.line(&["list", "-o", "ids"])?;
    cli.run(&["delete", &id, "--wait", "--force"], DONE)
        .map(|_| ())
}

/// Commands give up after their attempts, and report the page of the gateway.
fn gateway_down(cli: &Cli<'_>) -> Result<(), Failure> {
    for command in [&["list"][..], &["create", "--region", "us-east-1"]] {
        let refused = cli.run(command, UNAVAILABLE)?;
        expect_message(&refused, "503")?;
        expect_message(&refused, "try again later")?;
    }
    Ok(())
}
