//! Failures of calls: the message, the hint and the exit code.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Stdio;

use atlas_pe_sandbox::fault::{CannedResponse, Fault};
use tokio::net::TcpSocket;

use crate::harness::{LONG, MISSING, VPCE, World, run};

/// Returns the message of a failure, without the ids that differ from run to run.
fn message(world: &World, arguments: &[&str], code: i32) -> String {
    let run = world.run(arguments);
    run.assert_failure(code, &[]);
    let mut text = run.stderr;
    for connection in world.sandbox.connections(world.sandbox.project_id()) {
        text = text.replace(&connection.id, "[connection]");
    }
    text
}

#[test]
fn missing_resources_are_errors() {
    let world = World::new();
    insta::assert_snapshot!("no_connection", message(&world, &["describe", MISSING], 4));
    insta::assert_snapshot!(
        "no_connection_to_delete",
        message(&world, &["delete", MISSING, "--force"], 4)
    );
    let arguments = ["interfaces", "create", MISSING, VPCE];
    insta::assert_snapshot!("no_connection_to_add_to", message(&world, &arguments, 4));
    let id = world.ready_connection();
    let arguments = ["interfaces", "describe", &id, VPCE];
    insta::assert_snapshot!("no_interface_endpoint", message(&world, &arguments, 4));
    let arguments = ["interfaces", "delete", &id, VPCE, "--force"];
    insta::assert_snapshot!(
        "no_interface_endpoint_to_delete",
        message(&world, &arguments, 4)
    );
    let arguments = ["list", "--project-id", "000000000000000000000000"];
    insta::assert_snapshot!("no_project", message(&world, &arguments, 4));
}

#[test]
fn unknown_region_is_an_error_of_atlas() {
    let world = World::new();
    let arguments = [
        "create",
        "--region",
        "mars-north-1",
        "--allow-unknown-region",
    ];
    insta::assert_snapshot!("unknown_region", message(&world, &arguments, 1));
}

#[test]
fn conflicting_states_are_errors() {
    let world = World::new();
    let id = &*world.new_connection();
    let arguments = ["create", "--region", "us-east-1"];
    insta::assert_snapshot!("second_in_region", message(&world, &arguments, 5));
    let arguments = ["interfaces", "create", id, VPCE];
    insta::assert_snapshot!("not_ready", message(&world, &arguments, 5));
    world.sandbox.advance(LONG);
    world.json(&arguments);
    insta::assert_snapshot!("added_before", message(&world, &arguments, 5));
    let arguments = ["delete", id, "--force"];
    insta::assert_snapshot!("still_in_use", message(&world, &arguments, 5));
}

#[test]
fn wrong_key_is_an_error_after_two_requests() {
    let world = World::new();
    let mut command = world.command(&["list"]);
    command.env("MONGODB_ATLAS_PRIVATE_API_KEY", "not-the-key");
    let wrong = run(command);
    wrong.assert_failure(3, &["401"]);
    assert!(!wrong.stderr.contains("not-the-key"), "{wrong}");
    insta::assert_snapshot!("wrong_key", wrong.stderr);
    // One request for the challenge, one with a wrong signature, and no third.
    assert_eq!(world.sandbox.request_count(), 2);
}

#[test]
fn unreachable_server_has_its_own_exit_code() {
    let world = World::new();
    // A bound socket that does not listen refuses connections, and no other test can get its port.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let run = world.run(&["list", "--max-attempts", "1", "--base-url", &url]);
    run.assert_failure(6, &["could not list", "could not connect to 127.0.0.1"]);
    assert!(
        run.stderr
            .ends_with("\nhint: the base URL is from --base-url\n"),
        "{run}"
    );
    assert_eq!(run.stderr.lines().count(), 2, "{run}");
}

/// A pasted command must not reach another Atlas or use another key.
#[test]
fn hints_repeat_the_global_options() {
    let world = World::new();
    let localhost = world.sandbox.origin().replace("127.0.0.1", "localhost");
    let key = world.sandbox.public_key();
    let options = ["--base-url", &localhost, "--public-api-key", key];
    let described = world.run(&[&["describe", MISSING], &options[..]].concat());
    let hint = format!("hint: atlas-pe list --public-api-key {key} --base-url {localhost} shows");
    described.assert_failure(4, &[&hint]);
    let mut command = world.command(&[&["list", "--projects-file", "-"], &options[..]].concat());
    let (reader, mut writer) = std::io::pipe().unwrap();
    writeln!(writer, "{}", world.sandbox.project_id()).unwrap();
    drop(writer);
    let response = CannedResponse::json(
        404,
        r#"{"errorCode": "PRIVATELINK_NOT_FOUND", "error": 404}"#,
    );
    world.sandbox.inject(Fault::on_any().effect(response));
    command.stdin(reader);
    let hint = format!(
        "hint: atlas-pe list --project-id {} --public-api-key {key} --base-url {localhost} shows",
        world.sandbox.project_id()
    );
    run(command).assert_failure(4, &[&hint, "error: the only project failed"]);
}

