//! The git checkout of the workspace.

use std::path::Path;
use std::process::{Command, Output};

use semver::Version;

use crate::{Failure, workspace};

/// The git checkout that the workspace is.
pub(crate) struct Checkout {
    root: &'static Path,
}

/// A commit, and the name that it was found by.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    pub(crate) name: String,
    pub(crate) commit: String,
}

/// A release tag and its version.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) tag: String,
    pub(crate) version: Version,
}

impl Checkout {
    /// Opens the checkout. A workspace within the checkout of another project does not count.
    ///
    /// # Errors
    ///
    /// When the workspace is not a checkout, git refuses to read it, or it has no commit.
    pub(crate) fn open() -> Result<Self, Failure> {
        let checkout = Self {
            root: workspace::root(),
        };
        let tracked = checkout.git(&["ls-files", "--error-unmatch", "--", "Cargo.toml"])?;
        if !tracked.status.success() {
            return Err(refusal(&String::from_utf8_lossy(&tracked.stderr)).into());
        }
        let head = checkout.git(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?;
        if !head.status.success() {
            return Err("this git checkout has no commit yet".into());
        }
        Ok(checkout)
    }

    /// Returns the releases among the ancestors of HEAD, the highest version last. Tags without a version and
    /// pre-releases do not count.
    ///
    /// # Errors
    ///
    /// When git does not list the tags.
    pub(crate) fn releases(&self) -> Result<Vec<Release>, Failure> {
        let tags = self.tags("--merged")?;
        let releases = tags.into_iter().filter_map(|tag| {
            let version = release_version(&tag).filter(|version| version.pre.is_empty())?;
            Some(Release { tag, version })
        });
        let mut releases: Vec<_> = releases.collect();
        releases.sort_by(|a, b| a.version.cmp(&b.version));
        Ok(releases)
    }

    /// Returns the tags of HEAD itself.
    ///
    /// # Errors
    ///
    /// When git does not list the tags.
    pub(crate) fn tags_of_head(&self) -> Result<Vec<String>, Failure> {
        self.tags("--points-at")
    }

    fn tags(&self, filter: &str) -> Result<Vec<String>, Failure> {
        let tags = String::from_utf8(self.output(&["tag", filter, "HEAD"])?)?;
        Ok(tags.lines().map(str::to_owned).collect())
    }

    /// Returns the files that differ from HEAD or are not tracked.
    ///
    /// # Errors
    ///
    /// When git fails.
    pub(crate) fn changed_files(&self) -> Result<Vec<String>, Failure> {
        let status = String::from_utf8(self.output(&["status", "--porcelain"])?)?;
        // After two letters and a space.
        let files = status.lines().filter_map(|line| line.get(3..));
        Ok(files.map(str::to_owned).collect())
    }

    /// Returns the time of the commit, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// When git fails.
    pub(crate) fn commit_time(&self) -> Result<u64, Failure> {
        let time = self.output(&["log", "-1", "--format=%ct"])?;
        Ok(String::from_utf8(time)?.trim().parse()?)
    }

    /// Returns true when the checkout lacks its older commits, and with them their tags.
    pub(crate) fn is_shallow(&self) -> bool {
        let output = self.git(&["rev-parse", "--is-shallow-repository"]);
        output.is_ok_and(|output| output.stdout.starts_with(b"true"))
    }

    /// Finds the commit of a tag, branch or any other revision.
    ///
    /// # Errors
    ///
    /// When there is no such commit.
    pub(crate) fn find(&self, name: &str) -> Result<Revision, Failure> {
        let commit = format!("{name}^{{commit}}");
        let arguments = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ];
        let output = self.git(&arguments)?;
        if output.status.success() {
            let commit = String::from_utf8(output.stdout)?.trim().to_owned();
            let name = name.to_owned();
            return Ok(Revision { name, commit });
        }
        let help = if self.is_shallow() {
            "this clone is shallow; to fetch older commits and tags, run: git fetch --unshallow --tags"
        } else {
            "for the existing ones, run: git tag --list; git log"
        };
        Err(format!("unknown revision {name:?}; {help}").into())
    }

    /// Lists a directory at a revision, not recursively. Paths are relative to the workspace.
    ///
    /// # Errors
    ///
    /// When git fails.
    pub(crate) fn files(
        &self,
        revision: &Revision,
        directory: &str,
    ) -> Result<Vec<String>, Failure> {
        let directory = format!("{directory}/");
        let listing = [
            "ls-tree",
            "-z",
            "--name-only",
            &revision.commit,
            "--",
            &directory,
        ];
        let names = String::from_utf8(self.output(&listing)?)?;
        let names = names.split('\0').filter(|name| !name.is_empty());
        Ok(names.map(str::to_owned).collect())
    }

    /// Reads a file at a revision; returns `None` when it did not exist.
    ///
    /// # Errors
    ///
    /// When git fails, or the file is not UTF-8.
    pub(crate) fn read(&self, revision: &Revision, name: &str) -> Result<Option<String>, Failure> {
        let listed =
            self.output(&["ls-tree", "-z", "--name-only", &revision.commit, "--", name])?;
        if listed.is_empty() {
            return Ok(None);
        }
        let blob = format!("{}:./{name}", revision.commit);
        let text = String::from_utf8(self.output(&["cat-file", "blob", &blob])?)
            .map_err(|_| format!("{name} at {} is not UTF-8", revision.name))?;
        Ok(Some(text))
    }

    fn git(&self, arguments: &[&str]) -> Result<Output, Failure> {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(self.root)
            // Its messages are compared in English.
            .env("LC_ALL", "C")
            .output();
        output.map_err(|error| format!("could not run git: {error}").into())
    }

    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.git(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        Err(format!("git {} failed: {}", arguments.join(" "), stderr.trim()).into())
    }
}

/// Distinguishes a workspace that is not under version control, as one from an archive, from one that git refuses
/// to read, as that of another user.
fn refusal(stderr: &str) -> String {
    let first = stderr.lines().next().unwrap_or_default();
    let is_untracked = first.contains("not a git repository") || first.contains("did not match");
    if is_untracked || first.is_empty() {
        return "this is not a git checkout".to_owned();
    }
    format!("git refuses: {first}")
}

/// Parses the version of a release tag, such as `v1.2.3`.
pub(crate) fn release_version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v')?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_is_distinguished_from_untracked_workspace() {
        let none = "fatal: not a git repository (or any of the parent directories): .git\n";
        assert_eq!(refusal(none), "this is not a git checkout");
        let other = "fatal: detected dubious ownership in repository at '/a'\nTo add …\n";
        assert!(
            refusal(other).contains("dubious ownership"),
            "{}",
            refusal(other)
        );
    }

    #[test]
    fn release_tag_is_v_and_a_version() {
        assert_eq!(release_version("v1.2.3"), Some(Version::new(1, 2, 3)));
        for other in ["1.2.3", "v1.2", "v1.2.3.4", "vacation", "HEAD"] {
            assert_eq!(release_version(other), None, "{other}");
        }
    }
}
