//! Compares the bodies and headers of requests and responses, and the statuses of responses.

use super::Kind;
use super::comparison::{Comparison, Subject};
use super::node::{Node, Pair};
use super::operations::Operation;
use crate::document::texts;
use crate::lint::ERROR_CODES;

type Response<'a> = (&'a str, Node<'a>);

/// Compares the request body of an operation.
pub(super) fn compare_request_body<'a>(
    comparison: &mut Comparison<'a>,
    reference: &Pair<'a>,
    operation: &Operation<'a>,
) {
    let subject = operation.subject().in_request();
    let name = format!("the request body of `{}`", operation.name());
    let body = reference.resolve();
    let required = body.new.get("required").is_true();
    let (kind, verb) = match reference.exist() {
        (false, false) => return,
        (true, false) => (Kind::BodyRemoved, "removed"),
        (false, true) if required => (Kind::BodyAdded { required }, "added, required"),
        (false, true) => (Kind::BodyAdded { required }, "added, optional"),
        (true, true) => {
            comparison.compare_required(&body.get("required"), &subject, reference, &name);
            let label = format!("{}.request", operation.name());
            compare_content(comparison, &body.get("content"), &subject, &name, &label);
            let subject = subject.in_rust_if(false);
            return comparison.compare_rest(&body, &subject, &name, &[&["required", "content"]]);
        }
    };
    comparison.record(kind, &subject, reference, format!("{name} was {verb}"));
}

/// Compares every response of an operation.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    pair: &Pair<'a>,
    operation: &Operation<'a>,
) {
    let (old, new) = (responses(&pair.old), responses(&pair.new));
    compare_successes(comparison, pair, operation);
    let (name, subject) = (operation.name(), operation.subject().in_response());
    for (status, response) in old.iter().filter(|(status, _)| !is_success(status)) {
        if let Some(same) = with_status(&new, status) {
            compare_response(comparison, response, same, status, operation);
            continue;
        }
        let what = format!("`{name}` no longer responds with {status}");
        let pair = Pair::removed(response);
        comparison.record(Kind::ErrorStatusChanged, &subject, &pair, what);
    }
    for (status, response) in new.iter().filter(|(status, _)| !is_success(status)) {
        if with_status(&old, status).is_none() {
            let what = format!("`{name}` may respond with {status}");
            let pair = Pair::added(response);
            comparison.record(Kind::ErrorStatusChanged, &subject, &pair, what);
        }
    }
}

fn responses<'a>(node: &Node<'a>) -> Vec<Response<'a>> {
    let mut responses = node.entries();
    responses.retain(|(status, _)| !status.starts_with("x-"));
    responses
}

fn with_status<'n, 'a>(responses: &'n [Response<'a>], status: &str) -> Option<&'n Node<'a>> {
    let mut responses = responses.iter();
    let found = responses.find(|(known, _)| *known == status);
    found.map(|(_, response)| response)
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Returns true if clients that expect `known` expect `status`.
fn covers(known: &str, status: &str) -> bool {
    known == status || (known.eq_ignore_ascii_case("2XX") && is_success(status))
}

fn compare_successes<'a>(
    comparison: &mut Comparison<'a>,
    pair: &Pair<'a>,
    operation: &Operation<'a>,
) {
    let (name, subject) = (operation.name(), operation.subject().in_response());
    let successes = |node: &Node<'a>| {
        let mut responses = responses(node);
        responses.retain(|(status, _)| is_success(status));
        responses
    };
    let (old, new) = (successes(&pair.old), successes(&pair.new));
    let mut removed: Vec<&Response<'a>> = Vec::new();
    for response in &old {
        match with_status(&new, response.0) {
            Some(same) => compare_response(comparison, &response.1, same, response.0, operation),
            None => removed.push(response),
        }
    }
    let mut added = new.clone();
    added.retain(|(status, _)| with_status(&old, status).is_none());
    for (status, response) in &added {
        let covering = old.iter().find(|(known, _)| covers(known, status));
        let kind = match covering {
            Some(_) => Kind::SuccessRemoved,
            None => Kind::SuccessAdded,
        };
        // A new status replaces one that is gone, or is one of those that were covered before.
        if let Some((_, before)) = removed.first().copied().or(covering) {
            compare_response(comparison, before, response, status, operation);
        }
        if let Some((known, before)) = removed.first() {
            let what = format!("the success status of `{name}` was {known} and is {status}");
            comparison.record(kind, &subject, &Pair::new(before, response), what);
        } else {
            let what = format!("`{name}` may respond with {status}, a success");
            comparison.record(kind, &subject, &Pair::added(response), what);
        }
    }
    for (status, response) in removed.iter().filter(|_| added.is_empty()) {
        let what = format!("`{name}` no longer responds with {status}");
        comparison.record(
            Kind::SuccessRemoved,
            &subject,
            &Pair::removed(response),
            what,
        );
    }
    // The method returns a body, none, or an Option of one.
    let shape = |responses: &[Response<'a>]| {
        let has_body = |(_, it): &Response<'a>| it.resolve().get("content").exists();
        (
            responses.iter().any(has_body),
            responses.iter().all(has_body),
        )
    };
    if shape(&old) != shape(&new) {
        let what = format!("which responses of `{name}` have a body changed");
        comparison.record(Kind::ReturnTypeChanged, &subject, pair, what);
    }
}

