//! A part of a version of the document with its pointer, and the same part of both versions.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, array, object};
use crate::source_map::child;

/// Deeper than this, a schema contains itself.
pub(super) const DEEPEST: usize = 32;

/// A value of a document; null if there is none.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) pointer: String,
    pub(super) value: &'a Value,
    pub(super) document: Document<'a>,
}

impl Default for Node<'_> {
    fn default() -> Self {
        Self::root(&Value::Null)
    }
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

    /// Returns the values of an object by their keys.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        let keys = object(self.value).map(|(key, _)| key.as_str());
        keys.map(|key| (key, self.get(key))).collect()
    }

    pub(super) fn items(&self) -> Vec<Self> {
        let items = array(self.value).enumerate();
        items
            .map(|(index, value)| self.at(child(&self.pointer, &index.to_string()), value))
            .collect()
    }

    pub(super) fn exists(&self) -> bool {
        !self.value.is_null()
    }

    /// Returns the value of a keyword as a text, empty if it is something else.
    pub(super) fn text(&self, key: &str) -> &'a str {
        self.value[key].as_str().unwrap_or_default()
    }

    /// Returns true if the object has a keyword.
    pub(super) fn has(&self, key: &str) -> bool {
        !self.value[key].is_null()
    }

    /// Returns true if the value of a keyword is true.
    pub(super) fn is(&self, key: &str) -> bool {
        self.value[key] == true
    }

    /// Returns the value as it stands in a message.
    pub(super) fn render(&self) -> String {
        match self.value {
            Value::Null => "none".to_owned(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        }
    }

    /// Returns the name of a schema in the components.
    pub(super) fn schema_name(&self) -> Option<&str> {
        let name = self.pointer.strip_prefix("/components/schemas/")?;
        (!name.contains('/')).then_some(name)
    }

    /// Returns a schema and those that it is an alias of, the last of which is not one.
    pub(super) fn alias_chain(&self) -> Vec<Self> {
        let mut chain = vec![self.clone()];
        let mut last = self.clone();
        for _ in 0..DEEPEST {
            let next = match &last.get("allOf").items()[..] {
                _ if last.has("$ref") => last.resolve(),
                [part] if !last.has("properties") => part.clone(),
                _ => break,
            };
            if next.pointer == last.pointer {
                break;
            }
            chain.push(next.clone());
            last = next;
        }
        chain
    }

    /// Returns the pointers of what the operations of a document refer to, directly or through others.
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
            queue.extend(object(value).map(|(_, part)| part).chain(array(value)));
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

    pub(super) fn get(&self, key: &str) -> Self {
        Self {
            old: self.old.get(key),
            new: self.new.get(key),
        }
    }

    /// Returns the values of both objects by their keys.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        let entries = matching(&self.old.entries(), &self.new.entries()).into_iter();
        entries
            .map(|(key, old, new)| (key, Self { old, new }))
            .collect()
    }

    /// Returns the values of a keyword if they differ.
    pub(super) fn changed(&self, key: &str) -> Option<Self> {
        Some(self.get(key)).filter(|part| !part.is_same())
    }

    pub(super) fn resolve(&self) -> Self {
        Self {
            old: self.old.resolve(),
            new: self.new.resolve(),
        }
    }

    pub(super) fn exist(&self) -> (bool, bool) {
        (self.old.exists(), self.new.exists())
    }

    pub(super) fn are(&self, key: &str) -> (bool, bool) {
        (self.old.is(key), self.new.is(key))
    }

    pub(super) fn is_same(&self) -> bool {
        self.old.value == self.new.value
    }

    /// Returns the part of the new version, or else that of the old one.
    pub(super) fn latest(&self) -> &Node<'a> {
        if self.new.exists() {
            &self.new
        } else {
            &self.old
        }
    }
}

/// Matches the entries of two lists by their keys: those of the old list, then those that only the new one has.
pub(super) fn matching<K: Clone + PartialEq, V: Clone + Default>(
    old: &[(K, V)],
    new: &[(K, V)],
) -> Vec<(K, V, V)> {
    let find = |of: &[(K, V)], key: &K| {
        let found = of.iter().find(|(other, _)| other == key);
        found.map(|(_, value)| value.clone())
    };
    let is_new = |(key, _): &&(K, V)| find(old, key).is_none();
    let keys = old.iter().chain(new.iter().filter(is_new));
    let value = |of: &[(K, V)], key: &K| find(of, key).unwrap_or_default();
    keys.map(|(key, _)| (key.clone(), value(old, key), value(new, key)))
        .collect()
}

/// Returns true if what both lists have is in another order in the new one.
pub(super) fn is_reordered<K: PartialEq, V>(old: &[(K, V)], new: &[(K, V)]) -> bool {
    let find = |key: &K| new.iter().position(|(other, _)| other == key);
    !old.iter().filter_map(|(key, _)| find(key)).is_sorted()
}
