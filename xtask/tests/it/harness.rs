//! Runs tasks in copies of the workspace, which a test may change and keep in git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The files that tasks read.
const READ_BY_TASKS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "spec",
    "client",
    "sandbox/src/operations.rs",
    "sandbox/src/private-endpoint-v1.0.yaml",
    "xtask/Cargo.toml",
];

/// What cargo requires besides to build a part of the workspace.
const READ_BY_CARGO: &[&str] = &["cli", "codegen", "sandbox", "xtask", "README.md"];

/// The fragment that the tests change.
pub(crate) const SPEC: &str = "spec/private-endpoint-v1.0.yaml";

/// A copy of the workspace.
pub(crate) struct Copy {
    directory: PathBuf,
    /// Removes the directory.
    _guard: Option<TempDir>,
}

/// The result of a program.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Copy {
    pub(crate) fn new() -> Self {
        let guard = TempDir::new().unwrap();
        let directory = guard.path().to_owned();
        for name in READ_BY_TASKS {
            copy(&workspace().join(name), &directory.join(name));
        }
        Self {
            directory,
            _guard: Some(guard),
        }
    }

    /// Returns a copy that cargo can build, always at the same path, so that cargo replaces what it has built
    /// before.
    pub(crate) fn whole(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        for name in READ_BY_TASKS.iter().chain(READ_BY_CARGO) {
            copy(&workspace().join(name), &directory.join(name));
        }
        Self {
            directory,
            _guard: None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces text that occurs once.
    pub(crate) fn replace(&self, name: &str, part: &str, replacement: &str) {
        let text = self.read(name);
        assert_eq!(
            text.matches(part).count(),
            1,
            "{part:?} must occur once in {name}"
        );
        self.write(name, &text.replace(part, replacement));
    }

    /// Runs a task in the root of the copy.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Ran {
        self.xtask_in("", arguments)
    }

    /// Runs a task in a directory of the copy.
    pub(crate) fn xtask_in(&self, directory: &str, arguments: &[&str]) -> Ran {
        Ran::from(&self.command(directory, arguments).output().unwrap())
    }

    /// Returns the command that runs a task in a directory of the copy.
    pub(crate) fn command(&self, directory: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(arguments)
            .current_dir(self.path(directory))
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS");
        command
    }
}

impl From<&Output> for Ran {
    fn from(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
        return;
    }
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

/// Returns a copy in a git repository with one commit.
pub(crate) fn committed() -> Copy {
    let copy = Copy::new();
    git(&copy, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&copy, "Initial commit");
    copy
}

/// Returns a copy in a git repository with one commit and a release tag.
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

/// Runs git in the root of a copy, without the configuration of the machine.
pub(crate) fn git(copy: &Copy, arguments: &[&str]) -> Ran {
    git_in(&copy.path(""), arguments)
}

pub(crate) fn git_in(directory: &Path, arguments: &[&str]) -> Ran {
    let settings = [
        "user.name=Test",
        "user.email=test@example.com",
        "commit.gpgsign=false",
        "tag.gpgsign=false",
    ];
    let settings = settings.iter().flat_map(|setting| ["-c", setting]);
    let output = Command::new("git")
        .args(settings)
        .args(arguments)
        .current_dir(directory)
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

/// Makes a breaking change: a new required field in a request.
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

/// Makes a compatible change: a new value of an open enum. It is the first value, so that a real one, which is added at
/// the end, does not conflict with it.
pub(crate) fn extend_it(copy: &Copy) {
    copy.replace(SPEC, "enum: [INITIATING, ", "enum: [INITIATING, NAPPING, ");
    copy.replace(
        SPEC,
        "        INITIATING: Atlas is",
        "        NAPPING: The connection is idle.\n        INITIATING: Atlas is",
    );
}

/// Changes documentation only.
pub(crate) fn reword_it(copy: &Copy) {
    copy.replace(
        SPEC,
        "us-east-1: N. Virginia.",
        "us-east-1: Northern Virginia.",
    );
}
