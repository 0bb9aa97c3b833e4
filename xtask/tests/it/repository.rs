//! A copy of the workspace that is kept in git.

use std::path::Path;
use std::process::Command;

use super::copy::{Copy, Ran};

/// The description that the tests change.
pub(crate) const SPEC: &str = "spec/private-endpoint-v1.0.yaml";

/// A copy of the workspace, all of it committed.
pub(crate) fn committed() -> Copy {
    let copy = Copy::new();
    git(&copy, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&copy, "Begin");
    copy
}

/// Like [`committed`], with the tag of a release.
pub(crate) fn released(tag: &str) -> Copy {
    let copy = committed();
    git(&copy, &["tag", tag]);
    copy
}

/// Commits everything.
pub(crate) fn commit(copy: &Copy, message: &str) {
    git(copy, &["add", "--all"]);
    git(
        copy,
        &["commit", "--quiet", "--allow-empty", "--message", message],
    );
}

/// Runs git as nobody in particular, whatever the machine is configured to.
pub(crate) fn git(copy: &Copy, arguments: &[&str]) -> Ran {
    git_in(&copy.path(""), arguments)
}

/// Runs git in a folder.
pub(crate) fn git_in(folder: &Path, arguments: &[&str]) -> Ran {
    let settings = [
        "user.name=Nobody",
        "user.email=nobody@example.com",
        "commit.gpgsign=false",
        "tag.gpgsign=false",
    ];
    let settings = settings.iter().flat_map(|setting| ["-c", setting]);
    let output = Command::new("git")
        .args(settings)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
        .output()
        .unwrap();
    let ran = Ran::from(&output);
    assert_eq!(ran.code, 0, "git {arguments:?}: {ran:?}");
    ran
}

/// A change that breaks: Atlas asks for a field that it did not ask for.
pub(crate) fn break_it(copy: &Copy) {
    copy.replace(
        SPEC,
        "      required: [providerName, region]\n      properties:\n",
        "      required: [providerName, region, label]\n      properties:\n        \
         label: { type: string, description: What to call it. }\n",
    );
    copy.replace(
        SPEC,
        "                  region: us-east-1\n      responses:",
        "                  region: us-east-1\n                  label: production\n      responses:",
    );
}

/// A change with which all works as before: one status more, of an open enum.
///
/// It stands at the beginning, since a real one would be added at the end.
pub(crate) fn extend_it(copy: &Copy) {
    copy.replace(SPEC, "enum: [INITIATING, ", "enum: [INITIATING, NAPPING, ");
    copy.replace(
        SPEC,
        "        INITIATING: Atlas is",
        "        NAPPING: It rests.\n        INITIATING: Atlas is",
    );
}

/// A change that only people notice.
pub(crate) fn reword_it(copy: &Copy) {
    copy.replace(
        SPEC,
        "us-east-1: N. Virginia.",
        "us-east-1: Northern Virginia.",
    );
}
