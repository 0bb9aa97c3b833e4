//! Calls every operation of a second fragment through the client, against a server.

mod server;

use std::time::Duration;

use atlas_private_endpoint::reminders_v2::operations;
use atlas_private_endpoint::reminders_v2::types::{
    ChangeReminderBody, NewReminder, Next, Note, Number, ReminderPlaceKind, State, States, Text, Urgency,
};
use atlas_private_endpoint::{Client, Credentials, ErrorKind, ProjectId, RetryPolicy};
use serde_json::json;

use server::{PRIVATE_KEY, PUBLIC_KEY, Response, Server};

const PROJECT: &str = "5356823b3004dee37132bb7b";
const BASE: &str = "/api/atlas/v2/groups/5356823b3004dee37132bb7b";

const FULL: &str = r#"{
    "text": "Renew the certificate", "createdAt": "2029-12-01T00:00:00.123+01:00",
    "state": "SNOOZED", "urgency": "high", "note": "At night", "next": "repeat", "weight": 0.5,
    "postponed": 3, "labels": {"team": "red"}, "place": {"cluster": "One", "kind": "KEY"},
    "previous": "OPEN", "new": "of a later version"
}"#;
const EMPTY: &str = r#"{
    "text": "", "createdAt": "2029-12-01T00:00:00Z", "state": "DONE", "urgency": "low",
    "note": null, "next": null, "weight": null, "postponed": null, "labels": null, "previous": null
}"#;
const PAGE: Response = ("200 OK", r#"{"results": []}"#);

fn start(responses: &[Response]) -> (Server, Client, ProjectId) {
    let server = Server::with_responses(responses);
    let client = Client::builder(Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY))
        .base_url(&server.origin)
        .retry(RetryPolicy::default().base_delay(Duration::ZERO))
        .build()
        .unwrap();
    (server, client, ProjectId::new(PROJECT).unwrap())
}

fn new_reminder() -> NewReminder {
    NewReminder::new(Text("Renew the certificate".to_owned()))
}

#[tokio::test]
async fn query_parameters_are_percent_encoded_in_order() {
    let (server, client, project) = start(&[PAGE]);
    let labels = vec!["a b".to_owned(), "c&d=e+é".to_owned()];
    let states = States(vec![State::Open, "SNOOZED".into()]);
    let page = client
        .list_reminders(
            &project,
            Some(false),
            Some("2030-01-02T03:04:05+01:00"),
            Some(&labels),
            Some(0.5),
            Some(2),
            Some(&states),
            "100% / \"#\"",
            &[Urgency::Low, Urgency::High],
            Some("request-1"),
        )
        .await
        .unwrap();
    assert!(page.results.is_empty());
    assert_eq!(page.total_count, None);
    let request = server.only();
    assert_eq!(request.method, "GET");
    assert_eq!(
        request.target,
        format!(
            "{BASE}/reminders?done=false&dueBefore=2030-01-02T03%3A04%3A05%2B01%3A00&label=a%20b\
             &label=c%26d%3De%2B%C3%A9&minWeight=0.5&pageNum=2&state=OPEN&state=SNOOZED\
             &textLike=100%25%20%2F%20%22%23%22&urgency=low&urgency=high"
        )
    );
    assert_eq!(request.header("x-request-id"), Some("request-1"));
    assert_eq!(request.header("accept"), Some("application/json"));
}

#[tokio::test]
async fn absent_parameters_are_not_sent() {
    let (server, client, project) = start(&[PAGE]);
    client
        .list_reminders(
            &project,
            None,
            None,
            None,
            None,
            None,
            None,
            "",
            &[],
            None,
        )
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(request.target, format!("{BASE}/reminders?textLike="));
    assert_eq!(request.header("x-request-id"), None);
    assert_eq!(request.body, "");
}

#[tokio::test]
async fn retried_attempt_sends_query_and_headers() {
    let (server, client, project) = start(&[("503 Service Unavailable", ""), PAGE]);
    let label = vec!["a b".to_owned()];
    client
        .list_reminders(
            &project,
            None,
            None,
            Some(&label),
            None,
            None,
            None,
            "x",
            &[],
            Some("request-1"),
        )
        .await
        .unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "{requests:#?}");
    for request in requests {
        assert_eq!(
            request.target,
            format!("{BASE}/reminders?label=a%20b&textLike=x")
        );
        assert_eq!(request.header("x-request-id"), Some("request-1"));
    }
}

