//! Hands generated code to the compiler, many files at once.
//!
//! Each file becomes a module of one package, with a client of its own around it, so that the methods of
//! several files do not meet. The package lies in the target folder, and takes its dependencies in the
//! versions of this workspace from where cargo has them already.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of the client that generated code uses: stubs of its HTTP layer, and what is real.
const CLIENT: &[(&str, &str)] = &[
    ("client.rs", include_str!("compile/client.rs")),
    ("lenient.rs", include_str!("../../../client/src/lenient.rs")),
    (
        "open_enum.rs",
        include_str!("../../../client/src/open_enum.rs"),
    ),
];

const MANIFEST: &str = r#"[package]
name = "compiled"
version = "0.0.0"
edition = "2024"

[dependencies]
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[features]
default = ["test-util"]
test-util = []

[workspace]
"#;

/// A file to be compiled, as a module of this name.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) code: String,
    /// The types that the client would write by hand, by the names under `crate::`.
    pub(crate) by_hand: BTreeSet<String>,
}

impl Module {
    /// The module that stands for the client's crate.
    fn around(&self) -> String {
        let types: Vec<&str> = self.by_hand.iter().map(String::as_str).collect();
        format!(
            "use crate::lenient;\n\
             use crate::client::{{Call, Error, Method, Operation}};\n\
             use crate::open_enum::{{UnknownValue, open_enum}};\n\
             crate::client::by_hand!({types});\n\
             pub struct Client;\n\
             impl Client {{\n    \
                 pub(crate) fn call(&self, operation: &'static Operation) -> Call<'_> {{\n        \
                     Call::new(self, operation)\n    }}\n}}\n\
             pub mod generated;\n",
            types = types.join(" ")
        )
    }

    /// The code, with its module in the place of its crate.
    fn inside(&self) -> String {
        self.code
            .replace("crate::", &format!("crate::{}::", self.name))
    }
}

/// Checks all modules as one package of this name.
///
/// Fails with what the compiler says, which names the files.
#[track_caller]
pub(crate) fn compiles(package: &str, modules: &[Module]) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(package);
    write(&folder, modules);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--color=never"])
        .arg("--target-dir")
        .arg(folder.with_file_name("compiled"))
        // Not the lints of whoever runs the tests.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(&folder)
        .output()
        .unwrap_or_else(|error| panic!("cargo check in {}: {error}", folder.display()));
    assert!(
        output.status.success(),
        "the compiler refuses what is in {}:\n{}",
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Writes the package, without what an earlier run left there.
fn write(folder: &Path, modules: &[Module]) {
    let source = folder.join("src");
    let _ = fs::remove_dir_all(&source);
    put(&folder.join("Cargo.toml"), MANIFEST);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(&workspace)
        .unwrap_or_else(|error| panic!("{}: {error}", workspace.display()));
    put(&folder.join("Cargo.lock"), &lock);
    let mut root = "#![allow(warnings)]\npub use open_enum::UnknownValue;\n".to_owned();
    for (name, text) in CLIENT {
        put(&source.join(name), text);
        root.push_str(&format!("mod {};\n", name.trim_end_matches(".rs")));
    }
    for module in modules {
        let name = &module.name;
        root.push_str(&format!("pub mod {name};\n"));
        put(&source.join(format!("{name}.rs")), &module.around());
        put(&source.join(name).join("generated.rs"), &module.inside());
    }
    put(&source.join("lib.rs"), &root);
}

fn put(path: &Path, text: &str) {
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
