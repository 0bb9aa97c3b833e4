//! What an operation answers.

use super::bodies::compare_content;
use super::node::{Node, Pair};
use super::rules::{BECAME_OPTIONAL, BECAME_REQUIRED, FIELD_REMOVED, Judgement, Uses};
use super::{Wire, documentation};
use crate::diff::Verdict::{Breaking, Compatible};
use crate::document::texts;
use crate::lint::ERROR_CODES;

const NEW_SUCCESS: Judgement = (Breaking, "who compares the status does not know it");
const FEWER_SUCCESSES: Judgement = (Compatible, "what comes is among what could come before");
const ERROR: Judgement = (Compatible, "an error of any status is read as one");
const CODE: Judgement = (
    Compatible,
    "an error code that is not known is kept as it came, and one that does not come harms nobody",
);
const HEADER_ADDED: Judgement = (Compatible, "who does not know a header passes over it");

/// Compares every answer of an operation.
pub(super) fn compare<'a>(wire: &mut Wire<'a>, pair: &Pair<'a>, operation: &str) {
    let (old, new) = (answers(&pair.old), answers(&pair.new));
    compare_successes(wire, &old, &new, operation);
    for (status, answer) in &old {
        match with_status(&new, status) {
            Some(same) => compare_one(wire, answer, same, status, operation),
            None if is_success(status) => {}
            None => {
                let what = format!("`{operation}` does not answer {status} any more");
                wire.removed(answer, ERROR, what);
            }
        }
    }
    for (status, answer) in &new {
        if with_status(&old, status).is_none() && !is_success(status) {
            let what = format!("`{operation}` may answer {status}");
            wire.added(answer, ERROR, what);
        }
    }
}

type Answer<'a> = (&'a str, Node<'a>);

fn answers<'a>(responses: &Node<'a>) -> Vec<Answer<'a>> {
    let answers = responses.entries().into_iter();
    answers
        .filter(|(status, _)| !status.starts_with("x-"))
        .collect()
}

fn with_status<'n, 'a>(answers: &'n [Answer<'a>], status: &str) -> Option<&'n Node<'a>> {
    let mut answers = answers.iter();
    answers
        .find(|(known, _)| *known == status)
        .map(|(_, answer)| answer)
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Whether who expects `known` is ready for `status`.
fn covers(known: &str, status: &str) -> bool {
    known == status || (known.eq_ignore_ascii_case("2XX") && is_success(status))
}

fn compare_successes<'a>(
    wire: &mut Wire<'a>,
    old: &[Answer<'a>],
    new: &[Answer<'a>],
    operation: &str,
) {
    let successes = |answers: &[Answer<'a>]| -> Vec<Answer<'a>> {
        let answers = answers.iter().filter(|(status, _)| is_success(status));
        answers.cloned().collect()
    };
    let (all_old, all_new) = (successes(old), successes(new));
    let gone: Vec<&Answer<'a>> = all_old
        .iter()
        .filter(|(status, _)| with_status(&all_new, status).is_none())
        .collect();
    let come: Vec<&Answer<'a>> = all_new
        .iter()
        .filter(|(status, _)| with_status(&all_old, status).is_none())
        .collect();
    for (status, answer) in &come {
        // What one status answered, another one does now. One beside those that stay has nothing before it.
        let covering = || all_old.iter().find(|(known, _)| covers(known, status));
        let before = gone.first().copied().or_else(covering);
        if let Some((_, before)) = before {
            compare_one(wire, before, answer, status, operation);
        }
        let expected = all_old.iter().any(|(known, _)| covers(known, status));
        let judgement = if expected {
            FEWER_SUCCESSES
        } else {
            NEW_SUCCESS
        };
        let Some((known, before)) = gone.first() else {
            let what = format!("`{operation}` may answer {status}, a success");
            wire.added(answer, judgement, what);
            continue;
        };
        let pair = Pair {
            old: before.clone(),
            new: answer.clone(),
        };
        let what = format!("the success status of `{operation}` was {known} and is {status}");
        wire.changed(&pair, judgement, what);
    }
    if come.is_empty() {
        for (status, answer) in gone {
            let what = format!("`{operation}` does not answer {status} any more");
            wire.removed(answer, FEWER_SUCCESSES, what);
        }
    }
}

fn compare_one<'a>(
    wire: &mut Wire<'a>,
    old: &Node<'a>,
    new: &Node<'a>,
    status: &str,
    operation: &str,
) {
    let pair = Pair {
        old: old.resolve(),
        new: new.resolve(),
    };
    let component = pair.new.pointer.strip_prefix("/components/responses/");
    let (subject, name) = match component {
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
    compare_codes(wire, &pair.get(ERROR_CODES), &subject);
    compare_headers(wire, &pair.get("headers"), &subject, &name);
    compare_content(wire, &pair.get("content"), Uses::RESPONSE, &subject, &name);
    let compared = ["content", "headers", ERROR_CODES];
    documentation::compare(wire, &pair, &subject, &compared);
}

fn compare_codes(wire: &mut Wire<'_>, pair: &Pair<'_>, subject: &str) {
    let (old, new) = (texts(pair.old.value), texts(pair.new.value));
    for code in old.iter().filter(|code| !new.contains(code)) {
        let what = format!("the error code {code} does not come with {subject} any more");
        wire.changed(pair, CODE, what);
    }
    for code in new.iter().filter(|code| !old.contains(code)) {
        let what = format!("the error code {code} may come with {subject}");
        wire.changed(pair, CODE, what);
    }
}

fn compare_headers<'a>(wire: &mut Wire<'a>, headers: &Pair<'a>, subject: &str, name: &str) {
    for header in headers.keys() {
        let named = headers.get(header);
        if !named.new.is_there() {
            let what = format!("the header {header} of {subject} was removed");
            wire.removed(&named.old, FIELD_REMOVED.judge(Uses::RESPONSE), what);
            continue;
        }
        if !named.old.is_there() {
            let what = format!("the header {header} of {subject} was added");
            wire.added(&named.new, HEADER_ADDED, what);
            continue;
        }
        let pair = named.resolve();
        let label = format!("the header {header} of {subject}");
        let required = pair.get("required");
        match (required.old.is_true(), required.new.is_true()) {
            (true, false) => {
                let judgement = BECAME_OPTIONAL.judge(Uses::RESPONSE);
                wire.changed(&pair, judgement, format!("{label} is optional now"));
            }
            (false, true) => {
                let judgement = BECAME_REQUIRED.judge(Uses::RESPONSE);
                wire.changed(&pair, judgement, format!("{label} comes always now"));
            }
            _ => {}
        }
        wire.schemas.meet(
            pair.get("schema"),
            Uses::RESPONSE,
            &format!("{name}.{header}"),
        );
        documentation::compare(wire, &pair, &label, &["required", "schema"]);
    }
}
