use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use atlas_pe_sandbox::fault::{CannedResponse, Effect, Fault, Stage};
use atlas_pe_sandbox::testing::REGION;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use serde_json::json;

use crate::support::{Api, Reply, Signer, challenge, connect};

const CREATE: &str = "createPrivateEndpointConnection";
const LIST: &str = "listPrivateEndpointConnections";

/// Sends a creation that is signed by hand, so that the test can read the raw response.
async fn create(api: &Api) -> TcpStream {
    let body = json!({ "providerName": "AWS", "region": REGION }).to_string();
    let path = api.path("");
    let probe = api.send_unsigned("GET", &path).await;
    let signer = Signer {
        username: api.sandbox.public_key(),
        password: api.sandbox.private_key(),
        nonce: &challenge(&probe, "nonce"),
        nc: "00000001",
    };
    let authorization = signer.sign("POST", &path);
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\nauthorization: {authorization}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    );
    let mut stream = connect(&api.sandbox);
    stream
        .write_all(request.as_bytes())
        .expect("the connection is open");
    stream
}

/// Reads until the connection ends, and returns how it ends.
fn read(mut stream: TcpStream) -> (String, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).err();
    let text = String::from_utf8(bytes).expect("the response is text");
    (text, end.map(|error| error.kind()))
}

/// Returns operation, status and fault of the last record.
fn last(api: &Api) -> (Option<String>, u16, Option<String>) {
    let record = api.sandbox.requests().pop().expect("there was a request");
    (record.operation, record.status, record.fault)
}

fn created(api: &Api) -> usize {
    api.sandbox.connections(api.sandbox.project_id()).len()
}

#[tokio::test]
async fn reset_comes_before_or_after_handling() {
    for (effect, left) in [
        (Effect::ResetBeforeHandling, 0),
        (Effect::ResetAfterHandling, 1),
    ] {
        let api = Api::start();
        api.sandbox.inject(Fault::on(CREATE).effect(effect.clone()));
        let stream = create(&api).await;
        assert_eq!(
            read(stream),
            (String::new(), Some(ErrorKind::ConnectionReset))
        );
        assert_eq!(created(&api), left);
        let expected = (Some(CREATE.to_owned()), 0, Some(effect.to_string()));
        assert_eq!(last(&api), expected);
    }
}

#[tokio::test]
async fn connection_can_be_reset_before_it_is_read() {
    let api = Api::start();
    api.sandbox
        .inject(Fault::on_any().first(2).effect(Effect::ResetBeforeReading));
    for _ in 0..2 {
        let (text, end) = read(connect(&api.sandbox));
        assert_eq!((text.as_str(), end), ("", Some(ErrorKind::ConnectionReset)));
        let fault = Some("ResetBeforeReading".to_owned());
        assert_eq!(last(&api), (None, 0, fault));
    }
    assert_eq!(api.get("").await.status, StatusCode::OK);
    assert_eq!(api.sandbox.request_count(), 4);
}

/// Returns head and body of the response to a creation without a fault.
async fn whole_response() -> (String, String) {
    let api = Api::start();
    let (text, end) = read(create(&api).await);
    assert_eq!(end, None);
    let (head, body) = text
        .split_once("\r\n\r\n")
        .expect("the response is complete");
    (head.to_owned(), body.to_owned())
}

#[tokio::test]
async fn partial_response_closes_the_connection() {
    let (whole_head, whole_body) = whole_response().await;
    let length = whole_body.len();
    for (effect, announced, sent) in [
        (Effect::HalfBody, length, length / 2),
        (Effect::WrongContentLength, length + 1, length),
    ] {
        let api = Api::start();
        api.sandbox.inject(Fault::on(CREATE).effect(effect.clone()));
        let (text, end) = read(create(&api).await);
        assert_eq!(end, None);
        let (head, body) = text.split_once("\r\n\r\n").expect("the head is complete");
        assert!(head.starts_with("HTTP/1.1 201 Created\r\n"), "{head}");
        let length = format!("content-length: {announced}");
        assert!(head.lines().any(|line| line == length), "{head}");
        assert_eq!(body.len(), sent);
        assert_eq!(created(&api), 1);
        let expected = (Some(CREATE.to_owned()), 201, Some(effect.to_string()));
        assert_eq!(last(&api), expected);
    }

    let api = Api::start();
    api.sandbox
        .inject(Fault::on(CREATE).effect(Effect::HalfHead));
    let (text, end) = read(create(&api).await);
    assert_eq!(end, None);
    assert!(text.starts_with("HTTP/1.1 201 Created\r\n"), "{text}");
    assert!(text.len() < whole_head.len(), "{text}");
    assert!(!text.contains("\r\n\r\n"), "{text}");
    assert_eq!(created(&api), 1);
}

