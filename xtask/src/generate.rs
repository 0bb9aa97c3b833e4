//! `cargo xtask generate`.

use std::fs;
use std::io::Write;
use std::process::ExitCode;

use tempfile::NamedTempFile;

use crate::generated::{self, GeneratedFile};
use crate::{Failure, workspace};

/// Writes every generated file that differs, each at once or not at all, and removes those whose
/// description is gone.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let files = generated::expected()?;
    for file in &files {
        if file.checked_in()?.as_deref() == Some(file.text.as_str()) {
            println!("unchanged  {}", file.path);
            continue;
        }
        write(file).map_err(|error| format!("cannot write {}: {error}", file.path))?;
        if file.checked_in()?.as_deref() != Some(file.text.as_str()) {
            return Err(format!("{} is not what was just written to it", file.path).into());
        }
        println!("wrote      {}", file.path);
    }
    for path in generated::left_over(&files)? {
        fs::remove_file(workspace::root().join(&path))
            .map_err(|error| format!("cannot remove {path}: {error}"))?;
        println!("removed    {path}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Replaces the file by renaming a complete one over it, so that nobody sees half of it.
fn write(generated: &GeneratedFile) -> std::io::Result<()> {
    let path = generated.full_path();
    let folder = path.parent().unwrap_or(&path);
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(generated.text.as_bytes())?;
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
