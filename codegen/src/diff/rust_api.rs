//! What differs between two generated files for those who compile against them.
//!
//! Signatures, fields, variants and traits are compared, not what functions do: what they send is compared
//! on the wire.

mod functions;
mod model;
mod read;
mod shown;
mod types;

use std::collections::BTreeSet;

use self::model::{Api, Implementation};
use super::origin::Origin;
use super::{Change, Side, Unreadable, Verdict, listed};
use crate::rule;
use crate::{Diagnostic, Position};

/// How many items are named of those whose documentation changed.
const NAMED: usize = 3;

/// A verdict, and why.
type Judgement = (Verdict, &'static str);

/// A change, and what to look for in the descriptions to find its places.
pub(super) struct Found {
    pub(super) change: Change,
    pub(super) in_old: Option<Origin>,
    pub(super) in_new: Option<Origin>,
}

/// Compares two generated files.
///
/// # Errors
///
/// When one of them is no Rust.
pub(super) fn compare(old_code: &str, new_code: &str) -> Result<Vec<Found>, Unreadable> {
    let old = read::read(old_code).map_err(|error| Unreadable::Old(vec![diagnostic(&error)]))?;
    let new = read::read(new_code).map_err(|error| Unreadable::New(vec![diagnostic(&error)]))?;
    let mut comparison = Comparison::new(&old, &new);
    functions::compare(&mut comparison);
    types::compare(&mut comparison);
    functions::compare_traits(&mut comparison);
    functions::compare_constants(&mut comparison);
    for (path, was) in &old.modules {
        if let Some(is) = new.modules.get(path) {
            comparison.said(path, &Origin::Type(path.clone()), was, is);
        }
    }
    Ok(comparison.finish())
}

fn diagnostic(error: &syn::Error) -> Diagnostic {
    Diagnostic {
        rule: rule::UNEXPECTED_CODE,
        start: Position::START,
        end: Position::START,
        pointer: String::new(),
        message: format!("the generated code is no Rust: {error}"),
        help: "generate it anew".to_owned(),
    }
}

/// Both sides, and what was found.
struct Comparison<'a> {
    old: &'a Api,
    new: &'a Api,
    found: Vec<Found>,
    /// What has other documentation, by its path.
    said: Vec<(String, Origin)>,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Api, new: &'a Api) -> Self {
        Self {
            old,
            new,
            found: Vec::new(),
            said: Vec::new(),
        }
    }

    fn added(&mut self, item: &str, origin: Origin, judgement: Judgement, what: String) {
        self.tell(item, None, Some(origin), judgement, what);
    }

    fn removed(&mut self, item: &str, origin: Origin, judgement: Judgement, what: String) {
        self.tell(item, Some(origin), None, judgement, what);
    }

    fn changed(&mut self, item: &str, origin: Origin, judgement: Judgement, what: String) {
        self.tell(item, Some(origin.clone()), Some(origin), judgement, what);
    }

    fn tell(
        &mut self,
        item: &str,
        in_old: Option<Origin>,
        in_new: Option<Origin>,
        (verdict, why): Judgement,
        what: String,
    ) {
        let change = Change {
            verdict,
            side: Side::Rust,
            what,
            why: why.to_owned(),
            item: Some(item.to_owned()),
            old: None,
            new: None,
        };
        self.found.push(Found {
            change,
            in_old,
            in_new,
        });
    }

    /// Notes other documentation, if it is. One description may be said of many items.
    fn said(&mut self, path: &str, origin: &Origin, was: &str, is: &str) {
        if was != is {
            self.said.push((path.to_owned(), origin.clone()));
        }
    }

    fn has_trait(&self, of: &str, path: &str) -> bool {
        let mut traits = self.old.traits.iter();
        traits.any(|known| known.of == of && known.for_type == path)
    }

    /// Whether the type that an item belongs to is gone.
    fn is_of_lost_type(&self, path: &str) -> bool {
        let holder = holder(path);
        self.old.types.contains_key(holder) && !self.new.types.contains_key(holder)
    }

    /// Whether the type that an item belongs to was not there before.
    fn is_of_new_type(&self, path: &str) -> bool {
        let holder = holder(path);
        !self.old.types.contains_key(holder) && self.new.types.contains_key(holder)
    }

    fn has_constant_on_one_side(&self, path: &str) -> bool {
        self.old.constants.contains_key(path) != self.new.constants.contains_key(path)
    }

    /// Whether a constant describes an operation whose method comes or goes with it.
    fn has_method_of(&self, path: &str) -> bool {
        let Some(name) = path.strip_prefix("operations::") else {
            return false;
        };
        let method = format!("Client::{}", name.to_ascii_lowercase());
        self.old.functions.contains_key(&method) != self.new.functions.contains_key(&method)
    }

    fn is_about_type_of_one_side(&self, implementation: &Implementation) -> bool {
        let names = |api: &Api| -> BTreeSet<String> {
            let paths = api.types.keys();
            paths
                .filter_map(|path| path.rsplit("::").next().map(str::to_owned))
                .collect()
        };
        let (old, new) = (names(self.old), names(self.new));
        let mut one_side = old.symmetric_difference(&new);
        one_side.any(|name| implementation.names.contains(name))
    }

    fn finish(mut self) -> Vec<Found> {
        let said = std::mem::take(&mut self.said);
        let Some((first, origin)) = said.first().cloned() else {
            return self.found;
        };
        let mut named: Vec<String> = said.iter().map(|(path, _)| format!("`{path}`")).collect();
        named.dedup();
        if named.len() > NAMED {
            let more = named.len() - NAMED + 1;
            named.truncate(NAMED - 1);
            named.push(format!("{more} more"));
        }
        let judgement = (Verdict::Documentation, "code compiles and works as before");
        let what = format!("the documentation of {} changed", listed(&named));
        self.changed(&first, origin, judgement, what);
        self.found
    }
}

fn holder(path: &str) -> &str {
    path.rsplit_once("::").map_or("", |(holder, _)| holder)
}
