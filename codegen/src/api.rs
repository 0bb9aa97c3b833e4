//! The typed model of a fragment: what the client is generated from.
//!
//! Building it is the one place where the generator's limits are checked. A shape that it does not support is
//! a diagnostic at its span; all of them are reported at once.

mod names;
mod operations;
mod schemas;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

pub(crate) use self::names::is_keyword;
pub(crate) use self::operations::{Location, Operation, Parameter};
pub(crate) use self::schemas::{Field, Kind, Schema, Type, Variant};
use crate::document::Document;
use crate::source_map::SourceMap;
use crate::{Diagnostic, Rule};

/// A fragment whose every shape the generator supports.
#[derive(Debug)]
pub(crate) struct Api<'a> {
    /// Path of the first server, without a trailing slash: `/api/atlas/v1.0`.
    pub(crate) base_path: &'a str,
    /// In the order of the file.
    pub(crate) operations: Vec<Operation<'a>>,
    /// The schemas that operations reach, by name.
    pub(crate) schemas: BTreeMap<String, Schema<'a>>,
}

impl<'a> Api<'a> {
    /// Builds the model of a fragment whose structure is sound.
    ///
    /// # Errors
    ///
    /// A diagnostic for each shape that the generator does not support.
    pub(crate) fn build(source: &'a SourceMap) -> Result<Self, Vec<Diagnostic>> {
        let document = Document(&source.value);
        let mut builder = Builder {
            source,
            document,
            schemas: BTreeMap::new(),
            inline: BTreeMap::new(),
            queued: BTreeSet::new(),
            pending: VecDeque::new(),
            reported: BTreeSet::new(),
            diagnostics: Vec::new(),
        };
        let operations = builder.operations();
        builder.finish_schemas();
        builder.mark_usage(&operations);
        builder.check_response_defaults();
        builder.check_default_functions();
        if !builder.diagnostics.is_empty() {
            return Err(builder.diagnostics);
        }
        Ok(Self {
            base_path: document.first_server().map_or("", |(_, path)| path),
            operations,
            schemas: builder.schemas,
        })
    }
}

/// A model under construction.
struct Builder<'a> {
    source: &'a SourceMap,
    document: Document<'a>,
    schemas: BTreeMap<String, Schema<'a>>,
    /// Names given to schemas that are written where they are used, with their pointer and value.
    inline: BTreeMap<String, (String, &'a Value)>,
    /// Names of the schemas that were referred to.
    queued: BTreeSet<String>,
    /// Those of them that are still to be read.
    pending: VecDeque<(String, String, &'a Value)>,
    /// What was reported: a shared component is met once for each reference to it.
    reported: BTreeSet<(&'static str, String, String)>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder<'_> {
    fn report(&mut self, rule: Rule, pointer: &str, message: impl Into<String>, help: &str) {
        let message = message.into();
        let key = (rule.name, pointer.to_owned(), message.clone());
        if self.reported.insert(key) {
            let diagnostic = self.source.diagnostic(rule, pointer, message, help);
            self.diagnostics.push(diagnostic);
        }
    }

    /// Marks every schema that requests write and responses read, however deep, and drops the others.
    fn mark_usage(&mut self, operations: &[Operation<'_>]) {
        let mut requests = BTreeSet::new();
        let mut responses = BTreeSet::new();
        for operation in operations {
            for parameter in &operation.parameters {
                parameter.ty.collect_names(&mut requests);
            }
            if let Some(body) = &operation.body {
                body.ty.collect_names(&mut requests);
            }
            let errors = operation.errors.iter().filter_map(|it| it.ty.as_ref());
            for ty in errors.chain(&operation.success.ty) {
                ty.collect_names(&mut responses);
            }
        }
        for name in self.reach(requests) {
            if let Some(schema) = self.schemas.get_mut(&name) {
                schema.in_request = true;
            }
        }
        for name in self.reach(responses) {
            if let Some(schema) = self.schemas.get_mut(&name) {
                schema.in_response = true;
            }
        }
        // Empty responses need no type.
        self.schemas
            .retain(|_, schema| schema.in_request || schema.in_response);
    }

    fn reach(&self, names: BTreeSet<String>) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<String> = names.into_iter().collect();
        while let Some(name) = open.pop() {
            if let Some(schema) = self.schemas.get(&name)
                && reached.insert(name)
            {
                let mut names = BTreeSet::new();
                schema.kind.collect_names(&mut names);
                open.extend(names);
            }
        }
        reached
    }
}
