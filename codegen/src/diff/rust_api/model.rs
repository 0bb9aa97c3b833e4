//! What a generated file lets its users write.

use std::collections::{BTreeMap, BTreeSet};

/// The public items of a file, by their paths.
#[derive(Debug, Default)]
pub(super) struct Api {
    pub(super) types: BTreeMap<String, Type>,
    pub(super) functions: BTreeMap<String, Function>,
    pub(super) constants: BTreeMap<String, Constant>,
    /// Traits and the types that have them.
    pub(super) traits: BTreeSet<Implementation>,
    /// Public modules and what is said of them.
    pub(super) modules: BTreeMap<String, String>,
}

/// A struct, an enum or an alias.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) shape: Shape,
    pub(super) non_exhaustive: bool,
    /// serde's attributes, by name.
    pub(super) serde: BTreeMap<String, String>,
    pub(super) docs: String,
}

/// What a type is made of.
#[derive(Debug)]
pub(super) enum Shape {
    /// Fields with names.
    Struct(Vec<Member>),
    /// Fields without names, as they are written.
    Tuple(Vec<Member>),
    /// Variants.
    Enum(Vec<Member>),
    /// Another type.
    Alias(String),
}

impl Shape {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Struct(_) => "struct",
            Self::Tuple(_) => "tuple struct",
            Self::Enum(_) => "enum",
            Self::Alias(_) => "alias",
        }
    }
}

/// A field or a variant.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// The type of a field; what a variant holds.
    pub(super) holds: String,
    pub(super) is_public: bool,
    pub(super) serde: BTreeMap<String, String>,
    pub(super) docs: String,
}

impl Member {
    /// What the API calls it: as serde is told, or as the documentation of a variant begins.
    pub(super) fn wire_name(&self) -> String {
        let told = self.serde.get("rename").map(|name| name.trim_matches('"'));
        let first = || self.docs.trim().strip_prefix('`')?.split_once('`');
        told.or_else(|| first().map(|(name, _)| name))
            .unwrap_or(&self.name)
            .to_owned()
    }
}

/// A function or method.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) arguments: Vec<Argument>,
    /// All else of the signature: `async`, generics, `self` and what it returns.
    pub(super) receiver: String,
    pub(super) modifiers: String,
    pub(super) output: String,
    pub(super) docs: String,
}

/// An argument of a function.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) of: String,
}

/// A constant or static.
#[derive(Debug)]
pub(super) struct Constant {
    pub(super) of: String,
    /// The fields of its value, or all of it without a name.
    pub(super) value: BTreeMap<String, String>,
    pub(super) docs: String,
}

/// A trait and a type that has it, by `derive` or by `impl`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Implementation {
    pub(super) of: String,
    pub(super) for_type: String,
    /// Every name that occurs in either.
    pub(super) names: Vec<String>,
}
