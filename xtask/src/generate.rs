//! `cargo xtask generate`.

use std::fs;
use std::io::Write;
use std::process::ExitCode;

use atlas_private_endpoint_codegen::diff::compare_rust;
use tempfile::NamedTempFile;

use crate::Failure;
use crate::fragment::{FRAGMENTS, Fragment};

/// Writes every generated file that differs, each at once or not at all, and says what changed for those who
/// use it.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    for fragment in FRAGMENTS {
        let text = fragment.generate()?;
        let before = fragment.checked_in()?;
        if before.as_deref() == Some(text.as_str()) {
            println!("unchanged  {}", fragment.target);
            continue;
        }
        write(fragment, &text)
            .map_err(|error| format!("cannot write {}: {error}", fragment.target))?;
        if fragment.checked_in()?.as_deref() != Some(text.as_str()) {
            return Err(format!("{} is not what was just written to it", fragment.target).into());
        }
        println!("wrote      {}", fragment.target);
        tell(before.as_deref(), &text);
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what changed for those who use the crate.
fn tell(before: Option<&str>, text: &str) {
    let Some(before) = before else {
        println!("           it did not exist");
        return;
    };
    let Ok(report) = compare_rust(before, text) else {
        println!("           what was there before is no Rust to compare it with");
        return;
    };
    let Some(verdict) = report.verdict() else {
        println!("           nothing changed for users of the crate");
        return;
    };
    for change in &report.changes {
        println!("  {:13}  {}", change.verdict, change.what);
    }
    println!("           for users of the crate, that is {verdict}; see also: cargo xtask diff");
}

/// Replaces the file by renaming a complete one over it, so that nobody sees half of it.
fn write(fragment: &Fragment, text: &str) -> std::io::Result<()> {
    let path = fragment.target_path();
    let folder = path.parent().unwrap_or(&path);
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    share(&file)?;
    file.persist(&path)?;
    Ok(())
}

/// A temporary file is its owner's alone; a source file is not.
#[cfg(unix)]
fn share(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_file: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}