#[test]
fn proxy_variable_applies_except_to_loopback() {
    let world = World::new();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    // Nothing accepts connections at the proxy yet, so a request through it would fail.
    let mut command = world.command(&["list"]);
    command.env("http_proxy", &address);
    assert_eq!(run(command).code, 0);

    let url = "https://atlas.example";
    let mut command = world.command(&["list", "--max-attempts", "1", "--base-url", url]);
    command.env("https_proxy", &address).stderr(Stdio::piped());
    let cli = command.spawn().unwrap();
    let (stream, _) = proxy.accept().unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    assert_eq!(line, "CONNECT atlas.example:443 HTTP/1.1\r\n");
    assert_eq!(cli.wait_with_output().unwrap().status.code(), Some(6));
}

#[test]
fn unreachable_proxy_is_named_without_its_password() {
    let world = World::new();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let url = "https://atlas.example";
    let mut command = world.command(&["list", "--max-attempts", "1", "--base-url", url]);
    command.env("https_proxy", format!("http://me:hunter2@{address}"));
    let run = run(command);
    let message = format!("could not connect to atlas.example through the proxy http://{address}");
    run.assert_failure(6, &[&message, "hint: the proxy is from https_proxy\n"]);
    assert!(!run.stderr.contains("hunter2"), "{run}");

    let mut command = world.command(&["list", "--max-attempts", "1", "--base-url", url]);
    command.env("https_proxy", "http://me:hunter2@proxy.invalid:3128");
    let message = "could not resolve the proxy http://proxy.invalid:3128";
    crate::harness::run(command).assert_failure(6, &[message]);
}

#[test]
fn proxy_that_requires_authentication_is_named() {
    let world = World::new();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    let url = "https://atlas.example";
    let mut command = world.command(&["list", "--base-url", url]);
    command.env("https_proxy", format!("http://me:hunter2@{address}"));
    command.stderr(Stdio::piped());
    let cli = command.spawn().unwrap();
    let (mut stream, _) = proxy.accept().unwrap();
    BufReader::new(&stream)
        .read_line(&mut String::new())
        .unwrap();
    stream.write_all(b"HTTP/1.1 407 Required\r\n\r\n").unwrap();
    let output = cli.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let message = format!(
        "could not connect to atlas.example: the proxy http://{address} requires authentication"
    );
    assert!(stderr.contains(&message), "{stderr}");
    assert!(!stderr.contains("hunter2"), "{stderr}");
}

#[test]
fn invalid_ca_file_is_an_error() {
    let world = World::new();
    let run = world.run(&["list", "--ca-file", "/no/such/file.pem"]);
    run.assert_failure(2, &["could not read /no/such/file.pem"]);
    let run = world.run(&["list", "--ca-file", env!("CARGO_BIN_EXE_atlas-pe")]);
    run.assert_failure(2, &["CA certificate"]);
    assert_eq!(world.sandbox.request_count(), 0);
}

#[test]
fn wrong_client_secret_is_an_error() {
    let world = World::new();
    let mut command = crate::harness::bare_command(&["list"]);
    command.envs(world.sandbox.service_account_env());
    command.env("MONGODB_ATLAS_CLIENT_SECRET", "not-the-secret");
    let wrong = run(command);
    wrong.assert_failure(
        3,
        &[
            "could not get an access token",
            "MONGODB_ATLAS_CLIENT_SECRET",
        ],
    );
    assert!(!wrong.stderr.contains("not-the-secret"), "{wrong}");
}

#[test]
fn errors_of_a_server_are_escaped() {
    let world = World::new();
    let hostile = "\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u202e";
    let body = format!("{{\"errorCode\": \"A{hostile}\", \"detail\": \"b{hostile}\"}}");
    let fault = Fault::on("listPrivateEndpointConnections");
    world
        .sandbox
        .inject(fault.effect(CannedResponse::json(409, body)));
    for arguments in [&["list"][..], &["list", "-o", "json"], &["list", "-vv"]] {
        let run = world.run(arguments);
        assert_eq!(run.code, 5, "{run}");
        let speaks = |it: char| it != '\n' && (it.is_control() || it == '\u{202e}');
        assert!(!run.stderr.contains(speaks), "{:?}", run.stderr);
    }
}

#[test]
fn output_of_a_server_is_escaped() {
    let world = World::new();
    let hostile = "\\u001b[2J\\u009b31m\\u202e";
    let list = format!(
        "[{{\"id\": \"{MISSING}\", \"status\": \"FAILED\", \"errorMessage\": \"a{hostile}\"}}]"
    );
    let fault = Fault::on("listPrivateEndpointConnections");
    world
        .sandbox
        .inject(fault.effect(CannedResponse::json(200, list)));
    for format in ["table", "json", "jsonl", "yaml", "ids"] {
        let run = world.run(&["list", "-o", format]);
        assert_eq!(run.code, 0, "{run}");
        let speaks = |it: char| it != '\n' && (it.is_control() || it == '\u{202e}');
        assert!(!run.stdout.contains(speaks), "{format}: {:?}", run.stdout);
    }
}

