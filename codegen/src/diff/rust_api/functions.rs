//! Compares methods, functions, constants and traits.

use super::model::{Argument, Constant, Function, Implementation};
use super::{Comparison, Judgement};
use crate::diff::Verdict::{Breaking, Compatible, Documentation};
use crate::diff::listed;
use crate::diff::origin::Origin;

const ADDED: Judgement = (Compatible, "nobody could call it before");
const REMOVED: Judgement = (Breaking, "code that calls it does not compile");
const ARGUMENTS: Judgement = (
    Breaking,
    "calls with the arguments of before do not compile",
);
const SWAPPED: Judgement = (Breaking, "calls compile, but pass each value as the other");
const RENAMED: Judgement = (Documentation, "a call does not name its arguments");
const RETURNS: Judgement = (Breaking, "code that takes what it returned may not compile");
const CALLED_OTHERWISE: Judgement = (Breaking, "it is called in another way");
const NAME_ADDED: Judgement = (Compatible, "nobody could name it before");
const NAME_REMOVED: Judgement = (Breaking, "code that names it does not compile");
const RETYPED: Judgement = (Breaking, "code that uses it may not compile");
const TELLS_OTHERWISE: Judgement = (
    Compatible,
    "code compiles as before and reads another value",
);
const GOES_ELSEWHERE: Judgement = (
    Breaking,
    "code compiles as before, and its calls do something else",
);
const SUMMARY: Judgement = (Documentation, "only its summary is another");
const TRAIT_ADDED: Judgement = (Compatible, "what it could do before, it still can");
const TRAIT_REMOVED: Judgement = (Breaking, "code that relies on the trait does not compile");

/// Lists of what is told one by one already.
const LISTS: &[&str] = &["::KNOWN", "operations::ALL"];

/// Compares every function and method.
pub(super) fn compare(comparison: &mut Comparison<'_>) {
    let (old, new) = (comparison.old, comparison.new);
    for (path, was) in &old.functions {
        match new.functions.get(path) {
            Some(is) => compare_one(comparison, path, was, is),
            None if comparison.is_of_lost_type(path) => {}
            None => {
                let what = format!("{} was removed", with_constant(comparison, path));
                comparison.removed(path, origin(path), REMOVED, what);
            }
        }
    }
    for path in new.functions.keys() {
        if !old.functions.contains_key(path) && !comparison.is_of_new_type(path) {
            let what = format!("{} was added", with_constant(comparison, path));
            comparison.added(path, origin(path), ADDED, what);
        }
    }
}

/// A method, with the description of its operation if that comes and goes with it.
fn with_constant(comparison: &Comparison<'_>, path: &str) -> String {
    match constant_of(path) {
        Some(constant) if comparison.has_constant_on_one_side(&constant) => {
            format!("the method `{path}`, with `{constant}`,")
        }
        _ => format!("the method `{path}`"),
    }
}

fn constant_of(method: &str) -> Option<String> {
    let name = method.strip_prefix("Client::")?;
    Some(format!("operations::{}", name.to_ascii_uppercase()))
}

fn origin(path: &str) -> Origin {
    match path.rsplit_once("::") {
        Some(("Client", name)) => Origin::Method(name.to_owned()),
        Some((holder, _)) => Origin::Type(holder.rsplit("::").next().unwrap_or(holder).to_owned()),
        None => Origin::Type(path.to_owned()),
    }
}

fn compare_one(comparison: &mut Comparison<'_>, path: &str, was: &Function, is: &Function) {
    comparison.said(path, &origin(path), &was.docs, &is.docs);
    let mut changed = |judgement, what: String| {
        comparison.changed(path, origin(path), judgement, what);
    };
    if was.modifiers != is.modifiers || was.receiver != is.receiver {
        let shown =
            |function: &Function| format!("({} … {})", function.modifiers, function.receiver);
        let what = format!("`{path}` was {} and is {}", shown(was), shown(is));
        changed(CALLED_OTHERWISE, what);
    }
    if was.output != is.output {
        let what = format!(
            "`{path}` returned {} and returns {}",
            was.output.trim_start_matches("-> "),
            is.output.trim_start_matches("-> ")
        );
        changed(RETURNS, what);
    }
    if was.arguments != is.arguments {
        let (judgement, what) = compare_arguments(&was.arguments, &is.arguments);
        changed(judgement, format!("`{path}` {what}"));
    }
}

