//! The settings of a client.

use atlas_private_endpoint::reqwest::Proxy;
use atlas_private_endpoint::reqwest::redirect::Policy;
use atlas_private_endpoint::{
    Client, ClientBuilder, Credentials, Error, ErrorKind, ProjectId, RetryPolicy, StatusCode,
    operations,
};

use crate::raw_server::{refusing, responding};

fn build(base_url: &str) -> Result<Client, Error> {
    Client::builder(Credentials::api_key("public", "private"))
        .base_url(base_url)
        .build()
}

#[test]
fn origin_is_accepted_with_or_without_a_slash() {
    for good in [
        "https://cloud.mongodb.com",
        "https://cloud.mongodb.com/",
        "https://ops.example:8443",
        "http://127.0.0.1:8080",
        "http://127.7.7.7",
        "http://[::1]:8080",
        "http://localhost:8080",
    ] {
        build(good).unwrap();
    }
}

#[test]
fn other_base_url_is_rejected_with_a_reason() {
    for (bad, word) in [
        ("", "could not parse"),
        ("cloud.mongodb.com", "could not parse"),
        ("localhost:8080", "must begin with https://"),
        ("ftp://cloud.mongodb.com", "must begin with https://"),
        ("https://cloud.mongodb.com/api/atlas/v1.0", "must end after"),
        ("https://cloud.mongodb.com?x", "must end after"),
        ("http://cloud.mongodb.com", "is not encrypted"),
        ("http://127.0.0.1.example", "is not encrypted"),
        ("http://localhost.example", "is not encrypted"),
    ] {
        let error = build(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(word), "{bad}: {error}");
    }
}

#[test]
fn password_in_the_base_url_is_rejected_and_redacted() {
    let error = build("https://me:hunter2@cloud.mongodb.com").unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("hunter2"),
        "{error:?}"
    );
}

#[test]
fn plain_http_can_be_allowed() {
    let client = Client::builder(Credentials::api_key("public", "private"))
        .base_url("http://atlas.internal")
        .allow_plain_http(true)
        .build();
    client.unwrap();
}

#[test]
fn key_that_no_header_can_carry_is_named() {
    for (public, private, word) in [
        ("", "b", "public"),
        ("a", "", "private"),
        ("a\n", "b", "public"),
        ("a", "b\n", "private"),
    ] {
        let error = Client::with_credentials(Credentials::api_key(public, private)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn debug_redacts_the_private_key() {
    let text = format!("{:#?}", Credentials::api_key("public", "the-secret"));
    assert!(text.contains("public"), "{text}");
    assert!(!text.contains("the-secret"), "{text}");
    let builder = Client::builder(Credentials::api_key("public", "the-secret"));
    assert!(!format!("{builder:?}").contains("the-secret"));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?}").contains("the-secret"));
}

const NAMES: [&str; 3] = ["groupId", "privateLinkId", "interfaceEndpointId"];

#[test]
fn path_value_stays_one_segment() {
    let client = build("https://cloud.mongodb.com").unwrap();
    let values = ["a/../b", "c?d#e", "%2e%2e é"];
    let values: Vec<_> = NAMES.into_iter().zip(values).collect();
    let url = client.url(&operations::DELETE_INTERFACE_ENDPOINT, &values);
    assert_eq!(
        url.unwrap(),
        "https://cloud.mongodb.com/api/atlas/v1.0/groups/a%2F..%2Fb/privateEndpoint/c%3Fd%23e/interfaceEndpoints/%252e%252e%20%C3%A9"
    );
}

#[test]
fn missing_path_value_is_an_error() {
    let client = build("https://cloud.mongodb.com").unwrap();
    let values = [(NAMES[0], "a"), (NAMES[1], "b")];
    let url = client.url(&operations::DELETE_INTERFACE_ENDPOINT, &values);
    let error = url.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains(NAMES[2]), "{error}");
}

#[test]
fn control_characters_in_errors_are_escaped() {
    let client = build("https://cloud.mongodb.com").unwrap();
    let values = [(NAMES[0], "one\ntwo")];
    let url = client.url(&operations::DELETE_INTERFACE_ENDPOINT, &values);
    let error = url.unwrap_err().to_string();
    assert!(error.contains("project one\\ntwo"), "{error}");
}

const EMPTY_LIST: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";

/// Returns a builder for a server that no name resolves to.
fn builder() -> ClientBuilder {
    Client::builder(Credentials::api_key("public", "private"))
        .base_url("http://atlas.invalid")
        .allow_plain_http(true)
        .retry(RetryPolicy::never())
}

async fn list(builder: ClientBuilder) -> Result<usize, Error> {
    let project = ProjectId::new("5356823b3004dee37132bb7b").unwrap();
    let client = builder.build()?;
    let list = client.list_private_endpoint_connections(&project).await?;
    Ok(list.len())
}

#[tokio::test]
async fn configured_proxy_and_resolver_are_used() {
    let server = responding(EMPTY_LIST);
    let proxy = Proxy::all(&server).unwrap();
    let proxied = builder().configure_http(move |http| http.proxy(proxy.clone()));
    // A copy of the builder has the function, too.
    assert_eq!(list(proxied.clone()).await.unwrap(), 0);
    assert_eq!(list(proxied).await.unwrap(), 0);

    let address = server.trim_start_matches("http://").parse().unwrap();
    let resolved = builder()
        .base_url(server.replace("127.0.0.1", "atlas.invalid"))
        .configure_http(move |http| http.no_proxy().resolve("atlas.invalid", address));
    assert_eq!(list(resolved).await.unwrap(), 0);
}

#[tokio::test]
async fn configured_http_cannot_follow_redirects() {
    let target = responding(EMPTY_LIST);
    let server = responding(format!(
        "HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n"
    ));
    let builder = builder()
        .base_url(server)
        .configure_http(|http| http.redirect(Policy::limited(5)));
    let error = list(builder).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::FOUND));
}

#[tokio::test]
async fn invalid_http_configuration_is_an_error() {
    let builder = builder().configure_http(|http| http.user_agent("a\nb"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn tunnel_that_requires_authentication_is_a_connect_error() {
    let proxy =
        responding("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    let proxy = Proxy::all(proxy).unwrap();
    let builder = builder()
        .base_url("https://atlas.invalid")
        .configure_http(move |http| http.proxy(proxy.clone()));
    let error = list(builder).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.is_transient(), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("could not connect to atlas.invalid: a proxy requires authentication"),
        "{text}"
    );
}

#[tokio::test]
async fn refused_connection_to_a_configured_proxy_is_an_error() {
    let (_socket, origin) = refusing();
    let proxy = Proxy::all(origin).unwrap().basic_auth("me", "hunter2");
    let builder = builder().configure_http(move |http| http.proxy(proxy.clone()));
    let error = list(builder).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(
        !format!("{error} {error:?}").contains("hunter2"),
        "{error:?}"
    );
}
