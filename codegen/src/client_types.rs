//! Types that the client writes by hand, as far as descriptions name them.

use std::collections::BTreeSet;

use syn::{Item, UseTree, Visibility};

use crate::Diagnostic;
use crate::document::{Document, RUST_TYPE};
use crate::rule;
use crate::source_map::{SourceMap, child};

/// Every `x-rust-type` of a description that the client does not have. `client_root` is the text of the
/// client's `lib.rs`, which names all that the client shows.
///
/// A text that is no description, or no Rust, is for others to judge: nothing is found in it.
///
/// ```
/// use atlas_private_endpoint_codegen::unknown_types;
///
/// let description = "components: { schemas: { Id: { type: string, x-rust-type: 'crate::Id' } } }";
/// assert!(unknown_types(description, "pub use ids::Id;").is_empty());
/// assert_eq!(unknown_types(description, "pub use ids::Other;").len(), 1);
/// ```
pub fn unknown_types(text: &str, client_root: &str) -> Vec<Diagnostic> {
    let (Ok(source), Ok(root)) = (SourceMap::parse(text), syn::parse_file(client_root)) else {
        return Vec::new();
    };
    let mut known = BTreeSet::new();
    for item in &root.items {
        collect(item, &mut known);
    }
    let mut diagnostics = Vec::new();
    for node in Document(&source.value).nodes() {
        let Some(path) = node.value[RUST_TYPE].as_str().filter(|_| node.is_schema) else {
            continue;
        };
        // What lies deeper is in modules, which this does not follow.
        let name = path.strip_prefix("crate::").filter(|it| !it.contains("::"));
        if name.is_some_and(|name| !known.contains(name)) {
            diagnostics.push(source.diagnostic(
                rule::UNKNOWN_RUST_TYPE,
                &child(&node.pointer, RUST_TYPE),
                format!("the client has no {path}"),
                "write that type and name it in client/src/lib.rs, or name another",
            ));
        }
    }
    diagnostics
}

fn collect(item: &Item, known: &mut BTreeSet<String>) {
    let (visibility, name) = match item {
        Item::Use(item) if is_public(&item.vis) => return names_of(&item.tree, known),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        _ => return,
    };
    if is_public(visibility) {
        known.insert(name.to_string());
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn names_of(tree: &UseTree, known: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names_of(&path.tree, known),
        UseTree::Name(name) => {
            known.insert(name.ident.to_string());
        }
        UseTree::Rename(rename) => {
            known.insert(rename.rename.to_string());
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| names_of(tree, known)),
        UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "
        mod ids;
        pub use ids::{Id, deeper::{Number as Count, Other}};
        use ids::Hidden;
        pub struct Own;
        struct Private;
    ";

    #[test]
    fn what_the_client_shows_is_known() {
        let found = |path: &str| {
            let text = format!("components: {{ schemas: {{ A: {{ x-rust-type: '{path}' }} }} }}");
            unknown_types(&text, ROOT).len()
        };
        for known in [
            "crate::Id",
            "crate::Count",
            "crate::Other",
            "crate::Own",
            "crate::wait::Ready",
        ] {
            assert_eq!(found(known), 0, "{known}");
        }
        for unknown in [
            "crate::Number",
            "crate::Hidden",
            "crate::Private",
            "crate::Nope",
        ] {
            assert_eq!(found(unknown), 1, "{unknown}");
        }
    }
}