fn compare_response<'a>(
    comparison: &mut Comparison<'a>,
    old: &Node<'a>,
    new: &Node<'a>,
    status: &str,
    operation: &Operation<'a>,
) {
    let id = operation.name();
    let pair = Pair::new(old, new).resolve();
    let component = pair.new.pointer.strip_prefix("/components/responses/");
    let (name, label) = match component {
        Some(name) => (format!("the response `{name}`"), name.to_owned()),
        None if is_success(status) => (format!("the response of `{id}`"), format!("{id}.response")),
        None => (
            format!("the response {status} of `{id}`"),
            format!("{id}.{status}"),
        ),
    };
    let mut subject = operation.subject().in_response();
    let codes = pair.get(ERROR_CODES);
    let lists = (texts(codes.old.value), texts(codes.new.value));
    let kinds = (Kind::ErrorCodeChanged, Kind::ErrorCodeChanged);
    let lists = (&lists.0[..], &lists.1[..]);
    comparison.compare_lists(kinds, &subject, &codes, lists, |code, added| {
        let verb = if added { "may come" } else { "no longer comes" };
        format!("the error code {code} {verb} with {name}")
    });
    // The type of an error's body belongs to the client, not to the method.
    subject.item = subject.item.filter(|_| is_success(status));
    compare_content(comparison, &pair.get("content"), &subject, &name, &label);
    let subject = Subject::on_wire().in_response();
    compare_headers(comparison, &pair.get("headers"), &subject, &name, &label);
    let compared: &[&str] = &["content", "headers", ERROR_CODES];
    comparison.compare_rest(&pair, &subject, &name, &[compared]);
}

/// Compares every media type of a body. Its schema is called `label` unless it has a name of its own.
fn compare_content<'a>(
    comparison: &mut Comparison<'a>,
    content: &Pair<'a>,
    subject: &Subject,
    name: &str,
    label: &str,
) {
    for media_type in content.keys() {
        let pair = content.get(media_type);
        let (kind, verb) = match pair.exist() {
            (false, _) => (Kind::MediaTypeAdded, "added"),
            (_, false) => (Kind::MediaTypeRemoved, "removed"),
            _ => {
                let schema = pair.get("schema");
                if schema.old.exists() != schema.new.exists() {
                    let what = format!("the schema of {name} was added or removed");
                    comparison.record(Kind::TypeChanged, subject, &schema, what);
                }
                comparison.schemas.add(schema, subject, label);
                let subject = subject.in_rust_if(false);
                comparison.compare_rest(&pair, &subject, name, &[&["schema"]]);
                continue;
            }
        };
        let what = format!("{media_type} of {name} was {verb}");
        // The constant of an operation has the media types of its request and its success.
        let subject = subject.in_rust_if(subject.item.is_some());
        comparison.record(kind, &subject, &pair, what);
    }
}

/// Compares headers, which the generated crate does not have.
fn compare_headers<'a>(
    comparison: &mut Comparison<'a>,
    headers: &Pair<'a>,
    subject: &Subject,
    name: &str,
    label: &str,
) {
    for header in headers.keys() {
        let reference = headers.get(header);
        let name = format!("the header {header} of {name}");
        let (kind, verb) = match reference.exist() {
            (false, _) => (Kind::HeaderAdded, "added"),
            (_, false) => (Kind::FieldRemoved, "removed"),
            _ => {
                let pair = reference.resolve();
                comparison.compare_required(&pair.get("required"), subject, &reference, &name);
                let label = format!("{label}.{header}");
                comparison.schemas.add(pair.get("schema"), subject, &label);
                comparison.compare_rest(&pair, subject, &name, &[&["required", "schema"]]);
                continue;
            }
        };
        comparison.record(kind, subject, &reference, format!("{name} was {verb}"));
    }
}
