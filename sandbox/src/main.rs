//! The program `atlas-pe-sandbox`.

mod run;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use atlas_pe_sandbox::fault::Fault;
use atlas_pe_sandbox::{
    Algorithm, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_PRIVATE_KEY, DEFAULT_PUBLIC_KEY,
    Durations, NoncePolicy, Sandbox, SandboxBuilder, Scenario, Seed,
};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, Parser, Subcommand};
use tempfile::NamedTempFile;

use crate::run::Signals;

const EXAMPLE: &str = r#"Examples:
  atlas-pe-sandbox run -- atlas-pe list

  atlas-pe-sandbox --ready-file sandbox.env &
  until [ -e sandbox.env ]; do sleep 0.1; done
  . ./sandbox.env
  curl --digest -u "$MONGODB_ATLAS_PUBLIC_API_KEY:$MONGODB_ATLAS_PRIVATE_API_KEY" \
    "$MONGODB_ATLAS_BASE_URL/api/atlas/v1.0/groups/$MONGODB_ATLAS_PROJECT_ID/privateEndpoint"
"#;

/// Simulates the private endpoints of the MongoDB Atlas v1.0 API on a local port
///
/// Prints four lines for a POSIX shell, which export the variables that connect a client to the sandbox,
/// and then serves until it is interrupted or terminated. All data is in memory, unless --data names a
/// file.
#[derive(Parser)]
#[command(version, after_long_help = EXAMPLE, args_conflicts_with_subcommands = true)]
struct Args {
    #[command(flatten)]
    options: Options,

    /// A file to create with the same lines when the sandbox serves; removed when it stops
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a command with the variables set, and ends with its exit code
    ///
    /// The exit code is 128 and the number of the signal when a signal ends the command, 127 when the
    /// command does not exist, and 126 when it cannot be run. Interrupts and terminations are forwarded.
    Run {
        #[command(flatten)]
        options: Box<Options>,

        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Writes the manual pages into a directory
    Man {
        /// An existing directory
        #[arg(long, value_name = "DIRECTORY")]
        dir: PathBuf,
    },
}

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
struct Options {
    /// The port to listen on; 0 selects a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// The address to listen on; with 0.0.0.0, other computers can connect
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,

    /// Serve the control API under /_sandbox/, with which a client changes this sandbox
    #[arg(long)]
    control: bool,

    /// A name of this computer for the page and the control API, beside localhost; repeatable
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,

    /// A project, 24 hexadecimal digits; repeatable
    #[arg(long = "project-id", value_name = "ID")]
    project_ids: Vec<String>,

    /// A JSON file with projects, their resources and settings; other options change its settings
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// A scenario to lay over the other settings
    #[arg(long, value_name = "NAME", value_parser = scenarios())]
    scenario: Option<Scenario>,

    /// A fault as JSON, such as '{"every": 3, "effect": {"delay": "2s"}}'; repeatable
    #[arg(long = "fault", value_name = "JSON", value_parser = fault)]
    faults: Vec<Fault>,

    /// A number on which the random choices of faults depend
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    fault_seed: u64,

    /// How long each change of a status takes, such as 500ms or 2s [default: 1s]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    step: Option<Duration>,

    /// Complete every change of a status at once, like --step 0s
    #[arg(long, conflicts_with = "step")]
    instant: bool,

    /// How long one change takes, such as createConnection=2s; repeatable, with the names of the seed file
    #[arg(long = "duration", value_name = "CHANGE=TIME", value_parser = change_duration)]
    durations: Vec<(String, String)>,

    /// Make ids depend on this number alone, for snapshots
    #[arg(long, value_name = "NUMBER")]
    id_seed: Option<u64>,

    /// A file that keeps projects and resources across restarts; created if it does not exist
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    #[arg(long, value_name = "KEY", help = with_default("The public API key", DEFAULT_PUBLIC_KEY))]
    public_key: Option<String>,

    #[arg(long, value_name = "KEY", help = with_default("The private API key", DEFAULT_PRIVATE_KEY))]
    private_key: Option<String>,

    /// The lifetime of a nonce of the digest authentication
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    nonce_lifetime: Duration,

