use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};

use atlas_pe_sandbox::{DEFAULT_PRIVATE_KEY, DEFAULT_PROJECT_ID, DEFAULT_PUBLIC_KEY};
use diqwest::WithDigestAuth as _;
use reqwest::StatusCode;
use reqwest::header::WWW_AUTHENTICATE;

use crate::support::{Reply, client};

/// A running program. Dropping it kills the program.
struct Program {
    child: Child,
}

impl Program {
    fn start(args: &[&str], stdout: impl Into<Stdio>) -> Self {
        let mut command = program();
        let command = command.args(args).stdout(stdout).stderr(Stdio::piped());
        Self {
            child: command.spawn().expect("the program starts"),
        }
    }

    fn lines(&mut self) -> String {
        let stdout = self.child.stdout.as_mut().expect("stdout is piped");
        let lines = BufReader::new(stdout).lines().take(4);
        lines
            .map(|line| line.expect("stdout is text") + "\n")
            .collect()
    }

    fn signal(&self, name: &str) {
        let script = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("/bin/sh").args(["-c", &script]).status();
        assert!(sent.expect("the shell runs").success(), "{script}");
    }

    /// Waits for the end of a program that must not serve, as one that does would never end.
    fn wait_for_refusal(&mut self) -> (ExitStatus, String, String) {
        let stderr = self.child.stderr.take().expect("stderr is piped");
        let mut stderr = BufReader::new(stderr);
        let mut text = String::new();
        stderr.read_line(&mut text).expect("stderr is text");
        assert!(!text.contains("serving"), "{text}");
        stderr.read_to_string(&mut text).expect("stderr is text");
        let (status, stdout, _) = self.wait();
        (status, stdout, text)
    }