#[tokio::test]
async fn success_statuses_share_a_type() {
    let (server, client, project) = start(&[("200 OK", FULL), ("201 Created", EMPTY)]);
    let mut request = new_reminder();
    request.notify = false;
    request.expires_at = Some("2030-01-02T03:04:05Z".to_owned());
    let full = client
        .create_reminder(&project, "once", &request)
        .await
        .unwrap();
    let empty = client
        .create_reminder(&project, "twice", &new_reminder())
        .await
        .unwrap();

    assert_eq!(full.text, Text("Renew the certificate".to_owned()));
    assert_eq!(full.created_at, "2029-12-01T00:00:00.123+01:00");
    assert_eq!(full.state, "SNOOZED".into());
    assert_eq!(
        (full.urgency, full.next),
        (Urgency::High, Some(Next::Repeat))
    );
    assert_eq!(
        (full.note.as_deref(), full.weight),
        (Some("At night"), Some(0.5))
    );
    assert_eq!((full.postponed, &*full.labels["team"]), (3, "red"));
    let place = full.place.as_ref().unwrap();
    assert_eq!(place.cluster.as_deref(), Some("One"));
    assert_eq!(place.kind, Some(ReminderPlaceKind::Key));
    assert_eq!(full.previous, Some(State::Open));
    let again = serde_json::to_value(&full).unwrap();
    assert_eq!(again["createdAt"], "2029-12-01T00:00:00.123+01:00");
    assert_eq!(again["state"], "SNOOZED");

    assert_eq!((empty.note, empty.next, empty.weight), (None, None, None));
    assert_eq!((empty.postponed, empty.labels.len()), (0, 0));
    assert_eq!((empty.place, empty.previous), (None, None));

    let requests = server.requests();
    assert_eq!(requests[0].method, "POST");
    assert_eq!(requests[0].target, format!("{BASE}/reminders"));
    assert_eq!(requests[0].header("idempotency-key"), Some("once"));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(
        requests[0].json(),
        json!({
            "text": "Renew the certificate", "days": 10, "notify": false,
            "expiresAt": "2030-01-02T03:04:05Z",
        })
    );
    assert_eq!(requests[1].header("idempotency-key"), Some("twice"));
    assert_eq!(
        requests[1].json(),
        json!({"text": "Renew the certificate", "days": 10, "notify": true})
    );
}

#[tokio::test]
async fn response_may_have_a_body_or_none() {
    let (server, client, project) = start(&[("200 OK", EMPTY), ("204 No Content", "")]);
    let found = client.find_next_reminder(&project).await.unwrap();
    assert_eq!(found.unwrap().state, State::Done);
    assert_eq!(client.find_next_reminder(&project).await.unwrap(), None);
    assert_eq!(
        server.requests()[1].target,
        format!("{BASE}/reminders/next")
    );
}

#[tokio::test]
async fn inline_schemas_are_sent_and_read() {
    let (server, client, project) = start(&[
        (
            "202 Accepted",
            r#"[{"at": "2030-01-02T03:04:05Z"}, {"at": "2031-01-02T03:04:05Z"}]"#,
        ),
        ("202 Accepted", "[]"),
    ]);
    let mut change = ChangeReminderBody::default();
    change.note = Some("At night".to_owned());
    let steps = client
        .change_reminder(&project, &Number(-7), &change)
        .await
        .unwrap();
    let steps: Vec<&str> = steps.iter().map(|step| step.at.as_str()).collect();
    assert_eq!(steps, ["2030-01-02T03:04:05Z", "2031-01-02T03:04:05Z"]);
    let nothing = ChangeReminderBody::default();
    let steps = client
        .change_reminder(&project, &Number(8), &nothing)
        .await
        .unwrap();
    assert!(steps.is_empty());
    let requests = server.requests();
    assert_eq!(requests[0].method, "PATCH");
    assert_eq!(requests[0].target, format!("{BASE}/reminders/-7"));
    assert_eq!(requests[0].json(), json!({"note": "At night"}));
    assert_eq!(requests[1].json(), json!({}));
}

