//! `cargo xtask generate`.

use std::fs;
use std::io::Write;
use std::process::ExitCode;

use tempfile::NamedTempFile;

use crate::fragment::Fragment;
use crate::{Failure, lint};

/// Writes every generated file that differs, each at once or not at all.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let Some(generated) = lint::generate_all()? else {
        return Ok(ExitCode::FAILURE);
    };
    for (fragment, text) in generated {
        if fragment.checked_in()?.as_deref() == Some(text.as_str()) {
            println!("unchanged  {}", fragment.target);
            continue;
        }
        write(fragment, &text)
            .map_err(|error| format!("cannot write {}: {error}", fragment.target))?;
        if fragment.checked_in()?.as_deref() != Some(text.as_str()) {
            return Err(format!("{} is not what was just written to it", fragment.target).into());
        }
        println!("wrote      {}", fragment.target);
    }
    Ok(ExitCode::SUCCESS)
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
