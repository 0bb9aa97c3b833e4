//! Compares types, their fields and their variants.

use std::collections::BTreeMap;

use super::model::{Member, Shape, Type};
use super::{Comparison, Judgement};
use crate::diff::Verdict::{Breaking, Compatible, Documentation};
use crate::diff::origin::Origin;

const TYPE_ADDED: Judgement = (Compatible, "nobody could name it before");
const TYPE_REMOVED: Judgement = (Breaking, "code that names it does not compile");
const OTHER_KIND: Judgement = (
    Breaking,
    "code that makes one or takes one apart does not compile",
);
const EXHAUSTIVE: Judgement = (
    Compatible,
    "code that expects more than there is still compiles",
);
const NOT_EXHAUSTIVE: Judgement = (
    Breaking,
    "code that lists all of its fields or variants does not compile",
);
const FIELD_ADDED: Judgement = (
    Breaking,
    "code that makes one has to name every field, since it is not #[non_exhaustive]",
);
const FIELD_ADDED_UNSEEN: Judgement = (
    Compatible,
    "nobody else can name every field: it is #[non_exhaustive], or has private ones",
);
const FIELD_REMOVED: Judgement = (Breaking, "code that names the field does not compile");
const FIELD_RETYPED: Judgement = (
    Breaking,
    "code that sets or reads the field may not compile",
);
const FIELD_HIDDEN: Judgement = (Breaking, "code that names the field does not compile");
const FIELD_SHOWN: Judgement = (Compatible, "nobody could name it before");
const VARIANT_ADDED: Judgement = (
    Breaking,
    "a match on it misses the variant, since it is not #[non_exhaustive]",
);
const VARIANT_ADDED_UNSEEN: Judgement = (
    Compatible,
    "it is #[non_exhaustive]: every match has an arm for more",
);
const VARIANT_REMOVED: Judgement = (Breaking, "code that names the variant does not compile");
const REORDERED_FIELDS: Judgement = (Documentation, "only where it is printed, the order is seen");
const REORDERED_VARIANTS: Judgement = (
    Compatible,
    "code compiles, but values compare and sort in the order of their variants",
);
const WRITTEN_OTHERWISE: Judgement = (Breaking, "JSON that was written before reads otherwise");
const STRICTER: Judgement = (Breaking, "JSON that was read before may be refused");
const LESS_STRICT: Judgement = (Compatible, "JSON that was read before is still read");

/// Compares every type that is on either side.
pub(super) fn compare(comparison: &mut Comparison<'_>) {
    let (old, new) = (comparison.old, comparison.new);
    for (path, was) in &old.types {
        let Some(is) = new.types.get(path) else {
            let what = format!("the {} `{path}` was removed", was.shape.kind());
            comparison.removed(path, origin(path), TYPE_REMOVED, what);
            continue;
        };
        compare_one(comparison, path, was, is);
    }
    for (path, is) in &new.types {
        if !old.types.contains_key(path) {
            let what = format!("the {} `{path}` was added", is.shape.kind());
            comparison.added(path, origin(path), TYPE_ADDED, what);
        }
    }
}

