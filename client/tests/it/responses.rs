//! Responses that Atlas does not send, but proxies in front of it do.

use std::error::Error as _;
use std::net::TcpListener;
use std::time::Duration;

use atlas_private_endpoint::types::ErrorCode;
use atlas_private_endpoint::{Client, Credentials, Error, ErrorKind, ProjectId, RetryPolicy};

use crate::raw_server::{refusing, responding};

async fn list(origin: &str) -> Error {
    let client = Client::builder(Credentials::api_key("public", "the-secret"))
        .base_url(origin)
        .timeout(Duration::from_secs(20))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let error = client
        .list_private_endpoint_connections(&project)
        .await
        .unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("the-secret"), "{text}");
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    assert!(error.to_string().contains(project.as_str()), "{error}");
    // Programs that print the chain of errors would print a repeated source twice.
    if let Some(source) = error.source() {
        assert!(
            !error.to_string().contains(&source.to_string()),
            "{error} / {source}"
        );
    }
    error
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

#[tokio::test]
async fn html_response_keeps_status_and_text() {
    let page = "<html>\n<h1>502 Bad\tGateway</h1>\n</html>";
    let error = list(&responding(response("502 Bad Gateway", "", page))).await;
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap().as_u16(), 502);
    assert_eq!(error.api_error(), None);
    assert_eq!(
        error.excerpt(),
        Some("<html> <h1>502 Bad Gateway</h1> </html>")
    );
    assert!(
        error.to_string().ends_with(
            "unexpected response 502 Bad Gateway: <html> <h1>502 Bad Gateway</h1> </html>"
        )
    );
}

#[tokio::test]
async fn empty_401_is_unauthorized() {
    let error = list(&responding(response("401 Unauthorized", "", ""))).await;
    assert!(error.is_unauthorized());
    assert_eq!(error.excerpt(), Some(""));
    assert!(
        error
            .to_string()
            .ends_with("401 Unauthorized with an empty body"),
        "{error}"
    );
}

#[tokio::test]
async fn truncated_error_keeps_its_status() {
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 100\r\n\r\n{\"detail\": \"half";
    let error = list(&responding(head)).await;
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert_eq!(error.excerpt(), Some("{\"detail\": \"half"));
}

#[tokio::test]
async fn truncated_success_is_a_broken_connection() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{\"id\"";
    let error = list(&responding(head)).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.excerpt(), Some("[{\"id\""));
}

#[tokio::test]
async fn undecodable_success_is_an_unexpected_response() {
    for (body, excerpt) in [
        ("<html>", "<html>"),
        ("", ""),
        ("{}", "{}"),
        ("[{\"id\": 1}]", "[{\"id\": 1}]"),
    ] {
        let error = list(&responding(response("200 OK", "", body))).await;
        assert_eq!(error.kind(), ErrorKind::Response, "{body}");
        assert_eq!(error.status().unwrap().as_u16(), 200);
        assert_eq!(error.excerpt(), Some(excerpt));
    }
}

#[tokio::test]
async fn atlas_error_may_omit_fields() {
    let error = list(&responding(response(
        "409 Conflict",
        "",
        "{\"errorCode\": \"NEW_CODE\"}",
    )))
    .await;
    assert_eq!(error.code().unwrap().as_str(), "NEW_CODE");
    assert_eq!(error.detail(), None);
    assert!(
        error.to_string().ends_with("409 Conflict, NEW_CODE"),
        "{error}"
    );
}

/// Returns the error for a body of the status 404.
async fn not_found(body: &str) -> Error {
    list(&responding(response("404 Not Found", "", body))).await
}

#[tokio::test]
async fn field_of_an_unexpected_type_does_not_lose_the_others() {
    for (field, value, number) in [
        ("error", "\"404\"", Some(404)),
        ("error", "{}", None),
        ("error", "1e99", None),
        ("parameters", "{\"group\": 1}", None),
        ("parameters", "\"one\"", None),
        ("reason", "[]", None),
        ("other", "[[]]", None),
    ] {
        let body = format!(
            "{{\"{field}\": {value}, \"detail\": \"No group.\", \"errorCode\": \"GROUP_NOT_FOUND\"}}"
        );
        let error = not_found(&body).await;
        assert_eq!(error.code(), Some(&ErrorCode::GroupNotFound), "{body}");
        assert_eq!(error.detail(), Some("No group."), "{body}");
        assert_eq!(error.api_error().unwrap().error, number, "{body}");
    }
    let error = not_found("{\"detail\": 1, \"errorCode\": \"GROUP_NOT_FOUND\"}").await;
    assert_eq!(error.code(), Some(&ErrorCode::GroupNotFound));
    assert_eq!(error.detail(), None);
}