    /// How often a nonce can be used: unique (each count once), any, rising (with a higher count each time),
    /// one-time, or a number
    #[arg(long, value_name = "MODE", default_value = "unique", value_parser = nonce_policy)]
    digest: NoncePolicy,

    /// A text in the challenges of the digest that requests must return; none by default, as in Atlas
    #[arg(long, value_name = "TEXT")]
    opaque: Option<String>,

    /// The algorithm of the digest: MD5, MD5-sess, SHA-256 or SHA-256-sess
    #[arg(long, value_name = "NAME", default_value = "MD5", value_parser = algorithm)]
    algorithm: Algorithm,

    /// Provide the variables of the service account instead of the API key; both always work
    #[arg(long)]
    service_account: bool,

    #[arg(long, value_name = "ID", help = with_default("The client id of the service account", DEFAULT_CLIENT_ID))]
    client_id: Option<String>,

    #[arg(long, value_name = "SECRET", help = with_default("The client secret of the service account", DEFAULT_CLIENT_SECRET))]
    client_secret: Option<String>,

    /// The lifetime of an access token of the service account
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = humantime::parse_duration)]
    token_lifetime: Duration,

    /// The maximum number of requests per project and minute, 100 in Atlas; no limit by default
    #[arg(long, value_name = "NUMBER")]
    rate_limit: Option<u32>,

    /// Count requests without valid credentials towards the rate limit, such as those for a challenge
    #[arg(long)]
    rate_limit_counts_challenges: bool,
}

fn with_default(help: &str, default: &str) -> String {
    format!("{help}; the default works with sandboxes only [default: {default}]")
}

/// Returns a parser that lists the scenarios in the help.
fn scenarios() -> impl TypedValueParser<Value = Scenario> {
    let values = Scenario::ALL.iter();
    let values = values.map(|it| PossibleValue::new(it.name()).help(it.description()));
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Scenario>())
}

fn fault(text: &str) -> Result<Fault, serde_json::Error> {
    serde_json::from_str(text)
}

fn nonce_policy(text: &str) -> Result<NoncePolicy, String> {
    match text {
        "unique" => Ok(NoncePolicy::UniqueCount),
        "any" => Ok(NoncePolicy::AnyCount),
        "rising" => Ok(NoncePolicy::IncreasingCount),
        "one-time" => Ok(NoncePolicy::MaxUses(1)),
        number => number
            .parse()
            .map(NoncePolicy::MaxUses)
            .map_err(|_| "expected unique, any, rising, one-time or a number of uses".to_owned()),
    }
}

fn change_duration(text: &str) -> Result<(String, String), String> {
    let (change, time) = text
        .split_once('=')
        .ok_or("expected a change and a time, such as createConnection=2s")?;
    Ok((change.to_owned(), time.to_owned()))
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
    let args = Args::parse();
    let result = match args.command {
        Some(Command::Run { options, command }) => run(*options, &command),
        Some(Command::Man { dir }) => write_man_pages(&dir),
        None => serve(args.options, args.ready_file.as_deref()),
    };
    result.unwrap_or_else(|error| {
        log(&with_causes(error.as_ref()));
        ExitCode::FAILURE
    })
}

