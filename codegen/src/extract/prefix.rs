//! Which paths a prefix chooses, and what may have been meant by one that chooses none.

use std::collections::BTreeSet;

/// How many paths are proposed.
const PROPOSED: usize = 3;

/// Below this likeness, a proposal is no help.
const LIKE: f64 = 0.5;

/// Whether a path begins with a prefix, segment by segment: `/a/b` chooses `/a/b` and `/a/b/{c}`, but not
/// `/a/bc`.
pub(super) fn chooses(prefix: &str, path: &str) -> bool {
    if !prefix.starts_with('/') {
        return false;
    }
    path.strip_prefix(prefix.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The prefixes closest to one that chooses nothing, the closest first.
pub(super) fn proposals<'a>(prefix: &str, paths: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let meant = shape(prefix);
    let prefixes: BTreeSet<&str> = paths.flat_map(beginnings).collect();
    let mut scored: Vec<(f64, &str)> = prefixes
        .into_iter()
        .map(|candidate| (likeness(&meant, &shape(candidate)), candidate))
        .filter(|(score, _)| *score >= LIKE)
        .collect();
    scored.sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| left.cmp(right)));
    scored
        .into_iter()
        .take(PROPOSED)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// A path and every path above it.
fn beginnings(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    ends.chain([path.len()]).map(|end| &path[..end])
}

/// A path without what people get wrong first: letter case, and the names of parameters.
fn shape(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments
        .map(|segment| {
            if segment.starts_with('{') {
                return "/{}".to_owned();
            }
            format!("/{}", segment.to_lowercase())
        })
        .collect()
}

/// From 0 to 1; what lacks nothing but the beginning, such as the API's version, comes before a misspelling.
fn likeness(meant: &str, candidate: &str) -> f64 {
    if !meant.is_empty() && candidate.ends_with(meant) {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(meant, candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_where_a_segment_ends() {
        for (prefix, path, expected) in [
            ("/a/b", "/a/b", true),
            ("/a/b", "/a/b/{c}", true),
            ("/a/b/", "/a/b", true),
            ("/a/b", "/a/bc", false),
            ("/a/b", "/a", false),
            ("/a/{b}", "/a/{c}", false),
            ("/", "/a", true),
            ("a", "/a", false),
            ("", "/a", false),
        ] {
            assert_eq!(chooses(prefix, path), expected, "{prefix:?} {path:?}");
        }
    }

    #[test]
    fn what_was_meant_is_proposed() {
        let paths = [
            "/api/v2/groups/{groupId}/things/{thingId}",
            "/api/v2/groups/{groupId}/thinkers",
            "/api/v2/orgs",
        ];
        for (prefix, first) in [
            (
                "/groups/{groupId}/things",
                "/api/v2/groups/{groupId}/things",
            ),
            (
                "/api/v2/groups/{id}/Things",
                "/api/v2/groups/{groupId}/things",
            ),
            (
                "api/v2/groups/{groupId}/thing",
                "/api/v2/groups/{groupId}/things",
            ),
            ("/orgs", "/api/v2/orgs"),
        ] {
            let proposed = proposals(prefix, paths.into_iter());
            assert_eq!(proposed.first(), Some(&first), "{prefix}: {proposed:?}");
        }
        assert!(proposals("/zzz", paths.into_iter()).is_empty());
        assert!(proposals("", paths.into_iter()).is_empty());
    }
}
