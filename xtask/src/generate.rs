//! `cargo xtask generate`.

use std::fs;
use std::process::ExitCode;

use anstream::println;
use atlas_private_endpoint_codegen::compat::{Change, Side, Verdict};

use crate::atomic_file::{AtomicFile, Existing};
use crate::fragment::{self, GeneratedFile};
use crate::git::Checkout;
use crate::{Failure, diff, lint, workspace};

/// Writes the generated files that differ, all of them or none, removes those without a fragment, and
/// prints what changes for users of the crate.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(files) = lint::generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    // Every file is written under a temporary name before the first is moved, so that a failure changes nothing.
    let mut written = Vec::new();
    for file in &files {
        written.push(if is_fresh(file)? {
            None
        } else {
            Some(write(file).map_err(|error| format!("could not write {}: {error}", file.path))?)
        });
    }
    let mut is_changed = false;
    for (file, written) in files.iter().zip(written) {
        let Some(written) = written else {
            println!("unchanged  {}", file.path);
            continue;
        };
        written
            .finish(Existing::Replace)
            .map_err(|error| format!("could not write {}: {error}", file.path))?;
        if !is_fresh(file)? {
            return Err(format!("{} changed while it was written", file.path).into());
        }
        println!("wrote      {}", file.path);
        is_changed = true;
    }
    for path in fragment::orphans(&files)? {
        fs::remove_file(workspace::root().join(&path))
            .map_err(|error| format!("could not remove {path}: {error}"))?;
        println!("removed    {path}");
        is_changed = true;
    }
    if is_changed {
        print_rust_changes();
    }
    Ok(ExitCode::SUCCESS)
}

fn is_fresh(file: &GeneratedFile) -> Result<bool, Failure> {
    Ok(file.checked_in()?.as_deref() == Some(file.text.as_str()))
}

fn write(file: &GeneratedFile) -> std::io::Result<AtomicFile> {
    let path = file.full_path();
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    AtomicFile::write(&path, &file.text)
}

/// Prints what has changed for users of the crate since HEAD. Where that cannot be compared, `cargo xtask diff`
/// reports why.
fn print_rust_changes() {
    let compared = Checkout::open().and_then(|checkout| {
        let head = checkout.find("HEAD")?;
        diff::compare(&checkout, &head)
    });
    let fragments = compared.unwrap_or_default();
    let changes = fragments.iter().flat_map(|changed| &changed.report.changes);
    let changes: Vec<&Change> = changes.filter(|change| change.side == Side::Rust).collect();
    let Some(verdict) = changes.iter().map(|change| change.verdict).max() else {
        return;
    };
    println!("\nfor users of the crate, since HEAD:");
    for change in changes
        .iter()
        .filter(|change| change.verdict > Verdict::Documentation)
    {
        println!("  {:10}  {}", change.verdict, change.what);
    }
    println!("{verdict}; for details, run: cargo xtask diff");
}