fn compare_arguments(was: &[Argument], is: &[Argument]) -> (Judgement, String) {
    let types = |of: &[Argument]| of.iter().map(|it| it.of.clone()).collect::<Vec<_>>();
    let sorted = |of: &[Argument]| {
        let mut names: Vec<String> = of.iter().map(|it| it.name.clone()).collect();
        names.sort();
        names
    };
    let lost: Vec<String> = told(was, is);
    let come: Vec<String> = told(is, was);
    if types(was) == types(is) {
        if sorted(was) == sorted(is) {
            return (SWAPPED, "takes its arguments in another order".to_owned());
        }
        let what = format!("calls its argument {} now {}", listed(&lost), listed(&come));
        return (RENAMED, what);
    }
    let what = match (lost.is_empty(), come.is_empty()) {
        (true, true) => "takes its arguments in another order".to_owned(),
        (true, false) => format!("takes the argument {}", listed(&come)),
        (false, true) => format!("does not take the argument {} any more", listed(&lost)),
        (false, false) => format!(
            "takes the argument {} instead of {}",
            listed(&come),
            listed(&lost)
        ),
    };
    (ARGUMENTS, what)
}

/// The arguments that are not on the other side.
fn told(of: &[Argument], other: &[Argument]) -> Vec<String> {
    of.iter()
        .filter(|argument| !other.contains(argument))
        .map(|argument| format!("`{}: {}`", argument.name, argument.of))
        .collect()
}

/// Compares every constant and static.
pub(super) fn compare_constants(comparison: &mut Comparison<'_>) {
    let (old, new) = (comparison.old, comparison.new);
    for (path, was) in &old.constants {
        match new.constants.get(path) {
            Some(is) => compare_constant(comparison, path, was, is),
            None if comparison.is_of_lost_type(path) || comparison.has_method_of(path) => {}
            None => {
                let what = format!("the constant `{path}` was removed");
                comparison.removed(path, constant_origin(path), NAME_REMOVED, what);
            }
        }
    }
    for path in new.constants.keys() {
        let known = old.constants.contains_key(path);
        if !known && !comparison.is_of_new_type(path) && !comparison.has_method_of(path) {
            let what = format!("the constant `{path}` was added");
            comparison.added(path, constant_origin(path), NAME_ADDED, what);
        }
    }
}

fn constant_origin(path: &str) -> Origin {
    match path.strip_prefix("operations::") {
        Some(name) => Origin::Method(name.to_ascii_lowercase()),
        None => origin(path),
    }
}

fn compare_constant(comparison: &mut Comparison<'_>, path: &str, was: &Constant, is: &Constant) {
    if was.of != is.of {
        let what = format!("`{path}` was {} and is {}", was.of, is.of);
        comparison.changed(path, constant_origin(path), RETYPED, what);
        return;
    }
    if LISTS.iter().any(|list| path.ends_with(list)) {
        return;
    }
    comparison.said(path, &constant_origin(path), &was.docs, &is.docs);
    let keys = was
        .value
        .keys()
        .filter(|key| was.value.get(*key) != is.value.get(*key));
    let keys: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
    if keys.is_empty() {
        return;
    }
    if keys == ["`summary`"] {
        // Said with the documentation of the method.
        if was.docs == is.docs {
            let what = format!("`{path}` has another summary");
            comparison.changed(path, constant_origin(path), SUMMARY, what);
        }
        return;
    }
    if goes_elsewhere(was, is) {
        let what = format!("the calls of `{path}` go elsewhere");
        comparison.changed(path, constant_origin(path), GOES_ELSEWHERE, what);
    }
    let what = match &keys[..] {
        [one] if one == "``" => format!("`{path}` has another value"),
        keys => format!("`{path}` tells another {}", listed(keys)),
    };
    comparison.changed(path, constant_origin(path), TELLS_OTHERWISE, what);
}

/// Whether an operation's requests are others, but for what the parts of its path are called.
fn goes_elsewhere(was: &Constant, is: &Constant) -> bool {
    let same = |key: &str| was.value.get(key) == is.value.get(key);
    !same("method") || !same("base_path") || shape(was) != shape(is)
}

/// What stands between the parameters of an operation's path.
fn shape(operation: &Constant) -> Option<Vec<&str>> {
    let path = operation.value.get("path")?;
    let parts = path.split('{');
    Some(
        parts
            .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
            .collect(),
    )
}

/// Compares which types have which traits.
pub(super) fn compare_traits(comparison: &mut Comparison<'_>) {
    let (old, new) = (comparison.old, comparison.new);
    for lost in old.traits.difference(&new.traits) {
        if !comparison.is_about_type_of_one_side(lost) {
            let what = format!(
                "`{}` does not implement {} any more",
                lost.for_type, lost.of
            );
            comparison.removed(&lost.for_type, of(lost), TRAIT_REMOVED, what);
        }
    }
    for come in new.traits.difference(&old.traits) {
        if !comparison.is_about_type_of_one_side(come) {
            let what = format!("`{}` implements {}", come.for_type, come.of);
            comparison.added(&come.for_type, of(come), TRAIT_ADDED, what);
        }
    }
}

fn of(implementation: &Implementation) -> Origin {
    let path = &implementation.for_type;
    Origin::Type(path.rsplit("::").next().unwrap_or(path).to_owned())
}
