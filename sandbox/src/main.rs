//! The program `atlas-pe-sandbox`.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use atlas_pe_sandbox::{
    Algorithm, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY,
    NoncePolicy, Sandbox, SandboxBuilder, StartError,
};
use clap::Parser;

const EXAMPLE: &str = r#"Example:
  mkfifo sandbox.fifo
  atlas-pe-sandbox > sandbox.fifo &
  eval "$(head -4 < sandbox.fifo)"
  curl --digest -u "$MONGODB_ATLAS_PUBLIC_API_KEY:$MONGODB_ATLAS_PRIVATE_API_KEY" \
    "$MONGODB_ATLAS_BASE_URL/api/atlas/v1.0/groups/$MONGODB_ATLAS_PROJECT_ID/privateEndpoint"
"#;

/// Simulates the private endpoints of the MongoDB Atlas v1.0 API on a local port
///
/// Prints four lines for a POSIX shell, which export the variables that connect a client to the sandbox,
/// and then serves until it is interrupted or terminated. All data is in memory.
#[derive(Parser)]
#[command(version, after_long_help = EXAMPLE)]
struct Args {
    /// The port to listen on; 0 selects a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// A project, 24 hexadecimal digits; repeatable
    #[arg(long = "project-id", value_name = "ID")]
    project_ids: Vec<String>,

    /// How long each change of a status takes, such as 500ms or 2s
    #[arg(long, default_value = "1s", value_parser = humantime::parse_duration)]
    step: Duration,

    /// The public API key; the default works with sandboxes only
    #[arg(long, value_name = "KEY", default_value = DEFAULT_PUBLIC_KEY)]
    public_key: String,

    /// The private API key; the default works with sandboxes only
    #[arg(long, value_name = "KEY", default_value = DEFAULT_PRIVATE_KEY)]
    private_key: String,

    /// The lifetime of a nonce of the digest authentication
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    nonce_lifetime: Duration,

    /// How often a nonce can be used: any, rising (with a higher count each time), one-time, or a number
    #[arg(long, value_name = "MODE", default_value = "any", value_parser = nonce_policy)]
    digest: NoncePolicy,

    /// The algorithm of the digest: MD5, MD5-sess, SHA-256 or SHA-256-sess
    #[arg(long, value_name = "NAME", default_value = "MD5", value_parser = algorithm)]
    algorithm: Algorithm,

    /// Print the variables of the service account instead of the API key; both always work
    #[arg(long)]
    service_account: bool,

    /// The client id of the service account; the default works with sandboxes only
    #[arg(long, value_name = "ID", default_value = DEFAULT_CLIENT_ID)]
    client_id: String,

    /// The client secret of the service account; the default works with sandboxes only
    #[arg(long, value_name = "SECRET", default_value = DEFAULT_CLIENT_SECRET)]
    client_secret: String,

    /// The lifetime of an access token of the service account
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = humantime::parse_duration)]
    token_lifetime: Duration,

    /// The maximum number of requests per project and minute, 100 in Atlas; no limit by default
    #[arg(long, value_name = "NUMBER")]
    rate_limit: Option<u32>,
}

fn nonce_policy(text: &str) -> Result<NoncePolicy, String> {
    match text {
        "any" => Ok(NoncePolicy::AnyCount),
        "rising" => Ok(NoncePolicy::IncreasingCount),
        "one-time" => Ok(NoncePolicy::MaxUses(1)),
        number => number
            .parse()
            .map(NoncePolicy::MaxUses)
            .map_err(|_| "expected any, rising, one-time or a number of uses".to_owned()),
    }
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    let all = [
        Algorithm::Md5,
        Algorithm::Md5Sess,
        Algorithm::Sha256,
        Algorithm::Sha256Sess,
    ];
    all.into_iter()
        .find(|it| it.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| format!("expected one of {}", all.map(Algorithm::name).join(", ")))
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&with_causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Listens before the lines are printed, since a reader can terminate the sandbox at once.
        let shutdown = shutdown_signal()?;
        let service_account = args.service_account;
        let sandbox = start(args)?;
        let variables = if service_account {
            sandbox.service_account_env()
        } else {
            sandbox.env()
        };
        print(&env_lines(variables))
            .map_err(|error| format!("could not write the variables: {error}"))?;
        // Reports the port even when the variables are not read.
        log(&format!("serving {} until Ctrl-C", sandbox.origin()));
        shutdown.await;
        Ok(())
    })
}

fn start(args: Args) -> Result<Sandbox, StartError> {
    let builder = Sandbox::builder()
        .port(args.port)
        .step(args.step)
        .public_key(args.public_key)
        .private_key(args.private_key)
        .nonce_lifetime(args.nonce_lifetime)
        .nonce_policy(args.digest)
        .algorithm(args.algorithm)
        .client_id(args.client_id)
        .client_secret(args.client_secret)
        .token_lifetime(args.token_lifetime);
    let builder = match args.rate_limit {
        Some(per_minute) => builder.rate_limit(per_minute),
        None => builder,
    };
    args.project_ids
        .into_iter()
        .fold(builder, SandboxBuilder::project)
        .start()
}

#[cfg(unix)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

fn env_lines(variables: Vec<(&str, String)>) -> String {
    let mut lines = String::new();
    for (name, value) in variables {
        lines.extend(["export ", name, "=", &quote(&value), "\n"]);
    }
    lines
}

/// Quotes a value for a POSIX shell. Within single quotes, only the single quote itself is special.
fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Writes the text at once, so that a reader gets all lines or none. A closed pipe is not an error, since
/// clients can have a fixed port.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a line to standard error. A failure is ignored, as it could not be reported.
fn log(text: &str) {
    let _ = writeln!(io::stderr(), "atlas-pe-sandbox: {text}");
}

/// Returns the error and its causes in one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