fn name(path: &str) -> String {
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

fn origin(path: &str) -> Origin {
    Origin::Type(name(path))
}

fn compare_one(comparison: &mut Comparison<'_>, path: &str, was: &Type, is: &Type) {
    comparison.said(path, &origin(path), &was.docs, &is.docs);
    let mut changed = |judgement, what: String| {
        comparison.changed(path, origin(path), judgement, what);
    };
    match (&was.shape, &is.shape) {
        (Shape::Struct(_), Shape::Struct(_)) | (Shape::Enum(_), Shape::Enum(_)) => {}
        (Shape::Tuple(old), Shape::Tuple(new)) => {
            let held = |members: &[Member]| -> Vec<String> {
                let seen = members
                    .iter()
                    .map(|member| (member.is_public, &member.holds));
                seen.map(|seen| format!("{seen:?}")).collect()
            };
            if held(old) != held(new) {
                changed(OTHER_KIND, format!("`{path}` holds something else now"));
            }
        }
        (Shape::Alias(old), Shape::Alias(new)) if old == new => {}
        (Shape::Alias(old), Shape::Alias(new)) => {
            changed(OTHER_KIND, format!("`{path}` was {old} and is {new}"));
        }
        (old, new) => {
            let what = format!("`{path}` was a {} and is a {}", old.kind(), new.kind());
            return changed(OTHER_KIND, what);
        }
    }
    match (was.non_exhaustive, is.non_exhaustive) {
        (false, true) => changed(NOT_EXHAUSTIVE, format!("`{path}` is #[non_exhaustive] now")),
        (true, false) => {
            let what = format!("`{path}` is not #[non_exhaustive] any more");
            changed(EXHAUSTIVE, what);
        }
        _ => {}
    }
    for (judgement, what) in serde_changes(&was.serde, &is.serde) {
        changed(judgement, format!("`{path}` {what}"));
    }
    let reads_alike = was.serde.contains_key("from") == is.serde.contains_key("from");
    match (&was.shape, &is.shape) {
        (Shape::Struct(old), Shape::Struct(new)) => {
            compare_fields(comparison, path, was.non_exhaustive, old, new);
        }
        (Shape::Enum(old), Shape::Enum(new)) => {
            compare_variants(comparison, path, was.non_exhaustive, old, new);
            if reads_alike {
                compare_values(comparison, path, old, new);
            }
        }
        _ => {}
    }
}

fn compare_fields(
    comparison: &mut Comparison<'_>,
    path: &str,
    non_exhaustive: bool,
    old: &[Member],
    new: &[Member],
) {
    let unseen = non_exhaustive || old.iter().any(|field| !field.is_public);
    for was in old {
        let label = format!("{path}.{}", was.name);
        let Some(is) = new.iter().find(|is| is.name == was.name) else {
            if was.is_public {
                let what = format!("the field `{label}` was removed");
                comparison.removed(&label, member_origin(path, was), FIELD_REMOVED, what);
            }
            continue;
        };
        comparison.said(&label, &member_origin(path, is), &was.docs, &is.docs);
        compare_json(comparison, path, &label, was, is);
        let mut changed = |judgement, what: String| {
            comparison.changed(&label, member_origin(path, is), judgement, what);
        };
        match (was.is_public, is.is_public) {
            (true, false) => changed(FIELD_HIDDEN, format!("the field `{label}` is private now")),
            (false, true) => changed(FIELD_SHOWN, format!("the field `{label}` is public now")),
            (true, true) if was.holds != is.holds => {
                let what = format!("the field `{label}` was {} and is {}", was.holds, is.holds);
                changed(FIELD_RETYPED, what);
            }
            _ => {}
        }
    }
    for is in new {
        if !old.iter().any(|was| was.name == is.name) {
            let judgement = if unseen {
                FIELD_ADDED_UNSEEN
            } else {
                FIELD_ADDED
            };
            let label = format!("{path}.{}", is.name);
            let what = format!("the field `{label}`, {}, was added", is.holds);
            comparison.added(&label, member_origin(path, is), judgement, what);
        }
    }
    if are_reordered(old, new) {
        let what = format!("the fields of `{path}` come in another order");
        comparison.changed(path, origin(path), REORDERED_FIELDS, what);
    }
}

fn compare_variants(
    comparison: &mut Comparison<'_>,
    path: &str,
    non_exhaustive: bool,
    old: &[Member],
    new: &[Member],
) {
    for was in old {
        let label = format!("{path}::{}", was.name);
        let Some(is) = new.iter().find(|is| is.name == was.name) else {
            let what = format!("the variant `{label}` was removed");
            comparison.removed(&label, member_origin(path, was), VARIANT_REMOVED, what);
            continue;
        };
        comparison.said(&label, &member_origin(path, is), &was.docs, &is.docs);
        if was.holds != is.holds {
            let what = format!("the variant `{label}` holds something else now");
            comparison.changed(&label, member_origin(path, is), OTHER_KIND, what);
        }
    }
    for is in new {
        if !old.iter().any(|was| was.name == is.name) {
            let judgement = if non_exhaustive {
                VARIANT_ADDED_UNSEEN
            } else {
                VARIANT_ADDED
            };
            let label = format!("{path}::{}", is.name);
            let what = format!("the variant `{label}` was added");
            comparison.added(&label, member_origin(path, is), judgement, what);
        }
    }
    if are_reordered(old, new) && comparison.has_trait("PartialOrd", path) {
        let what = format!("the variants of `{path}` come in another order");
        comparison.changed(path, origin(path), REORDERED_VARIANTS, what);
    }
}

fn member_origin(path: &str, member: &Member) -> Origin {
    Origin::Member(name(path), member.wire_name())
}

/// Compares how variants are read and written.
fn compare_values(comparison: &mut Comparison<'_>, path: &str, old: &[Member], new: &[Member]) {
    for was in old {
        if let Some(is) = new.iter().find(|is| is.name == was.name) {
            let label = format!("{path}::{}", was.name);
            compare_json(comparison, path, &label, was, is);
        }
    }
}

fn compare_json(
    comparison: &mut Comparison<'_>,
    path: &str,
    label: &str,
    was: &Member,
    is: &Member,
) {
    for (judgement, what) in serde_changes(&was.serde, &is.serde) {
        // An absent Option is None, whatever its default was.
        if judgement == STRICTER && is.holds.starts_with("Option<") {
            continue;
        }
        let what = format!("`{label}` {what}");
        comparison.changed(label, member_origin(path, is), judgement, what);
    }
}

/// Whether those that are on both sides come in another order.
fn are_reordered(old: &[Member], new: &[Member]) -> bool {
    fn common<'m>(of: &'m [Member], others: &[Member]) -> Vec<&'m str> {
        let is_common = |member: &&Member| others.iter().any(|other| other.name == member.name);
        let members = of.iter().filter(is_common);
        members.map(|member| &*member.name).collect()
    }
    common(old, new) != common(new, old)
}

