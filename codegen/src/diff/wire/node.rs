//! A part of one of the two descriptions, with its place.

use serde_json::Value;

use crate::document::{Document, array, object};
use crate::source_map::child;

/// A value of a description; null for what is not there.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) pointer: String,
    pub(super) value: &'a Value,
    pub(super) document: Document<'a>,
}

impl<'a> Node<'a> {
    /// The whole description.
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            pointer: String::new(),
            value,
            document: Document(value),
        }
    }

    /// What stands under a key.
    pub(super) fn get(&self, key: &str) -> Self {
        self.at(child(&self.pointer, key), &self.value[key])
    }

    /// What a reference leads to, the value itself when it is none.
    pub(super) fn resolve(&self) -> Self {
        let (pointer, value) = self.document.resolve_at(&self.pointer, self.value);
        self.at(pointer, value)
    }

    /// The values of an object.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        object(self.value)
            .map(|(key, value)| (key.as_str(), self.at(child(&self.pointer, key), value)))
            .collect()
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Vec<Self> {
        array(self.value)
            .enumerate()
            .map(|(index, value)| self.at(child(&self.pointer, &index.to_string()), value))
            .collect()
    }

    /// One item of a list.
    pub(super) fn get_index(&self, index: usize) -> Self {
        self.at(child(&self.pointer, &index.to_string()), &self.value[index])
    }

    /// Whether there is anything.
    pub(super) fn is_there(&self) -> bool {
        !self.value.is_null()
    }

    /// The value as text, empty when it is none.
    pub(super) fn text(&self) -> &'a str {
        self.value.as_str().unwrap_or_default()
    }

    /// Whether the value is `true`.
    pub(super) fn is_true(&self) -> bool {
        *self.value == Value::Bool(true)
    }

    fn at(&self, pointer: String, value: &'a Value) -> Self {
        Self {
            pointer,
            value,
            document: self.document,
        }
    }
}

/// The same part of both descriptions.
#[derive(Clone, Debug)]
pub(super) struct Pair<'a> {
    pub(super) old: Node<'a>,
    pub(super) new: Node<'a>,
}

impl Pair<'_> {
    /// What stands under a key on both sides.
    pub(super) fn get(&self, key: &str) -> Self {
        Self {
            old: self.old.get(key),
            new: self.new.get(key),
        }
    }

    /// What both sides lead to.
    pub(super) fn resolve(&self) -> Self {
        Self {
            old: self.old.resolve(),
            new: self.new.resolve(),
        }
    }

    /// Whether both sides say the same.
    pub(super) fn is_same(&self) -> bool {
        self.old.value == self.new.value
    }

    /// The keys of both sides, each once.
    pub(super) fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = object(self.old.value).map(|(key, _)| &**key).collect();
        for (key, _) in object(self.new.value) {
            if !keys.contains(&&**key) {
                keys.push(key);
            }
        }
        keys
    }
}