#[tokio::test]
async fn response_can_stall_at_each_stage() {
    for (stage, left, status, start) in [
        (Stage::BeforeHandling, 0, 0, ""),
        (Stage::BeforeHead, 1, 0, ""),
        (Stage::InHead, 1, 201, "HTTP/1.1 201 Created\r\n"),
        (Stage::InBody, 1, 201, "HTTP/1.1 201 Created\r\n"),
    ] {
        let api = Api::start();
        api.sandbox
            .inject(Fault::on(CREATE).effect(Effect::Stall(stage)));
        let mut stream = create(&api).await;
        let mut first = vec![0; start.len()];
        stream
            .read_exact(&mut first)
            .expect("the beginning of the response arrives");
        assert_eq!(first, start.as_bytes());
        // The request is recorded, and another connection is served.
        while api.sandbox.request_count() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(api.get("").await.status, StatusCode::OK);
        assert_eq!(created(&api), left, "{stage:?}");
        let record = &api.sandbox.requests()[1];
        let fault = format!("Stall({stage:?})");
        assert_eq!(
            (record.status, record.fault.as_deref()),
            (status, Some(fault.as_str()))
        );

        // Only the end of the sandbox ends the stalled connection.
        drop(api);
        let (rest, _) = read(stream);
        let body_began = rest.contains("\r\n\r\n{");
        assert_eq!(body_began, stage == Stage::InBody, "{stage:?}: {rest}");
        assert!(!rest.ends_with('}'), "{rest}");
    }
}

#[tokio::test]
async fn stalled_request_ends_when_the_client_closes() {
    let api = Api::start();
    let stall = Effect::Stall(Stage::BeforeHandling);
    api.sandbox.inject(Fault::on(CREATE).effect(stall));
    let stream = create(&api).await;
    stream
        .shutdown(std::net::Shutdown::Write)
        .expect("the connection is open");
    assert_eq!(read(stream), (String::new(), None));
}

#[tokio::test]
async fn canned_response_can_replace_handling_or_its_response() {
    let gateway = CannedResponse::html_502();
    for (effect, left) in [
        (Effect::Respond(gateway.clone()), 0),
        (Effect::RespondAfterHandling(gateway), 1),
    ] {
        let api = Api::start();
        let fault = Fault::on(CREATE).first(1).effect(effect);
        api.sandbox.inject(fault);
        let body = json!({ "providerName": "AWS", "region": REGION });
        let reply = api.post("", &body).await;
        assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
        assert_eq!(reply.header(CONTENT_TYPE), "text/html");
        assert!(reply.text.contains("<h1>502 Bad Gateway</h1>"));
        assert_eq!(created(&api), left);
        assert_eq!(last(&api).1, 502);
    }
}

#[tokio::test]
async fn canned_responses_cover_common_failures() {
    let api = Api::start();
    let canned_responses = [
        (CannedResponse::html_504(), 504),
        (CannedResponse::empty_401(), 401),
        (CannedResponse::rate_limited(None), 429),
        (CannedResponse::rate_limited(Some("7")), 429),
        (CannedResponse::writes_not_allowed(), 405),
        (CannedResponse::service_unavailable(), 503),
        (CannedResponse::redirect_to("http://sandbox.invalid/"), 307),
        (CannedResponse::truncated_json(), 200),
        (CannedResponse::json(200, "[]"), 200),
        (CannedResponse::new(204).header("date", "replaced"), 204),
    ];
    let mut replies = Vec::new();
    for (canned, status) in canned_responses {
        api.sandbox.inject(Fault::on(LIST).effect(canned));
        let reply = api.get("").await;
        assert_eq!(reply.status.as_u16(), status);
        replies.push(reply);
        api.sandbox.clear_faults();
    }
    assert_eq!(replies[1].text, "");
    replies[2].assert_error(429, "RATE_LIMITED");
    assert_eq!(replies[2].headers.get(RETRY_AFTER), None);
    assert_eq!(replies[3].header(RETRY_AFTER), "7");
    replies[4].assert_error(405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES");
    assert_eq!(replies[6].header(LOCATION), "http://sandbox.invalid/");
    assert_eq!(replies[7].header(CONTENT_TYPE), "application/json");
    assert!(serde_json::from_str::<serde_json::Value>(&replies[7].text).is_err());
    assert_eq!(replies[8].json(), json!([]));
    let dates = replies[9].headers.get_all(DATE).iter();
    assert_eq!(dates.collect::<Vec<_>>(), ["Fri, 01 Jan 2021 00:00:00 GMT"]);
    assert_eq!(api.get("").await.text, "[]");
}

#[tokio::test]
async fn body_can_be_endless() {
    let api = Api::start();
    api.sandbox
        .inject(Fault::on(CREATE).effect(Effect::EndlessBody));
    let mut stream = create(&api).await;
    let mut bytes = vec![0; 4 << 20];
    stream
        .read_exact(&mut bytes)
        .expect("the body does not end");
    let text = String::from_utf8(bytes).expect("it is text");
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(text.contains("\r\ntransfer-encoding: chunked\r\n"));
    assert_eq!(created(&api), 0);
    // Other connections are served meanwhile.
    assert_eq!(api.get("").await.status, StatusCode::OK);
    drop(stream);
    assert_eq!(api.get("").await.status, StatusCode::OK);
}

#[tokio::test]
async fn valid_digest_can_be_reported_stale() {
    let api = Api::start();
    api.sandbox
        .inject(Fault::on_any().first(1).effect(Effect::StaleNonce));
    let path = api.path("");
    let mut nonce = challenge(&api.send_unsigned("GET", &path).await, "nonce");
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let signer = Signer {
            username: api.sandbox.public_key(),
            password: api.sandbox.private_key(),
            nonce: &nonce,
            nc: "00000001",
        };
        let request = api.client.get(api.url(&path));
        let request = request.header(AUTHORIZATION, signer.sign("GET", &path));
        let reply = Reply::read(request.send().await.expect("the sandbox responds")).await;
        statuses.push(reply.status.as_u16());
        if reply.status == StatusCode::UNAUTHORIZED {
            assert_eq!(challenge(&reply, "stale"), "true");
            nonce = challenge(&reply, "nonce");
        }
    }
    assert_eq!(statuses, [401, 200]);
    let faults: Vec<_> = api
        .sandbox
        .requests()
        .into_iter()
        .map(|it| it.fault)
        .collect();
    assert_eq!(faults, [None, Some("StaleNonce".to_owned()), None]);
}

