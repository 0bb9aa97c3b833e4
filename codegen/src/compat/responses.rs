//! Compares the responses of an operation.

use super::Kind;
use super::comparison::{Comparison, Usage};
use super::node::{Node, Pair};
use super::operations::Operation;
use crate::document::texts;
use crate::lint::ERROR_CODES;

type Response<'a> = (&'a str, Node<'a>);

/// Compares every response of an operation.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    pair: &Pair<'a>,
    operation: &Operation<'a>,
) {
    let (old, new) = (responses(&pair.old), responses(&pair.new));
    compare_successes(comparison, pair, operation);
    let (name, item) = (operation.name(), operation.item());
    for (status, response) in old.iter().filter(|(status, _)| !is_success(status)) {
        if let Some(same) = with_status(&new, status) {
            compare_response(comparison, response, same, status, operation);
            continue;
        }
        let what = format!("`{name}` does not respond with {status} any more");
        let pair = Pair::removed(response);
        comparison.record(
            Kind::ErrorStatusChanged,
            Usage::RESPONSE,
            Some(&item),
            &pair,
            what,
        );
    }
    for (status, response) in new.iter().filter(|(status, _)| !is_success(status)) {
        if with_status(&old, status).is_none() {
            let what = format!("`{name}` may respond with {status}");
            let pair = Pair::added(response);
            comparison.record(
                Kind::ErrorStatusChanged,
                Usage::RESPONSE,
                Some(&item),
                &pair,
                what,
            );
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
    let (name, item) = (operation.name(), operation.item());
    let usage = Usage::RESPONSE;
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
    let added = new
        .iter()
        .filter(|(status, _)| with_status(&old, status).is_none());
    let mut is_replaced = false;
    for (status, response) in added {
        is_replaced = true;
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
            let pair = Pair::new(before, response);
            comparison.record(kind, usage, Some(&item), &pair, what);
        } else {
            let what = format!("`{name}` may respond with {status}, a success");
            comparison.record(kind, usage, Some(&item), &Pair::added(response), what);
        }
    }
    if !is_replaced {
        for (status, response) in removed {
            let what = format!("`{name}` does not respond with {status} any more");
            let pair = Pair::removed(response);
            comparison.record(Kind::SuccessRemoved, usage, Some(&item), &pair, what);
        }
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
        comparison.record(Kind::ReturnTypeChanged, usage, Some(&item), pair, what);
    }
}

fn compare_response<'a>(
    comparison: &mut Comparison<'a>,
    old: &Node<'a>,
    new: &Node<'a>,
    status: &str,
    operation: &Operation<'a>,
) {
    let (operation, item) = (operation.name(), operation.item());
    let pair = Pair::new(old, new).resolve();
    let component = pair.new.pointer.strip_prefix("/components/responses/");
    let (subject, label) = match component {
        Some(name) => (format!("the response `{name}`"), name.to_owned()),
        None if is_success(status) => (
            format!("the response of `{operation}`"),
            format!("{operation}.response"),
        ),
        None => (
            format!("the response {status} of `{operation}`"),
            format!("{operation}.{status}"),
        ),
    };
    let codes = pair.get(ERROR_CODES);
    let (before, after) = (texts(codes.old.value), texts(codes.new.value));
    for code in before.iter().filter(|code| !after.contains(code)) {
        let what = format!("the error code {code} does not come with {subject} any more");
        comparison.record(
            Kind::ErrorCodeChanged,
            Usage::RESPONSE,
            Some(&item),
            &codes,
            what,
        );
    }
    for code in after.iter().filter(|code| !before.contains(code)) {
        let what = format!("the error code {code} may come with {subject}");
        comparison.record(
            Kind::ErrorCodeChanged,
            Usage::RESPONSE,
            Some(&item),
            &codes,
            what,
        );
    }
    compare_headers(comparison, &pair.get("headers"), &subject, &label);
    // The type of an error's body is part of the client, not of the method.
    let item = is_success(status).then_some(&*item);
    let (content, usage) = (pair.get("content"), Usage::RESPONSE);
    compare_content(comparison, &content, usage, &subject, &label, item);
    let usage = usage.in_rust_if(false);
    let compared: &[&str] = &["content", "headers", ERROR_CODES];
    comparison.compare_documentation(&pair, usage, None, &subject, &[compared]);
}

/// Compares every media type of a body. Its schema is called `label` unless it has a name of its own.
pub(super) fn compare_content<'a>(
    comparison: &mut Comparison<'a>,
    content: &Pair<'a>,
    usage: Usage,
    subject: &str,
    label: &str,
    item: Option<&str>,
) {
    for media_type in content.keys() {
        let pair = content.get(media_type);
        let (kind, verb) = match pair.exist() {
            (false, _) => (Kind::MediaTypeAdded, "added"),
            (_, false) => (Kind::MediaTypeRemoved, "removed"),
            _ => {
                let schema = pair.get("schema");
                if schema.old.exists() != schema.new.exists() {
                    let what = format!("the schema of {subject} was added or removed");
                    comparison.record(Kind::TypeChanged, usage, item, &schema, what);
                }
                comparison.schemas.add(schema, usage, label, item);
                let usage = usage.in_rust_if(false);
                let compared: &[&str] = &["schema"];
                comparison.compare_documentation(&pair, usage, None, subject, &[compared]);
                continue;
            }
        };
        let what = format!("{media_type} of {subject} was {verb}");
        comparison.record(kind, usage, item, &pair, what);
    }
}

/// Compares headers, which the generated crate does not have.
fn compare_headers<'a>(
    comparison: &mut Comparison<'a>,
    headers: &Pair<'a>,
    subject: &str,
    label: &str,
) {
    let usage = Usage::RESPONSE.in_rust_if(false);
    for name in headers.keys() {
        let reference = headers.get(name);
        let header = format!("the header {name} of {subject}");
        let pair = reference.resolve();
        let (kind, verb) = match (reference.exist(), pair.get("required").is_true()) {
            ((_, false), _) => (Some(Kind::FieldRemoved), "was removed"),
            ((false, _), _) => (Some(Kind::HeaderAdded), "was added"),
            (_, (true, false)) => (Some(Kind::BecameOptional), "became optional"),
            (_, (false, true)) => (Some(Kind::BecameRequired), "became required"),
            _ => (None, ""),
        };
        if let Some(kind) = kind {
            let what = format!("{header} {verb}");
            comparison.record(kind, usage, None, &reference, what);
        }
        if reference.exist() == (true, true) {
            let label = format!("{label}.{name}");
            comparison
                .schemas
                .add(pair.get("schema"), usage, &label, None);
            let compared: &[&str] = &["required", "schema"];
            comparison.compare_documentation(&pair, usage, None, &header, &[compared]);
        }
    }
}