#[tokio::test]
async fn control_characters_in_an_error_of_atlas_are_escaped() {
    let body = r#"{"detail": "a\nb \u001b[31m", "errorCode": "C\r"}"#;
    let error = not_found(body).await;
    assert_eq!(error.detail(), Some("a\nb \u{1b}[31m"));
    let text = error.to_string();
    assert!(
        text.ends_with(r"404 Not Found, C\r: a\nb \u{1b}[31m"),
        "{text}"
    );
}

#[tokio::test]
async fn object_without_fields_of_atlas_is_not_an_error_of_atlas() {
    for body in [
        "{}",
        "{\"message\": \"no Route matched\"}",
        "{\"error\": \"Not Found\", \"status\": 404}",
        "{\"detail\": null}",
        "[]",
        "null",
    ] {
        let error = not_found(body).await;
        assert_eq!(error.api_error(), None, "{body}");
        let text = format!("unexpected response 404 Not Found: {body}");
        assert!(error.to_string().ends_with(&text), "{error}");
    }
}

#[tokio::test]
async fn proxy_that_requires_authentication_is_named() {
    let page = "<html>Authenticate</html>";
    let refusal = response("407 Proxy Authentication Required", "", page);
    let error = list(&responding(refusal)).await;
    assert_eq!(error.status().unwrap().as_u16(), 407);
    assert_eq!(error.excerpt(), Some(page));
    assert!(!error.is_unauthorized() && !error.is_retryable());
    let text = error.to_string();
    assert!(
        text.contains(
            ": a proxy requires authentication; add its user name and password to its URL: "
        ),
        "{text}"
    );
    assert!(!text.contains("Atlas"), "{text}");
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let location = format!("location: http://{}/\r\n", other.local_addr().unwrap());
    let error = list(&responding(response("302 Found", &location, ""))).await;
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap().as_u16(), 302);
    let connection = other.accept().unwrap_err();
    assert_eq!(
        connection.kind(),
        std::io::ErrorKind::WouldBlock,
        "the redirect was followed"
    );
}

#[tokio::test]
async fn unsupported_challenge_is_an_error() {
    for challenge in [
        "Basic realm=\"x\"",
        "Digest realm=\"x\", nonce=\"y\", algorithm=CRC32",
        "Digest realm=\"x\", nonce=\"é=\"",
        "Digest",
    ] {
        let header = format!("www-authenticate: {challenge}\r\n");
        let error = list(&responding(response("401 Unauthorized", &header, ""))).await;
        assert_eq!(error.kind(), ErrorKind::Challenge, "{challenge}: {error}");
        assert!(error.is_unauthorized());
    }
}

#[tokio::test]
async fn non_http_response_is_a_broken_connection() {
    let error = list(&responding("SSH-2.0-OpenSSH_9.7\r\n")).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn refused_connection_is_a_connect_error() {
    let (_socket, origin) = refusing();
    let error = list(&origin).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.is_timeout());
}

#[tokio::test]
async fn silent_server_times_out() {
    // The system accepts the connection, and nothing reads from it.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::builder(Credentials::api_key("public", "private"))
        .base_url(format!("http://{}", silent.local_addr().unwrap()))
        .timeout(Duration::from_millis(20))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let error = client
        .list_private_endpoint_connections(&project)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout());
}

#[tokio::test]
async fn gzip_response_is_decoded() {
    // An empty list, compressed.
    const LIST: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x8b\x8e\x05\x00\x29\xbb\x4c\x0d\x02\x00\x00\x00";
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        LIST.len()
    );
    let origin = responding([head.as_bytes(), LIST].concat());
    let client = Client::builder(Credentials::api_key("public", "private"))
        .base_url(origin)
        .build()
        .unwrap();
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let list = client.list_private_endpoint_connections(&project).await;
    assert_eq!(list.unwrap(), []);
}

#[tokio::test]
async fn long_error_body_is_truncated() {
    let error = list(&responding(response(
        "502 Bad Gateway",
        "",
        &"x".repeat(1 << 20),
    )))
    .await;
    assert_eq!(error.status().unwrap().as_u16(), 502);
    assert_eq!(error.excerpt().unwrap().len(), 512);
}