#[tokio::test]
async fn schema_of_requests_and_responses_leaves_out_what_is_absent() {
    let minimal = r#"{"id": "n1", "text": "At night", "gen": null}"#;
    let full = r#"{
        "id": "n1", "text": "At night", "gen": 2, "s": "bold", "tags": ["a"], "links": {"b": "c"},
        "author": "Ada"
    }"#;
    let (server, client, project) = start(&[("200 OK", minimal), ("200 OK", full)]);
    // The id is read-only, so that no request needs it.
    let request = Note::new(None, "At night".to_owned());
    let note = client
        .replace_note(&project, &Number(7), &request)
        .await
        .unwrap();
    assert_eq!((note.id.as_deref(), note.gen_), (Some("n1"), None));
    let written_back = serde_json::to_value(&note).unwrap();
    assert_eq!(written_back, json!({"id": "n1", "text": "At night", "gen": null}));
    let mut request = Note::new(Some(1), "At night".to_owned());
    request.s = Some("bold".to_owned());
    let note = client
        .replace_note(&project, &Number(7), &request)
        .await
        .unwrap();
    let full: serde_json::Value = serde_json::from_str(full).unwrap();
    assert_eq!(serde_json::to_value(&note).unwrap(), full);

    let seen = server.requests();
    assert_eq!(seen[0].json(), json!({"text": "At night", "gen": null}));
    assert_eq!(seen[1].json(), json!({"text": "At night", "gen": 1, "s": "bold"}));
    for name in ["accept", "content-type"] {
        let media_type = seen[0].header(name);
        assert_eq!(media_type, Some("application/vnd.reminders.2029-01-01+json"));
    }
}

#[tokio::test]
async fn deletion_returns_nothing() {
    let (server, client, project) = start(&[("204 No Content", "")]);
    let () = client.delete_reminder(&project, &Number(7)).await.unwrap();
    let request = server.only();
    assert_eq!((&*request.method, &*request.body), ("DELETE", ""));
    assert_eq!(request.target, format!("{BASE}/reminders/7"));
}

#[tokio::test]
async fn enum_value_is_one_path_segment() {
    let (server, client, project) = start(&[("200 OK", "[1, 0, 2]")]);
    let counts = client
        .count_reminders(&project, &State::from("A/B"))
        .await
        .unwrap();
    assert_eq!(counts, [1, 0, 2]);
    assert_eq!(server.only().target, format!("{BASE}/reminderCounts/A%2FB"));
}

#[tokio::test]
async fn error_contains_the_query_and_no_header() {
    let refusal = r#"{"detail": "There is no such label.", "errorCode": null}"#;
    let (_server, client, project) = start(&[("400 Bad Request", refusal)]);
    let label = vec!["blue".to_owned()];
    let error = client
        .list_reminders(
            &project,
            None,
            None,
            Some(&label),
            None,
            None,
            None,
            "x",
            &[],
            Some("secret-1"),
        )
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "listReminders for project {PROJECT}, label blue, textLike x: \
             Atlas returned 400 Bad Request: There is no such label."
        )
    );
    assert!(!format!("{error:?}").contains("secret-1"));
    assert_eq!(error.operation(), Some(&operations::LIST_REMINDERS));
}

#[tokio::test]
async fn invalid_header_value_is_an_error() {
    let (server, client, project) = start(&[]);
    let result = client
        .create_reminder(&project, "one\r\nX-Two: 2", &new_reminder())
        .await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("Idempotency-Key"), "{error}");
    assert!(server.requests().is_empty());
}

#[test]
fn each_fragment_has_its_own_table_of_operations() {
    assert_eq!(operations::ALL.len(), 7);
    assert_eq!(operations::ALL[0].base_path, "/api/atlas/v2");
    let root = atlas_private_endpoint::operations::ALL;
    assert_eq!(root[0].base_path, "/api/atlas/v1.0");
}
