//! The HTML of the page. Maud escapes all values, so that what clients send is shown as text.

use std::time::SystemTime;

use hyper::body::Bytes;
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Refusal;
use crate::console::html::{hash, response};
use crate::fault::InjectedFault;
use crate::log::RequestRecord;
use crate::service::Service;
use crate::state::{ConnectionSnapshot, InterfaceEndpointSnapshot, StatusChange};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How many changes of status and how many requests are shown.
const MAX_CHANGES: usize = 12;
const MAX_REQUESTS: usize = 25;

/// How far the buttons move the clock.
const STEPS: [&str; 4] = ["1s", "10s", "1m", "1h"];

/// Faults that can be switched on: what happens, and the effect in JSON.
const EFFECTS: [(&str, &str); 12] = [
    (
        "502 of a gateway",
        r#"{"respond": {"status": 502, "headers": {"content-type": "text/html"}, "body": "<h1>502 Bad Gateway</h1>"}}"#,
    ),
    ("503 Service Unavailable", r#"{"respond": {"status": 503}}"#),
    ("RATE_LIMITED", r#"{"error": "RATE_LIMITED"}"#),
    ("UNEXPECTED_ERROR", r#"{"error": "UNEXPECTED_ERROR"}"#),
    (
        "Writes not allowed during an upgrade",
        r#"{"error": "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"}"#,
    ),
    ("Connection reset before acting", r#""resetBeforeHandling""#),
    ("Connection reset after acting", r#""resetAfterHandling""#),
    ("No response", r#"{"stall": "beforeHandling"}"#),
    ("Half of the response", r#""halfBody""#),
    ("2 seconds late", r#"{"delay": "2s"}"#),
    ("Stale nonce", r#""staleNonce""#),
    ("Unknown status", r#"{"status": "UPGRADING"}"#),
];

/// What the page shows.
struct View<'a> {
    token: &'a str,
    /// The name or address, and the port, by which the browser knows the sandbox.
    host: String,
    now: SystemTime,
    projects: Vec<Project>,
    faults: Vec<InjectedFault>,
    operations: Vec<&'a str>,
    /// The number of all requests, and the latest ones.
    count: usize,
    requests: Vec<RequestRecord>,
}

struct Project {
    id: String,
    connections: Vec<ConnectionSnapshot>,
    history: Vec<StatusChange>,
}

/// Responds with the page, and with the reason when a form was refused.
pub(super) fn respond(
    service: &Service,
    token: &str,
    parts: &Parts,
    refusal: Option<&Refusal>,
) -> Result<Response<Bytes>, Refusal> {
    let view = View::new(service, token, parts)?;
    let status = refusal.map_or(StatusCode::OK, |it| it.status);
    let (script, style) = (hash(SCRIPT), hash(STYLE));
    Ok(response(status, &script, &style, view.document(refusal)))
}

impl<'a> View<'a> {
    fn new(service: &'a Service, token: &'a str, parts: &Parts) -> Result<Self, Refusal> {
        let host = parts.headers.get(HOST).and_then(|it| it.to_str().ok());
        let now = service.clock().now();
        let mut inner = service.lock();
        let mut projects = Vec::new();
        for id in inner.state.project_ids() {
            let target = service.target(&id, "", "");
            projects.push(Project {
                connections: inner.state.list_connections(target)?,
                history: inner.state.history(target)?,
                id,
            });
        }
        Ok(Self {
            token,
            host: host.unwrap_or_default().to_owned(),
            now,
            projects,
            faults: inner.faults.faults().to_vec(),
            operations: service.routes().operation_ids().collect(),
            count: inner.log.count(),
            requests: inner.log.latest(MAX_REQUESTS),
        })
    }

    fn document(&self, refusal: Option<&Refusal>) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { "Atlas sandbox" }
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE)) }
                    script type="module" { (PreEscaped(SCRIPT)) }
                }
                body {
                    header {
                        div {
                            h1 { "Atlas sandbox" }
                            p { "Private endpoints of the API v1.0 at " code { (self.host) } }
                        }
                        nav aria-label="Documentation" {
                            a href="/docs" { "API reference" }
                            a href="/openapi.yaml" { "OpenAPI document" }
                        }
                        p #live role="status" { "Reload the page to see changes." }
                    }
                    main {
                        @if let Some(refusal) = refusal {
                            p.alert role="alert" { (refusal.detail) }
                        }
                        div.columns {
                            div { (self.projects()) }
                            aside { (self.clock()) (self.faults()) (self.reset()) }
                        }
                        (self.requests())
                    }
                }
            }
        }
    }

    /// Makes a form with the token. Its fields are part of the content.
    fn form(&self, action: &str, content: &Markup) -> Markup {
        html! {
            form method="post" action="/" {
                input type="hidden" name="token" value=(self.token);
                input type="hidden" name="action" value=(action);
                (content)
            }
        }
    }

    fn projects(&self) -> Markup {
        html! {
            @for project in &self.projects {
                section aria-labelledby={ "project-" (project.id) } {
                    h2 id={ "project-" (project.id) } { "Project " code { (project.id) } }
                    div.live id={ "connections-" (project.id) } {
                        @if project.connections.is_empty() {
                            p.empty {
                                "No private endpoint connections yet. Create one with "
                                code { "atlas-pe create --region us-east-1" } "."
                            }
                        }
                        @for connection in &project.connections {
                            (self.connection(&project.id, connection))
                        }
                    }
                    div.live id={ "history-" (project.id) } { (history(&project.history)) }
                }
            }
        }
    }

    fn connection(&self, project: &str, connection: &ConnectionSnapshot) -> Markup {
        let id = &connection.id;
        let target = html! {
            input type="hidden" name="project" value=(project);
            input type="hidden" name="connection" value=(id);
        };
        html! {
            article.connection aria-labelledby={ "connection-" (id) } {
                div.title {
                    h3 id={ "connection-" (id) } { (connection.region) }
                    (badge(&connection.status))
                    @if !["FAILED", "DELETING"].contains(&connection.status.as_str()) {
                        (self.form("fail", &html! {
                            (target)
                            button.bad #{ "fail-" (id) } aria-label={ "Fail the connection in " (connection.region) } { "Fail" }
                        }))
                    }
                }
                @if let Some(message) = &connection.error_message { p.error { (message) } }
                dl {
                    dt { "Connection" } dd { code { (id) } }
                    dt { "Endpoint service" }
                    dd {
                        @match &connection.endpoint_service_name {
                            Some(name) => code { (name) },
                            None => span.muted { "none yet" },
                        }
                    }
                }
                @if !connection.interface_endpoints.is_empty() {
                    table {
                        caption { "Interface endpoints" }
                        thead {
                            tr {
                                th scope="col" { "Id" }
                                th scope="col" { "Status" }
                                th scope="col" { "AWS side" }
                            }
                        }
                        tbody {
                            @for endpoint in &connection.interface_endpoints {
                                (self.interface_endpoint(&target, id, endpoint))
                            }
                        }
                    }
                }
            }
        }
    }

    fn interface_endpoint(
        &self,
        target: &Markup,
        connection: &str,
        endpoint: &InterfaceEndpointSnapshot,
    ) -> Markup {
        let id = &endpoint.id;
        let button = |action: &str, class: &str, text: &str| {
            self.form(
                action,
                &html! {
                    (target)
                    input type="hidden" name="interface-endpoint" value=(id);
                    button class=(class) id={ (action) "-" (connection) "-" (id) } aria-label={ (text) " " (id) } { (text) }
                },
            )
        };
        html! {
            tr {
                th scope="row" { code { (id) } }
                td {
                    (badge(&endpoint.status))
                    @if let Some(message) = &endpoint.error_message { p.error { (message) } }
                }
                td.actions {
                    @if !endpoint.delete_requested {
                        @if endpoint.status != "AVAILABLE" { (button("accept", "good", "Accept")) }
                        @if endpoint.status != "REJECTED" { (button("reject", "bad", "Reject")) }
                    }
                }
            }
        }
    }

    fn clock(&self) -> Markup {
        let now = humantime::format_rfc3339_seconds(self.now).to_string();
        html! {
            section aria-labelledby="clock" {
                h2 #clock { "Clock" }
                p.now.live #now {
                    time datetime=(now) {
                        span { (now.get(..10).unwrap_or_default()) } " "
                        strong { (now.get(11..19).unwrap_or_default()) } " UTC"
                    }
                }
                (self.form("advance", &html! {
                    div.buttons {
                        @for step in STEPS {
                            button id={ "advance-" (step) } name="by" value=(step) aria-label={ "Advance by " (step) } { "+" (step) }
                        }
                    }
                }))
                (self.form("advance", &html! {
                    div.field {
                        label for="by" { "Advance by" }
                        input #by name="by" required placeholder="1h 30m" size="10";
                        button #advance { "Advance" }
                    }
                }))
            }
        }
    }

    fn faults(&self) -> Markup {
        html! {
            section aria-labelledby="faults" {
                h2 #faults { "Faults" }
                div.live #switched-on {
                    @if self.faults.is_empty() { p.empty { "All faults are off." } }
                    @else {
                        ul.faults {
                            @for fault in &self.faults { li { (self.fault(fault)) } }
                        }
                    }
                }
                (self.form("add-fault", &html! {
                    div.field {
                        label for="effect" { "Effect" }
                        select #effect name="effect" {
                            @for (text, json) in EFFECTS { option value=(json) { (text) } }
                        }
                    }
                    div.field {
                        label for="operation" { "Operation" }
                        select #operation name="operation" {
                            option value="" { "any" }
                            @for operation in &self.operations { option { (operation) } }
                        }
                    }
                    div.field {
                        label for="first" { "Requests" }
                        input #first name="first" type="number" min="1" placeholder="all";
                        button #add-fault { "Switch on" }
                    }
                }))
            }
        }
    }

    fn fault(&self, injected: &InjectedFault) -> Markup {
        let number = injected.number;
        let json = serde_json::to_value(&injected.fault).unwrap_or_default();
        html! {
            dl {
                @for (name, value) in json.as_object().into_iter().flatten() {
                    dt { (name) }
                    dd { code { @if let Some(text) = value.as_str() { (text) } @else { (value) } } }
                }
            }
            div.title {
                span.muted { "affected " (injected.hits) " of " (injected.calls) " requests" }
                (self.form("remove-fault", &html! {
                    input type="hidden" name="number" value=(number);
                    button id={ "remove-fault-" (number) } aria-label={ "Switch fault " (number) " off" } { "Switch off" }
                }))
            }
        }
    }

    fn reset(&self) -> Markup {
        html! {
            section aria-labelledby="reset-title" {
                h2 #reset-title { "Reset" }
                p.muted { "Back to the state of the start: resources, faults and requests." }
                (self.form("reset", &html! { button.bad #reset { "Reset everything" } }))
            }
        }
    }

    fn requests(&self) -> Markup {
        html! {
            section aria-labelledby="requests" {
                h2 #requests { "Requests" }
                div.live #log {
                    @if self.requests.is_empty() {
                        p.empty { "No requests yet." }
                    } @else {
                        table {
                            caption { "The latest of " (self.count) " requests, newest first" }
                            thead {
                                tr {
                                    th scope="col" { "#" }
                                    th scope="col" { "Request" }
                                    th scope="col" { "Status" }
                                    th scope="col" { "Principal" }
                                    th scope="col" { "Fault" }
                                }
                            }
                            tbody {
                                @for (index, record) in self.requests.iter().rev().enumerate() {
                                    (request(self.count - index, record))
                                }
                            }
                        }
                        (self.form("clear-requests", &html! { button #clear-requests { "Clear" } }))
                    }
                }
            }
        }
    }
}

fn history(changes: &[StatusChange]) -> Markup {
    html! {
        @if !changes.is_empty() {
            table.history {
                caption { "Latest changes, newest first" }
                thead {
                    tr {
                        th scope="col" { "Time" }
                        th scope="col" { "Resource" }
                        th scope="col" { "Status" }
                    }
                }
                tbody {
                    @for change in changes.iter().rev().take(MAX_CHANGES) {
                        @let time = humantime::format_rfc3339_seconds(change.time).to_string();
                        tr {
                            td { time datetime=(time) { (time.get(11..19).unwrap_or_default()) } }
                            td {
                                (change.region)
                                @if let Some(id) = &change.interface_endpoint { " " code { (id) } }
                            }
                            td { (badge(change.status.as_deref().unwrap_or("deleted"))) }
                        }
                    }
                }
            }
        }
    }
}

fn request(number: usize, record: &RequestRecord) -> Markup {
    let id = format!("request-{number}");
    html! {
        tr {
            td.number { (number) }
            td {
                details #(id) {
                    summary id={ (id) "-summary" } {
                        b { (record.method) } " " code {
                            (record.path)
                            @if let Some(query) = &record.query { "?" (query) }
                        }
                    }
                    @if let Some(operation) = &record.operation { p { "Operation " code { (operation) } } }
                    pre {
                        @for (name, value) in &record.headers { (name) ": " (value) "\n" }
                        @if !record.body.is_empty() { "\n" (record.body) }
                    }
                }
            }
            td { (status(record.status)) }
            td { @if let Some(principal) = &record.principal { code { (principal) } } }
            td { @if let Some(fault) = &record.fault { span.badge.bad { (fault) } } }
        }
    }
}

/// Shows the status of a response; 0 means that nothing was sent.
fn status(status: u16) -> Markup {
    let class = match status {
        200..=299 => "good",
        401 => "off",
        0 | 500.. => "bad",
        _ => "wait",
    };
    html! { span.badge.(class) { @if status == 0 { "none" } @else { (status) } } }
}

/// Shows the status of a resource.
fn badge(status: &str) -> Markup {
    let class = match status {
        "AVAILABLE" => "good",
        "WAITING_FOR_USER" => "turn",
        "FAILED" | "REJECTED" => "bad",
        "DELETING" | "deleted" => "off",
        _ => "wait",
    };
    html! { span.badge.(class) { (status) } }
}