fn write_man_pages(directory: &Path) -> Result<ExitCode, Box<dyn Error>> {
    clap_mangen::generate_to(Args::command(), directory).map_err(|error| {
        let directory = directory.display();
        format!("could not write the pages into {directory}: {error}")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn run(options: Options, command: &[OsString]) -> Result<ExitCode, Box<dyn Error>> {
    runtime()?.block_on(async {
        // Listens before the command starts, so that no signal ends the sandbox without it.
        let signals = Signals::new()?;
        let service_account = options.service_account;
        let sandbox = start(options)?;
        let (mut set, mut removed) = (sandbox.env(), sandbox.service_account_env());
        if service_account {
            std::mem::swap(&mut set, &mut removed);
        }
        // The command must not find credentials of a real account beside those of the sandbox.
        let removed = removed.into_iter().map(|(name, _)| name);
        match run::spawn(command, set, removed) {
            Ok(child) => Ok(run::wait(child, signals).await?),
            Err((code, error)) => {
                log(&error);
                Ok(ExitCode::from(code))
            }
        }
    })
}

fn serve(options: Options, ready_file: Option<&Path>) -> Result<ExitCode, Box<dyn Error>> {
    runtime()?.block_on(async {
        // Listens before the lines are printed, since a reader can terminate the sandbox at once.
        let mut signals = Signals::new()?;
        let service_account = options.service_account;
        if let Some(path) = ready_file {
            remove_stale(path)?;
        }
        let sandbox = start(options)?;
        let lines = env_lines(if service_account {
            sandbox.service_account_env()
        } else {
            sandbox.env()
        });
        print(&lines).map_err(|error| format!("could not write the variables: {error}"))?;
        if let Some(path) = ready_file {
            write_atomically(path, &lines)
                .map_err(|error| format!("could not write {}: {error}", path.display()))?;
        }
        // Reports the port even when the variables are not read.
        log(&format!("serving {} until Ctrl-C", sandbox.origin()));
        signals.recv().await;
        if let Some(path) = ready_file {
            // The file may have been removed by its reader.
            let _ = fs::remove_file(path);
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn start(options: Options) -> Result<Sandbox, Box<dyn Error>> {
    let mut seed = match options.seed {
        Some(path) => read_seed(&path)?,
        None => Seed::default(),
    };
    let step = if options.instant {
        Some(Duration::ZERO)
    } else {
        options.step
    };
    seed.durations = step.map(Durations::all).or(seed.durations);
    for (change, time) in options.durations {
        let changed = with_duration(seed.durations.unwrap_or_default(), &change, time);
        seed.durations =
            Some(changed.map_err(|error| format!("could not use --duration: {error}"))?);
    }
    let mut builder = Sandbox::builder().seed(seed);
    builder = set(builder, options.id_seed, SandboxBuilder::id_seed);
    builder = set(builder, options.public_key, SandboxBuilder::public_key);
    builder = set(builder, options.private_key, SandboxBuilder::private_key);
    builder = set(builder, options.client_id, SandboxBuilder::client_id);
    builder = set(
        builder,
        options.client_secret,
        SandboxBuilder::client_secret,
    );
    builder = set(builder, options.opaque, SandboxBuilder::opaque);
    builder = set(builder, options.rate_limit, SandboxBuilder::rate_limit);
    builder = set(builder, options.data, SandboxBuilder::data);
    builder = set(builder, options.scenario, SandboxBuilder::scenario);
    let builder = options
        .faults
        .into_iter()
        .fold(builder, SandboxBuilder::fault);
    let builder = builder
        .fault_seed(options.fault_seed)
        .port(options.port)
        .address(options.listen)
        .control(options.control)
        .page(true)
        .nonce_lifetime(options.nonce_lifetime)
        .nonce_policy(options.digest)
        .algorithm(options.algorithm)
        .token_lifetime(options.token_lifetime)
        .rate_limit_counts_challenges(options.rate_limit_counts_challenges);
    let hosts = options.hosts.into_iter();
    let builder = hosts.fold(builder, SandboxBuilder::host);
    let projects = options.project_ids.into_iter();
    Ok(projects.fold(builder, SandboxBuilder::project).start()?)
}

/// Sets a duration by its name in JSON, so that the options have no list of their own.
fn with_duration(
    durations: Durations,
    change: &str,
    time: String,
) -> Result<Durations, serde_json::Error> {
    let mut json = serde_json::to_value(durations)?;
    json[change] = time.into();
    serde_json::from_value(json)
}

/// Applies an option, if it was given.
fn set<T>(
    builder: SandboxBuilder,
    value: Option<T>,
    apply: impl Fn(SandboxBuilder, T) -> SandboxBuilder,
) -> SandboxBuilder {
    value.into_iter().fold(builder, apply)
}

fn read_seed(path: &Path) -> Result<Seed, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("could not read {}: {error}", path.display()))?;
    Seed::from_json(&text).map_err(|error| format!("could not use {}: {error}", path.display()))
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

/// Removes the file of an earlier sandbox, which a reader would take for that of this one.
fn remove_stale(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("could not remove {}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Writes the text to a new file that only the user can read, so that a reader gets all of it or no file.
fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(parent.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
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