    /// Waits for the end and returns the rest of stdout and stderr.
    fn wait(&mut self) -> (ExitStatus, String, String) {
        let mut stdout = String::new();
        if let Some(mut pipe) = self.child.stdout.take() {
            pipe.read_to_string(&mut stdout).expect("stdout is text");
        }
        let mut stderr = String::new();
        if let Some(mut pipe) = self.child.stderr.take() {
            pipe.read_to_string(&mut stderr).expect("stderr is text");
        }
        (self.child.wait().expect("the program ends"), stdout, stderr)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails when the program has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_atlas-pe-sandbox"))
}

/// Evaluates the lines in a shell and returns the values of the variables.
fn evaluate(lines: &str) -> Vec<String> {
    let script = "eval \"$1\"; printf '%s\\n' \"$MONGODB_ATLAS_BASE_URL\" \
        \"$MONGODB_ATLAS_PUBLIC_API_KEY\" \"$MONGODB_ATLAS_PRIVATE_API_KEY\" \
        \"$MONGODB_ATLAS_PROJECT_ID\"";
    let shell = Command::new("/bin/sh")
        .args(["-euc", script, "sh", lines])
        .output();
    let shell = shell.expect("the shell runs");
    assert!(shell.status.success(), "{lines}\n{shell:?}");
    let values = String::from_utf8(shell.stdout).expect("the values are text");
    values.lines().map(str::to_owned).collect()
}

async fn list(origin: &str, public: &str, private: &str, project: &str) -> StatusCode {
    let path = format!("/api/atlas/v1.0/groups/{project}/privateEndpoint");
    let request = client().get(format!("{origin}{path}"));
    let response = request.send_digest_auth((public, private)).await;
    response.expect("the sandbox responds").status()
}

#[tokio::test]
async fn shell_evaluates_the_lines_and_a_client_uses_the_values() {
    let project = "0123456789abcdef01234567";
    let args = [
        "--public-key=it's $HOME `x`",
        "--private-key=a'b$c",
        "--project-id=0123456789abcdef01234567",
        "--project-id=fedcba9876543210fedcba98",
        "--step=500ms",
        "--nonce-lifetime=5s",
        "--digest=one-time",
        "--algorithm=sha-256",
    ];
    let mut program = Program::start(&args, Stdio::piped());
    let lines = program.lines();
    assert_eq!(lines.matches("export ").count(), 4, "{lines}");
    let values = evaluate(&lines);
    assert_eq!(values[1..], ["it's $HOME `x`", "a'b$c", project]);
    for project in [project, "fedcba9876543210fedcba98"] {
        let status = list(&values[0], &values[1], &values[2], project).await;
        assert_eq!(status, StatusCode::OK);
    }
    let status = list(&values[0], &values[1], "wrong", project).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    program.signal("TERM");
    let (status, stdout, stderr) = program.wait();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert_eq!(stdout, "", "only the lines are printed");
    assert_eq!(
        stderr,
        format!("atlas-pe-sandbox: serving {} until Ctrl-C\n", values[0])
    );
}

#[test]
fn lines_of_the_service_account_are_printed_on_request() {
    let args = ["--service-account", "--client-id=id", "--client-secret=s'"];
    let mut program = Program::start(&args, Stdio::piped());
    let lines = program.lines();
    let (origin, rest) = lines.split_once('\n').expect("several lines are printed");
    assert!(
        origin.starts_with("export MONGODB_ATLAS_BASE_URL='http://127.0.0.1:"),
        "{origin}"
    );
    assert_eq!(
        rest,
        format!(
            "export MONGODB_ATLAS_CLIENT_ID='id'\n\
             export MONGODB_ATLAS_CLIENT_SECRET='s'\\'''\n\
             export MONGODB_ATLAS_PROJECT_ID='{DEFAULT_PROJECT_ID}'\n"
        )
    );
}

#[tokio::test]
async fn rate_limit_option_limits_requests() {
    let mut program = Program::start(&["--rate-limit=0"], Stdio::piped());
    let values = evaluate(&program.lines());
    let status = list(&values[0], &values[1], &values[2], &values[3]).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn fault_and_scenario_options_affect_requests() {
    let mut program = Program::start(&["--scenario", "gateway-down"], Stdio::piped());
    let values = evaluate(&program.lines());
    let status = list(&values[0], &values[1], &values[2], &values[3]).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);

    let faults = [
        "--fault",
        r#"{"first": 1, "effect": {"error": "ACCESS_FORBIDDEN"}}"#,
        "--fault",
        r#"{"calls": {"from": 2, "to": 2}, "effect": {"respond": {"status": 418}}}"#,
        "--fault-seed",
        "7",
    ];
    let mut program = Program::start(&faults, Stdio::piped());
    let values = evaluate(&program.lines());
    for expected in [403, 418, 200] {
        let status = list(&values[0], &values[1], &values[2], &values[3]).await;
        assert_eq!(status, expected);
    }
}

#[test]
fn interrupt_ends_the_program_with_success() {
    let mut program = Program::start(&[], Stdio::piped());
    let values = evaluate(&program.lines());
    assert_eq!(values[1], DEFAULT_PUBLIC_KEY);
    assert_eq!(values[2], DEFAULT_PRIVATE_KEY);
    assert_eq!(values[3], DEFAULT_PROJECT_ID);
    program.signal("INT");
    let (status, ..) = program.wait();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn program_serves_even_if_stdout_is_closed() {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    let mut program = Program::start(&[], writer);
    let stderr = program.child.stderr.as_mut().expect("stderr is piped");
    let mut line = String::new();
    BufReader::new(stderr)
        .read_line(&mut line)
        .expect("stderr is text");
    let origin = line
        .strip_prefix("atlas-pe-sandbox: serving ")
        .and_then(|rest| rest.strip_suffix(" until Ctrl-C\n"));
    let (public, private, project) = (DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY, DEFAULT_PROJECT_ID);
    let status = list(origin.expect(&line), public, private, project).await;
    assert_eq!(status, StatusCode::OK);
    program.signal("TERM");
    assert_eq!(program.wait().0.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn failure_to_write_the_lines_is_an_error() {
    let full = File::options().write(true).open("/dev/full");
    let mut program = Program::start(&[], full.expect("Linux has this device"));
    let (status, _, stderr) = program.wait_for_refusal();
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.starts_with("atlas-pe-sandbox: could not write the variables: "),
        "{stderr}"
    );
}

#[test]
fn taken_port_is_reported_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port();
    let mut program = Program::start(&["--port", &port.to_string()], Stdio::piped());
    let (status, stdout, stderr) = program.wait_for_refusal();
    assert_eq!(status.code(), Some(1));
    assert_eq!(stdout, "");
    let start = format!("atlas-pe-sandbox: could not listen on 127.0.0.1:{port}: ");
    assert!(stderr.starts_with(&start), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn invalid_arguments_are_reported() {
    for (args, part) in [
        (["--step", "soon"], "--step"),
        (["--duration", "soon"], "expected a change and a time"),
        (
            ["--duration", "creation=1s"],
            "unknown field `creation`, expected one of `createConnection`",
        ),
        (
            ["--duration", "createConnection=soon"],
            "could not use --duration: expected a duration",
        ),
        (["--seed", "/no/such/file"], "could not read /no/such/file"),
        (["--id-seed", "x"], "--id-seed"),
        (["--scenario", "fine"], "possible values: flaky, "),
        (
            ["--fault", r#"{"effect": "reset"}"#],
            "unknown variant `reset`, expected one of `resetBeforeReading`",
        ),
        (
            ["--fault", r#"{"operation": "list", "effect": "halfHead"}"#],
            "unknown operation \"list\"; expected one of ",
        ),
        (["--project-id", "abc"], "24 hexadecimal digits"),
        (["--private-key", ""], "privateKey: it is empty"),
        (["--client-secret", ""], "clientSecret: it is empty"),
        (["--rate-limit", "many"], "--rate-limit"),
        (["--digest", "often"], "expected unique, any, rising"),
        (["--opaque", ""], "the opaque is empty"),
        (["--algorithm", "MD4"], "expected one of MD5, "),
    ] {
        let mut program = Program::start(&args, Stdio::piped());
        let (status, stdout, stderr) = program.wait_for_refusal();
        assert!(!status.success(), "{args:?}");
        assert_eq!(stdout, "", "{args:?}");
        assert!(stderr.contains(part), "{stderr}");
    }
}

#[tokio::test]
async fn options_set_the_opaque_and_what_the_rate_limit_counts() {
    let args = [
        "--opaque=a\"b",
        "--rate-limit=1",
        "--rate-limit-counts-challenges",
    ];
    let mut program = Program::start(&args, Stdio::piped());
    let values = evaluate(&program.lines());
    let path = format!("/api/atlas/v1.0/groups/{}/privateEndpoint", values[3]);
    for (status, opaque) in [(401, Some(r#", opaque="a\"b""#)), (429, None)] {
        let request = client().get(format!("{}{path}", values[0])).send().await;
        let reply = Reply::read(request.expect("the sandbox responds")).await;
        assert_eq!(reply.status.as_u16(), status);
        if let Some(opaque) = opaque {
            let header = reply.header(WWW_AUTHENTICATE);
            assert!(header.ends_with(opaque), "{header}");
        }
    }
}

#[test]
fn help_has_an_example_and_every_option() {
    let help = program()
        .arg("--help")
        .output()
        .expect("the program starts");
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).expect("the help is text");
    for part in [
        "--port",
        "--project-id",
        "--seed",
        "--scenario",
        "gateway-down: ",
        "--fault",
        "--fault-seed",
        "--step",
        "--instant",
        "--duration",
        "--id-seed",
        "--data",
        "--public-key",
        "--private-key",
        "--nonce-lifetime",
        "--digest",
        "--algorithm",
        "--service-account",
        "--client-id",
        "--client-secret",
        "--token-lifetime",
        "--rate-limit",
        "--ready-file",
        "atlas-pe-sandbox run -- ",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn manual_has_a_page_per_command() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let written = program()
        .args(["man", "--dir"])
        .arg(directory.path())
        .output();
    assert!(written.expect("the program starts").status.success());
    for (page, part) in [
        ("atlas-pe-sandbox.1", "rate\\-limit"),
        ("atlas-pe-sandbox-run.1", "exit code"),
    ] {
        let text = fs::read_to_string(directory.path().join(page)).expect(page);
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let nowhere = program()
        .args(["man", "--dir", "/no/such/directory"])
        .output()
        .expect("the program starts");
    assert!(!nowhere.status.success());
    let stderr = String::from_utf8_lossy(&nowhere.stderr);
    assert!(
        stderr.contains("could not write the pages into /no/such/directory"),
        "{stderr}"
    );
}

/// Runs the command in a sandbox.
fn run(options: &[&str], command: &[&str]) -> Program {
    let args = [&["run"], options, &["--"], command].concat();
    Program::start(&args, Stdio::piped())
}

#[tokio::test]
async fn run_command_reaches_the_sandbox_and_its_exit_code_is_returned() {
    let script = "echo \"$MONGODB_ATLAS_BASE_URL\"; echo \"$MONGODB_ATLAS_PUBLIC_API_KEY\"; \
        echo \"$MONGODB_ATLAS_PRIVATE_API_KEY\"; echo \"$MONGODB_ATLAS_PROJECT_ID\"; cat >&2; exit 42";
    let mut command = program();
    command.args(["run", "--public-key=me", "--", "sh", "-c", script]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let mut program = Program { child };
    let values: Vec<_> = program.lines().lines().map(str::to_owned).collect();
    assert_eq!(values[1], "me");
    let status = list(&values[0], &values[1], &values[2], &values[3]).await;
    assert_eq!(status, StatusCode::OK);

    // The end of its input ends the command.
    drop(program.child.stdin.take());
    let (status, stdout, stderr) = program.wait();
    assert_eq!(status.code(), Some(42));
    assert_eq!((stdout.as_str(), stderr.as_str()), ("", ""));
    let address = values[0].strip_prefix("http://").expect("it is an origin");
    assert!(
        TcpStream::connect(address).is_err(),
        "the sandbox has stopped"
    );
}

#[test]
fn run_command_has_only_the_credentials_of_the_sandbox() {
    for (option, expected) in [(None, "k"), (Some("--service-account"), "i")] {
        let mut command = program();
        command
            .arg("run")
            .args(option)
            .args(["--public-key=k", "--client-id=i", "--"]);
        command.args([
            "sh",
            "-c",
            "echo $MONGODB_ATLAS_PUBLIC_API_KEY$MONGODB_ATLAS_CLIENT_ID",
        ]);
        for name in [
            "PUBLIC_API_KEY",
            "PRIVATE_API_KEY",
            "CLIENT_ID",
            "CLIENT_SECRET",
        ] {
            command.env(format!("MONGODB_ATLAS_{name}"), "real");
        }
        let output = command.output().expect("the program starts");
        assert_eq!(output.stdout, format!("{expected}\n").as_bytes());
    }
}

#[test]
fn run_forwards_signals_to_its_command() {
    for (signal, code) in [("INT", 3), ("TERM", 4)] {
        // The command ends at the signal only; `read` blocks until then.
        let script =
            "trap 'exit 3' INT; trap 'exit 4' TERM; echo ready; while :; do read line; done";
        let mut command = program();
        command.args(["run", "--", "sh", "-c", script]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().expect("the program starts");
        let mut program = Program { child };
        let mut stdout = BufReader::new(program.child.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("stdout is text");
        assert_eq!(line, "ready\n");
        program.signal(signal);
        let stdin = program.child.stdin.take();
        let (status, ..) = program.wait();
        drop(stdin);
        assert_eq!(status.code(), Some(code), "{signal}");
    }
}

#[test]
fn run_returns_128_and_the_signal_that_ended_its_command() {
    for (signal, code) in [("KILL", 137), ("TERM", 143)] {
        let mut program = run(&[], &["sh", "-c", &format!("kill -{signal} $$")]);
        let (status, ..) = program.wait();
        assert_eq!(status.code(), Some(code));
    }
}

#[test]
fn run_reports_a_command_that_it_cannot_run() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().to_str().expect("its name is text");
    for (command, code) in [("no-such-command", 127), (path, 126)] {
        let mut program = run(&[], &[command]);
        let (status, stdout, stderr) = program.wait();
        assert_eq!((status.code(), stdout.as_str()), (Some(code), ""));
        let start = format!("atlas-pe-sandbox: could not run {command}: ");
        assert!(stderr.starts_with(&start), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

#[test]
fn run_requires_a_command() {
    let output = program().arg("run").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn ready_file_has_the_lines_while_the_sandbox_serves() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("ready");
    fs::write(&path, "stale").expect("the file can be written");
    let option = format!("--ready-file={}", path.display());
    let mut program = Program::start(&[&option], Stdio::piped());
    let lines = program.lines();
    let stderr = program.child.stderr.as_mut().expect("stderr is piped");
    let mut line = String::new();
    // The line follows the file.
    BufReader::new(stderr)
        .read_line(&mut line)
        .expect("stderr is text");
    assert_eq!(fs::read_to_string(&path).expect("the file exists"), lines);
    let entries = fs::read_dir(directory.path()).expect("it is a directory");
    assert_eq!(entries.count(), 1, "no temporary file remains");
    program.signal("TERM");
    assert_eq!(program.wait().0.code(), Some(0));
    assert!(!path.exists());
}

#[test]
fn failure_to_write_the_ready_file_is_an_error() {
    let mut program = Program::start(&["--ready-file=/no/such/file"], Stdio::piped());
    let (status, _, stderr) = program.wait_for_refusal();
    assert_eq!(status.code(), Some(1));
    let start = "atlas-pe-sandbox: could not write /no/such/file: ";
    assert!(stderr.starts_with(start), "{stderr}");
}

/// Returns the list of connections with the default key.
async fn connections(origin: &str) -> serde_json::Value {
    let path = format!("/api/atlas/v1.0/groups/{DEFAULT_PROJECT_ID}/privateEndpoint");
    let request = client().get(format!("{origin}{path}"));
    let keys = (DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY);
    let response = request.send_digest_auth(keys).await;
    let body = response.expect("the sandbox responds").text().await;
    serde_json::from_str(&body.expect("the body ends")).expect("the body is JSON")
}

#[tokio::test]
async fn seed_file_data_and_options_of_time_have_an_effect() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let (seed, data) = (directory.path().join("seed"), directory.path().join("data"));
    let json = format!(
        r#"{{"projects": [{{"id": "{DEFAULT_PROJECT_ID}", "connections": [{{
            "region": "us-east-1",
            "interfaceEndpoints": [{{ "id": "vpce-1", "status": "PENDING_ACCEPTANCE" }}]
        }}]}}]}}"#
    );
    fs::write(&seed, json).expect("the file can be written");
    let args = [
        format!("--seed={}", seed.display()),
        format!("--data={}", data.display()),
        "--id-seed=1".to_owned(),
        "--instant".to_owned(),
        "--duration=acceptInterfaceEndpoint=never".to_owned(),
    ];
    let args = args.each_ref().map(String::as_str);
    let mut listed = Vec::new();
    // The second one has the same ids from its file, and the third from its seed.
    for args in [&args[..], &args[1..], &[args[0], args[2], args[3], args[4]]] {
        let mut program = Program::start(args, Stdio::piped());
        let origin = &evaluate(&program.lines())[0];
        listed.push(connections(origin).await);
    }
    assert_eq!(listed[0][0]["status"], "WAITING_FOR_USER");
    assert_eq!(listed[0][0]["interfaceEndpoints"][0], "vpce-1");
    assert_eq!(listed[1], listed[0]);
    assert_eq!(listed[2], listed[0]);
}

/// Limits the size of files instead of filling a disk: writes beyond it fail in the same way.
#[tokio::test]
async fn write_that_fails_gets_a_500_and_changes_nothing() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let data = directory.path().join("data");
    let option = format!("--data={}", data.display());
    drop(Program::start(&[&option], Stdio::piped()).lines());
    let size = fs::metadata(&data).expect("the file exists").len();

    let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    let blocks = (size / 512 + 1024).to_string();
    let program = env!("CARGO_BIN_EXE_atlas-pe-sandbox");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, "sh", &blocks, program, &option, "--instant"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the shell starts");
    let mut program = Program { child };
    let origin = evaluate(&program.lines()).swap_remove(0);
    let post = async |end: String, body: String| {
        let path = format!("/api/atlas/v1.0/groups/{DEFAULT_PROJECT_ID}/privateEndpoint{end}");
        let request = client().post(format!("{origin}{path}")).body(body);
        let request = request.header("Content-Type", "application/json");
        let keys = (DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY);
        let response = request.send_digest_auth(keys).await;
        let response = response.expect("the sandbox responds");
        (
            response.status().as_u16(),
            response.text().await.expect("the body ends"),
        )
    };
    let region = r#"{"providerName": "AWS", "region": "us-east-1"}"#;
    let (status, body) = post(String::new(), region.to_owned()).await;
    assert_eq!(status, 201, "{body}");
    let created: serde_json::Value = serde_json::from_str(&body).expect("the body is JSON");
    let id = created["id"].as_str().expect("it has an id").to_owned();
    let add = async |vpce: String| {
        let body = format!("{{\"interfaceEndpointId\": \"{vpce}\"}}");
        post(format!("/{id}/interfaceEndpoints"), body).await
    };
    let mut added = 0;
    let (status, body) = loop {
        let (status, body) = add(format!("vpce-{added}{}", "a".repeat(500_000))).await;
        if status != 201 {
            break (status, body);
        }
        added += 1;
        assert!(added < 20, "the file stays below its limit");
    };
    assert_eq!(status, 500, "{body}");
    assert!(
        body.contains("UNEXPECTED_ERROR") && body.contains("could not be saved"),
        "{body}"
    );
    let listed = connections(&origin).await;
    let endpoints = listed[0]["interfaceEndpoints"]
        .as_array()
        .expect("it is a list");
    assert_eq!(endpoints.len(), added);
    program.signal("KILL");
    program.wait();

    let mut program = Program::start(&[&option, "--instant"], Stdio::piped());
    let origin = evaluate(&program.lines()).swap_remove(0);
    assert_eq!(connections(&origin).await, listed);
}

#[tokio::test]
async fn program_serves_the_page_and_on_request_the_control_api() {
    let args = ["--listen=0.0.0.0", "--host=sandbox.example", "--control"];
    let mut program = Program::start(&args, Stdio::piped());
    let lines = program.lines();
    let origin = &evaluate(&lines)[0];
    assert!(origin.starts_with("http://127.0.0.1:"), "{origin}");
    for (path, host, status) in [
        ("/", "localhost", StatusCode::OK),
        ("/docs", "sandbox.example", StatusCode::OK),
        ("/_sandbox/clock", "sandbox.example", StatusCode::OK),
        ("/_sandbox/clock", "other.example", StatusCode::FORBIDDEN),
    ] {
        let request = client().get(format!("{origin}{path}"));
        let response = request.header(reqwest::header::HOST, host).send().await;
        assert_eq!(response.expect("the sandbox responds").status(), status);
    }
    let mut program = Program::start(&[], Stdio::piped());
    let origin = &evaluate(&program.lines())[0];
    let response = client()
        .get(format!("{origin}/_sandbox/clock"))
        .send()
        .await;
    // What does not exist requires authentication, too.
    let status = response.expect("the sandbox responds").status();
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[test]
fn address_that_is_no_address_is_refused() {
    let output = program().arg("--listen=localhost").output();
    assert_eq!(output.expect("the program starts").status.code(), Some(2));
}
