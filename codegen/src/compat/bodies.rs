//! Compares the bodies and headers of requests and responses, and the statuses of responses.

use super::comparison::{Comparison, SchemaPair, Subject};
use super::node::{Node, Pair};
use super::table::Kind;
use crate::document::{ERROR_CODES, texts};

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

impl<'a> Comparison<'a> {
    /// Compares the request body of an operation.
    pub(super) fn compare_request_body(
        &mut self,
        subject: &Subject,
        reference: &Pair<'a>,
        operation: &str,
    ) {
        let subject = subject.clone().in_request();
        let name = format!("the request body of `{operation}`");
        if self.compare_argument(&subject, reference, &name) {
            let body = reference.resolve();
            self.compare_required(body.are("required"), &subject, &body, &name);
            let label = format!("{operation}.request");
            self.compare_content(&subject, &body.get("content"), &name, &label);
            let subject = subject.in_rust_if(false);
            self.compare_rest(&subject, &body, &name, &[&["required", "content"]]);
        }
    }

    /// Compares every response of an operation.
    pub(super) fn compare_responses(
        &mut self,
        subject: &Subject,
        pair: &Pair<'a>,
        operation: &str,
    ) {
        let subject = subject.clone().in_response();
        let mut responses = pair.entries();
        responses.retain(|(status, _)| !status.starts_with("x-"));
        let (successes, errors): (Vec<_>, Vec<_>) = responses
            .into_iter()
            .partition(|(status, _)| is_success(status));
        self.compare_successes(&subject, pair, operation, &successes);
        for (status, response) in &errors {
            let verb = match response.exist() {
                (true, true) => {
                    self.compare_response(&subject, response, status, operation);
                    continue;
                }
                (false, _) => "may respond",
                _ => "no longer responds",
            };
            let what = format!("`{operation}` {verb} with {status}");
            self.record(Kind::ERROR_STATUS_CHANGED, &subject, response, what);
        }
    }

    fn compare_successes(
        &mut self,
        subject: &Subject,
        pair: &Pair<'a>,
        operation: &str,
        successes: &[(&str, Pair<'a>)],
    ) {
        let with = |exist| successes.iter().filter(move |(_, it)| it.exist() == exist);
        for (status, response) in with((true, true)) {
            self.compare_response(subject, response, status, operation);
        }
        let removed = with((true, false)).next();
        // Clients that expected this one expect every success.
        let any = successes
            .iter()
            .find(|(status, it)| it.old.exists() && status.eq_ignore_ascii_case("2XX"));
        let kind = any.map_or(Kind::SUCCESS_ADDED, |_| Kind::SUCCESS_REMOVED);
        for (status, added) in with((false, true)) {
            // A new status replaces one that is gone, or is one of those that were covered before.
            let before = removed.or(any).map(|(_, before)| &before.old);
            let replaced = before.map(|old| Pair::new(old, &added.new));
            if let Some(pair) = &replaced {
                self.compare_response(subject, pair, status, operation);
            }
            if let (Some((known, _)), Some(pair)) = (removed, &replaced) {
                let what =
                    format!("the success status of `{operation}` was {known} and is {status}");
                self.record(kind, subject, pair, what);
            } else {
                let what = format!("`{operation}` may respond with {status}, a success");
                self.record(kind, subject, added, what);
            }
        }
        if with((false, true)).next().is_none() {
            for (status, response) in with((true, false)) {
                let what = format!("`{operation}` no longer responds with {status}");
                self.record(Kind::SUCCESS_REMOVED, subject, response, what);
            }
        }
        // The method returns a body, none, or an Option of one.
        let have_bodies = |responses: &Node<'a>| {
            let mut responses = responses.entries();
            responses.retain(|(status, _)| is_success(status));
            let bodies = responses.iter().map(|(_, it)| it.resolve().has("content"));
            let bodies: Vec<bool> = bodies.collect();
            (bodies.contains(&true), bodies.contains(&false))
        };
        if have_bodies(&pair.old) != have_bodies(&pair.new) {
            let what = format!("which responses of `{operation}` have a body changed");
            self.record(Kind::RETURN_TYPE_CHANGED, subject, pair, what);
        }
    }

    fn compare_response(
        &mut self,
        subject: &Subject,
        reference: &Pair<'a>,
        status: &str,
        operation: &str,
    ) {
        let pair = reference.resolve();
        let component = pair.new.pointer.strip_prefix("/components/responses/");
        let (name, label) = match component {
            Some(name) => (format!("`{name}`"), name.to_owned()),
            None if is_success(status) => {
                (format!("of `{operation}`"), format!("{operation}.response"))
            }
            None => {
                let name = format!("{status} of `{operation}`");
                (name, format!("{operation}.{status}"))
            }
        };
        let name = format!("the response {name}");
        let codes = pair.get(ERROR_CODES);
        let lists = (texts(codes.old.value), texts(codes.new.value));
        let kinds = (Kind::ERROR_CODE_CHANGED, Kind::ERROR_CODE_CHANGED);
        self.compare_lists(kinds, subject, &codes, lists, |code, added| {
            let verb = if added { "may come" } else { "no longer comes" };
            format!("the error code {code} {verb} with {name}")
        });
        // The type of an error's body belongs to the client, not to the method.
        let mut of_body = subject.clone();
        of_body.item = of_body.item.filter(|_| is_success(status));
        self.compare_content(&of_body, &pair.get("content"), &name, &label);
        let subject = Subject::on_wire().in_response();
        // The generated crate does not have headers.
        for (header, reference) in pair.get("headers").entries() {
            let name = format!("the header {header} of {name}");
            let kinds = (Kind::FIELD_REMOVED, (Kind::HEADER_ADDED, "added"));
            if self.compare_presence(kinds, &subject, &reference, &name) {
                let pair = reference.resolve();
                self.compare_required(pair.are("required"), &subject, &pair, &name);
                let label = format!("{label}.{header}");
                self.add(SchemaPair::new(pair.get("schema"), &subject, label));
                self.compare_rest(&subject, &pair, &name, &[&["required", "schema"]]);
            }
        }
        let compared: &[&str] = &["content", "headers", ERROR_CODES];
        self.compare_rest(&subject, &pair, &name, &[compared]);
    }

    /// Compares every media type of a body. Its schema is called `label` unless it has a name of its own.
    fn compare_content(&mut self, subject: &Subject, content: &Pair<'a>, name: &str, label: &str) {
        for (media_type, pair) in content.entries() {
            // The constant of an operation has the media types of its request and its success.
            let in_constant = subject.in_rust_if(subject.item.is_some());
            let kinds = (Kind::MEDIA_TYPE_REMOVED, (Kind::MEDIA_TYPE_ADDED, "added"));
            let type_name = format!("{media_type} of {name}");
            if !self.compare_presence(kinds, &in_constant, &pair, &type_name) {
                continue;
            }
            let schema = pair.get("schema");
            if schema.old.exists() != schema.new.exists() {
                let what = format!("the schema of {name} was added or removed");
                self.record(Kind::TYPE_CHANGED, subject, &schema, what);
            }
            self.add(SchemaPair::new(schema, subject, label.to_owned()));
            self.compare_rest(&subject.in_rust_if(false), &pair, name, &[&["schema"]]);
        }
    }
}
