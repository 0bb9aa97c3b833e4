//! A copy of the workspace, in which a test may change what it likes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What the tasks that read the description look at. The programs are left out: nothing builds them there.
const COPIED: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "spec",
    "client",
    "xtask/Cargo.toml",
];

/// What cargo needs besides, to build some of the workspace.
const REST: &[&str] = &["cli", "codegen", "sandbox", "xtask", "README.md"];

pub(crate) struct Copy {
    folder: PathBuf,
    /// Removes the folder.
    _guard: Option<TempDir>,
}

/// What a task left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Copy {
    pub(crate) fn new() -> Self {
        let guard = TempDir::new().unwrap();
        let folder = guard.path().to_owned();
        for name in COPIED {
            copy(&workspace().join(name), &folder.join(name));
        }
        Self {
            folder,
            _guard: Some(guard),
        }
    }

    /// A copy that cargo can build. It always lies in the same place, or cargo would keep what it has built
    /// in each.
    pub(crate) fn whole(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        for name in COPIED.iter().chain(REST) {
            copy(&workspace().join(name), &folder.join(name));
        }
        Self {
            folder,
            _guard: None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a part that occurs once.
    pub(crate) fn replace(&self, name: &str, part: &str, replacement: &str) {
        let text = self.read(name);
        assert_eq!(
            text.matches(part).count(),
            1,
            "{part:?} must occur once in {name}"
        );
        self.write(name, &text.replace(part, replacement));
    }

    /// Runs a task at the top of the copy.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Ran {
        self.xtask_in("", arguments)
    }

    /// Runs a task in one of the copy's folders.
    pub(crate) fn xtask_in(&self, folder: &str, arguments: &[&str]) -> Ran {
        Ran::from(&self.command(folder, arguments).output().unwrap())
    }

    /// A task in one of the copy's folders, to be run.
    pub(crate) fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(arguments)
            .current_dir(self.path(folder))
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

fn workspace() -> &'static Path {
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