/// What changes in how JSON is read and written.
fn serde_changes(
    was: &BTreeMap<String, String>,
    is: &BTreeMap<String, String>,
) -> Vec<(Judgement, String)> {
    let mut changes = Vec::new();
    let mut keys: Vec<&String> = was.keys().chain(is.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (old, new) = (was.get(key), is.get(key));
        if old == new {
            continue;
        }
        let judgement = match (key.as_str(), old.is_some(), new.is_some()) {
            ("default", true, false) | ("deny_unknown_fields", false, true) => STRICTER,
            ("default", _, true) | ("deny_unknown_fields", _, _) => LESS_STRICT,
            // These come and go with what was compared above.
            ("deserialize_with" | "skip_serializing_if" | "from" | "into", _, _) => continue,
            _ => WRITTEN_OTHERWISE,
        };
        let what = match (key.as_str(), new) {
            ("rename", Some(name)) => format!("is {name} in JSON now"),
            ("default", Some(_)) if old.is_some() => "has another default in JSON".to_owned(),
            ("default", Some(_)) => "may be absent from JSON, with a default".to_owned(),
            ("default", None) => "must not be absent from JSON any more".to_owned(),
            ("deny_unknown_fields", Some(_)) => {
                "does not read JSON with other fields any more".to_owned()
            }
            ("deny_unknown_fields", None) => "reads JSON with other fields as well".to_owned(),
            (key, _) => format!("is read and written otherwise: serde's {key} changed"),
        };
        changes.push((judgement, what));
    }
    changes
}