#[tokio::test]
async fn request_for_a_challenge_does_not_count() {
    let api = Api::start();
    let fault = Fault::on(LIST).first(1);
    api.sandbox.inject(fault.effect(CannedResponse::html_502()));
    // The client sends two requests: without a digest, and with one.
    assert_eq!(api.get("").await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(api.get("").await.status, StatusCode::OK);

    let fault = Fault::on(LIST).first(1).counting_unauthenticated();
    api.sandbox.inject(fault.effect(CannedResponse::html_504()));
    let reply = api.send_unsigned("GET", &api.path("")).await;
    assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(api.get("").await.status, StatusCode::OK);
}

#[tokio::test]
async fn fault_affects_its_operation_only() {
    let api = Api::start();
    api.sandbox
        .inject(Fault::on(CREATE).effect(CannedResponse::html_502()));
    assert_eq!(api.get("").await.status, StatusCode::OK);
    let body = json!({ "providerName": "AWS", "region": REGION });
    let reply = api.post("", &body).await;
    assert_eq!(reply.status, StatusCode::BAD_GATEWAY);
    api.sandbox.clear_faults();
    assert_eq!(api.post("", &body).await.status, StatusCode::CREATED);
}

#[tokio::test]
#[should_panic(expected = "could not inject a fault: unknown operation \"creat\"")]
async fn fault_for_an_unknown_operation_panics() {
    let api = Api::start();
    api.sandbox
        .inject(Fault::on("creat").effect(Effect::HalfHead));
}

#[tokio::test]
async fn delayed_response_waits_for_the_clock_and_blocks_no_other() {
    let api = Api::start();
    let delay = Effect::Delay(Duration::from_secs(5));
    api.sandbox.inject(Fault::on(CREATE).first(1).effect(delay));
    let stream = create(&api).await;
    // The request is recorded, and another connection is served.
    while api.sandbox.request_count() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(api.get("").await.status, StatusCode::OK);
    assert_eq!(created(&api), 1);
    assert_eq!(
        api.sandbox.requests()[1].fault.as_deref(),
        Some("Delay(5s)")
    );
    api.sandbox.advance(Duration::from_secs(4));
    stream.set_nonblocking(true).expect("the socket is open");
    let early = stream.peek(&mut [0]).map_err(|error| error.kind());
    assert_eq!(early, Err(ErrorKind::WouldBlock));
    stream.set_nonblocking(false).expect("the socket is open");
    api.sandbox.advance(Duration::from_secs(1));
    let (text, end) = read(stream);
    assert_eq!(end, None);
    assert!(text.starts_with("HTTP/1.1 201 Created\r\n"), "{text}");
}

#[tokio::test]
#[should_panic(
    expected = "the effect Lag(1s) has no effect on createPrivateEndpointConnection; expected the operation listPrivateEndpointConnections"
)]
async fn fault_whose_effect_is_about_another_operation_panics() {
    let api = Api::start();
    api.sandbox
        .inject(Fault::on(CREATE).effect(Effect::Lag(Duration::from_secs(1))));
}
