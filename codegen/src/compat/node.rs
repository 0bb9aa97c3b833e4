//! A part of a version of the document with its pointer, and the same part of both versions.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, array, object};
use crate::source_map::child;

/// A value of a document; null if there is none.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) pointer: String,
    pub(super) value: &'a Value,
    pub(super) document: Document<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            pointer: String::new(),
            value,
            document: Document(value),
        }
    }

    fn at(&self, pointer: String, value: &'a Value) -> Self {
        Self {
            pointer,
            value,
            document: self.document,
        }
    }

    pub(super) fn get(&self, key: &str) -> Self {
        self.at(child(&self.pointer, key), &self.value[key])
    }

    /// Follows references.
    pub(super) fn resolve(&self) -> Self {
        let (pointer, value) = self.document.resolve_at(&self.pointer, self.value);
        self.at(pointer, value)
    }

    /// The values of an object without its extensions.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        object(self.value)
            .map(|(key, value)| (key.as_str(), self.at(child(&self.pointer, key), value)))
            .collect()
    }

    pub(super) fn items(&self) -> Vec<Self> {
        array(self.value)
            .enumerate()
            .map(|(index, value)| self.at(child(&self.pointer, &index.to_string()), value))
            .collect()
    }

    pub(super) fn exists(&self) -> bool {
        !self.value.is_null()
    }

    /// A value that does not exist.
    pub(super) fn missing(&self) -> Self {
        self.at(String::new(), &Value::Null)
    }

    /// The value as a text, empty if it is something else.
    pub(super) fn text(&self) -> &'a str {
        self.value.as_str().unwrap_or_default()
    }

    /// The value in a message.
    pub(super) fn shown(&self) -> String {
        match self.value {
            Value::Null => "none".to_owned(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        }
    }

    pub(super) fn is_true(&self) -> bool {
        *self.value == Value::Bool(true)
    }

    /// The name of a schema in the components.
    pub(super) fn schema_name(&self) -> Option<&str> {
        let name = self.pointer.strip_prefix("/components/schemas/")?;
        (!name.contains('/')).then_some(name)
    }

    /// The pointers of what the operations refer to, directly or through others.
    pub(super) fn used_components(&self) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        let mut queue: Vec<&Value> = vec![&self.value["paths"]];
        while let Some(value) = queue.pop() {
            for reference in self.document.references(value) {
                let pointer = reference.trim_start_matches('#').to_owned();
                if let Some(target) = self.value.pointer(&pointer)
                    && used.insert(pointer)
                {
                    queue.push(target);
                }
            }
            queue.extend(object(value).map(|(_, part)| part));
            queue.extend(array(value));
        }
        used
    }
}

/// The same part of the old and the new version.
#[derive(Clone, Debug)]
pub(super) struct Pair<'a> {
    pub(super) old: Node<'a>,
    pub(super) new: Node<'a>,
}

impl<'a> Pair<'a> {
    pub(super) fn new(old: &Node<'a>, new: &Node<'a>) -> Self {
        Self {
            old: old.clone(),
            new: new.clone(),
        }
    }

    /// A part that only the new version has.
    pub(super) fn added(new: &Node<'a>) -> Self {
        Self::new(&new.missing(), new)
    }

    /// A part that only the old version has.
    pub(super) fn removed(old: &Node<'a>) -> Self {
        Self::new(old, &old.missing())
    }

    pub(super) fn get(&self, key: &str) -> Self {
        Self::new(&self.old.get(key), &self.new.get(key))
    }

    /// The values of a keyword, if they differ.
    pub(super) fn changed(&self, key: &str) -> Option<Self> {
        (self.old.value[key] != self.new.value[key]).then(|| self.get(key))
    }

    pub(super) fn resolve(&self) -> Self {
        Self::new(&self.old.resolve(), &self.new.resolve())
    }

    pub(super) fn exist(&self) -> (bool, bool) {
        (self.old.exists(), self.new.exists())
    }

    pub(super) fn is_true(&self) -> (bool, bool) {
        (self.old.is_true(), self.new.is_true())
    }

    pub(super) fn is_same(&self) -> bool {
        self.old.value == self.new.value
    }

    /// The keys of both versions, each once.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        let mut keys: Vec<&str> = object(self.old.value).map(|(key, _)| &**key).collect();
        for (key, _) in object(self.new.value) {
            if !keys.contains(&&**key) {
                keys.push(key);
            }
        }
        keys
    }
}