#[test]
fn status_of_a_server_cannot_add_a_line() {
    let world = World::new();
    let taken = "{\"errorCode\": \"PRIVATELINK_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION\"}";
    let refuse = Fault::on("createPrivateEndpointConnection");
    world
        .sandbox
        .inject(refuse.effect(CannedResponse::json(409, taken)));
    let list = format!(
        "[{{\"id\": \"{MISSING}\", \"status\": \"A\\nhint: run this\", \
         \"endpointServiceName\": \"com.amazonaws.vpce.us-east-1.vpce-svc-1\"}}]"
    );
    let fault = Fault::on("listPrivateEndpointConnections");
    world
        .sandbox
        .inject(fault.effect(CannedResponse::json(200, list)));
    let run = world.run(&["create", "--region", "us-east-1"]);
    assert_eq!(run.code, 5, "{run}");
    assert_eq!(run.stderr.lines().count(), 2, "{run}");
}

#[test]
fn page_is_described_by_its_content_type_and_beginning() {
    let world = World::new();
    let page = CannedResponse::new(200)
        .header("Content-Type", "text/html")
        .body("<html>\n<title>Log in</title>");
    world.sandbox.inject(Fault::on_any().effect(page));
    let message = "the response, 200 OK, is not JSON, but text/html: <html> <title>Log in</title>";
    world.run(&["list"]).assert_failure(1, &[message]);
}

#[test]
fn server_with_tls_is_reported_for_a_base_url_without() {
    let world = World::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let mut command = world.command(&["list", "--base-url", &url]);
    let cli = command.stderr(Stdio::piped()).spawn().unwrap();
    let (mut stream, _) = server.accept().unwrap();
    BufReader::new(&stream)
        .read_line(&mut String::new())
        .unwrap();
    // The alert "unexpected message".
    stream.write_all(b"\x15\x03\x01\x00\x02\x02\x0a").unwrap();
    let output = cli.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let message = "127.0.0.1 did not respond with HTTP; check the scheme and port";
    assert!(stderr.contains(message), "{stderr}");
    assert!(
        stderr.contains("hint: the base URL is from --base-url"),
        "{stderr}"
    );

    // Other servers respond.
    let page = "<html>400 The plain HTTP request was sent to HTTPS port</html>";
    let response = CannedResponse::new(400).body(page);
    world.sandbox.inject(Fault::on_any().effect(response));
    let run = world.run(&["list"]);
    run.assert_failure(
        1,
        &["hint: the server expects https://; the base URL is from"],
    );
}

#[test]
fn refused_address_has_a_hint_once_for_many_projects() {
    let world = World::new();
    let list = [
        "list",
        "--project-id",
        MISSING,
        "--project-id",
        world.sandbox.project_id(),
    ];
    for code in [
        "IP_ADDRESS_NOT_ON_ACCESS_LIST",
        "IP_ADDRESS_NOT_ON_WHITELIST",
    ] {
        let body = format!("{{\"errorCode\": \"{code}\", \"detail\": \"IP address 192.0.2.1\"}}");
        world.sandbox.clear_faults();
        let refuse = CannedResponse::json(403, body);
        world.sandbox.inject(Fault::on_any().effect(refuse));
        let run = world.run(&list);
        let hint = "hint: add the public address of this machine to the access list";
        run.assert_failure(3, &[code, "192.0.2.1"]);
        assert_eq!(
            run.stderr.matches("error: could not list").count(),
            2,
            "{run}"
        );
        assert_eq!(run.stderr.matches(hint).count(), 1, "{run}");
        // Each object is complete.
        let run = world.run(&[&list[..], &["-o", "json"]].concat());
        assert_eq!(run.stderr.matches("\"hint\"").count(), 2, "{run}");
    }
}

#[test]
fn removed_version_of_the_api_has_a_hint() {
    let world = World::new();
    let gone = CannedResponse::json(410, "{\"error\": 410}");
    world.sandbox.inject(Fault::on_any().effect(gone));
    world
        .run(&["list"])
        .assert_failure(1, &["check for a newer version of atlas-pe"]);
}

#[test]
fn response_that_is_a_page_has_a_hint_at_the_base_url() {
    let world = World::new();
    let fault = Fault::on("listPrivateEndpointConnections");
    let page = CannedResponse::json(200, "<html>Log in</html>");
    world.sandbox.inject(fault.effect(page));
    let run = world.run(&["list"]);
    run.assert_failure(1, &["hint: the base URL is from MONGODB_ATLAS_BASE_URL"]);
    let run = world.run(&["list", "--base-url", "https://cloud.mongodb.com/api"]);
    run.assert_failure(2, &["hint: the base URL is from --base-url"]);
}

#[test]
fn page_of_a_gateway_has_a_hint() {
    let world = World::new();
    let gateways = [CannedResponse::html_502(), CannedResponse::html_504()];
    for gateway in gateways {
        world.sandbox.inject(Fault::on_any().effect(gateway));
        let run = world.run(&["list", "--max-attempts", "1"]);
        let hint = "hint: a gateway in front of Atlas responded; try again later";
        run.assert_failure(6, &[hint]);
        world.sandbox.clear_faults();
    }
}
