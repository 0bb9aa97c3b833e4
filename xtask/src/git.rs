//! What git knows of this checkout.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use semver::Version;

use crate::{Failure, workspace};

/// The git checkout that the workspace is.
pub(crate) struct Checkout {
    folder: &'static Path,
}

/// Why there is no checkout to ask.
#[derive(Debug)]
pub(crate) enum NoCheckout {
    /// git does not run.
    NoGit(io::Error),
    /// The workspace is not kept in git, as when it was unpacked from an archive.
    NotKept,
    /// git does not look at the checkout, and says why, as when it is another user's.
    Refused(String),
    /// Nothing has been committed.
    NoCommit,
}

impl fmt::Display for NoCheckout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGit(error) => write!(f, "git cannot be run: {error}"),
            Self::NotKept => f.write_str("this is no git checkout"),
            Self::Refused(said) => write!(f, "git refuses: {said}"),
            Self::NoCommit => f.write_str("this git checkout has no commit yet"),
        }
    }
}

impl std::error::Error for NoCheckout {}

/// A commit, and the name by which it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    pub(crate) name: String,
    pub(crate) commit: String,
}

/// A release: its tag, and the version that the tag names.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) tag: String,
    pub(crate) version: Version,
}

impl Checkout {
    /// Finds the checkout. A workspace inside of another project's checkout is none.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(crate) fn open() -> Result<Self, NoCheckout> {
        let checkout = Self {
            folder: workspace::root(),
        };
        let kept = checkout.git(&["ls-files", "--error-unmatch", "--", "Cargo.toml"]);
        let kept = kept.map_err(NoCheckout::NoGit)?;
        if !kept.status.success() {
            return Err(refusal(&String::from_utf8_lossy(&kept.stderr)));
        }
        let head = checkout.git(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
        if !head.map_err(NoCheckout::NoGit)?.status.success() {
            return Err(NoCheckout::NoCommit);
        }
        Ok(checkout)
    }

    /// The highest release that the checkout descends from; `None` when it descends from none, or does not
    /// know. Tags that name no version, or one before a release, are none.
    ///
    /// # Errors
    ///
    /// When git does not list the tags.
    pub(crate) fn last_release(&self) -> Result<Option<Release>, Failure> {
        let tags = String::from_utf8(self.answer(&["tag", "--merged", "HEAD"])?)?;
        let releases = tags.lines().filter_map(|tag| {
            let version = release_version(tag).filter(|version| version.pre.is_empty())?;
            let tag = tag.to_owned();
            Some(Release { tag, version })
        });
        Ok(releases.max_by(|a, b| a.version.cmp(&b.version)))
    }

    /// Whether the checkout lacks its older commits, and their tags with them.
    pub(crate) fn is_shallow(&self) -> bool {
        let output = self.git(&["rev-parse", "--is-shallow-repository"]);
        output.is_ok_and(|output| output.stdout.starts_with(b"true"))
    }

    /// Finds the commit that a name stands for.
    ///
    /// # Errors
    ///
    /// When the name stands for none.
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
            "this clone is shallow; to have older commits and tags, run: git fetch --unshallow --tags"
        } else {
            "git tag --list and git log name those that there are"
        };
        Err(format!("there is no revision {name:?} here; {help}").into())
    }

    /// What is in a folder of the workspace at a revision, relative to the workspace; not what is deeper.
    ///
    /// # Errors
    ///
    /// When git does not list them.
    pub(crate) fn files(&self, revision: &Revision, folder: &str) -> Result<Vec<String>, Failure> {
        let folder = format!("{folder}/");
        let listing = [
            "ls-tree",
            "-z",
            "--name-only",
            &revision.commit,
            "--",
            &folder,
        ];
        let names = String::from_utf8(self.answer(&listing)?)?;
        let names = names.split('\0').filter(|name| !name.is_empty());
        Ok(names.map(str::to_owned).collect())
    }

    /// What a file of the workspace held at a revision; `None` when it was not there.
    ///
    /// # Errors
    ///
    /// When git does not say, or the file is no text.
    pub(crate) fn read(&self, revision: &Revision, name: &str) -> Result<Option<String>, Failure> {
        let listed =
            self.answer(&["ls-tree", "-z", "--name-only", &revision.commit, "--", name])?;
        if listed.is_empty() {
            return Ok(None);
        }
        let blob = format!("{}:./{name}", revision.commit);
        let text = String::from_utf8(self.answer(&["cat-file", "blob", &blob])?)
            .map_err(|_| format!("{name} at {} is no text", revision.name))?;
        Ok(Some(text))
    }

    fn git(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new("git")
            .args(arguments)
            .current_dir(self.folder)
            // What git says is compared in English.
            .env("LC_ALL", "C")
            .output()
    }

    fn answer(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.git(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("git {} failed: {}", arguments.join(" "), said.trim()).into())
    }
}

/// Tells a workspace that is not kept in git from one that git does not look at.
fn refusal(said: &str) -> NoCheckout {
    let first = said.lines().next().unwrap_or_default();
    let is_usual = first.contains("not a git repository") || first.contains("did not match");
    if is_usual || first.is_empty() {
        return NoCheckout::NotKept;
    }
    NoCheckout::Refused(first.to_owned())
}

/// The version of a release tag.
pub(crate) fn release_version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v')?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_from_no_checkout() {
        let said = |text: &str| refusal(text).to_string();
        let none = "fatal: not a git repository (or any of the parent directories): .git\n";
        assert_eq!(said(none), "this is no git checkout");
        let other = "fatal: detected dubious ownership in repository at '/a'\nTo add …\n";
        assert!(said(other).contains("dubious ownership"), "{}", said(other));
    }

    #[test]
    fn a_release_tag_is_v_and_a_version() {
        assert_eq!(release_version("v1.2.3"), Some(Version::new(1, 2, 3)));
        for other in ["1.2.3", "v1.2", "v1.2.3.4", "vacation", "HEAD"] {
            assert_eq!(release_version(other), None, "{other}");
        }
    }
}
