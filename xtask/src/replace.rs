//! Writing a file at once or not at all.

use std::io::{Error, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// The new one takes its place.
    Replace,
    /// It stays, and nothing is written.
    Keep,
}

/// Writes a complete file and then gives it its name, so that nobody sees half of it.
///
/// # Errors
///
/// When that cannot be done, or there is a file that is to be kept.
pub(crate) fn write(path: &Path, text: &str, existing: Existing) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => path,
    };
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    share(&file)?;
    match existing {
        Existing::Replace => file.persist(path)?,
        Existing::Keep => file.persist_noclobber(path)?,
    };
    Ok(())
}

/// A temporary file is its owner's alone; a source file is not.
#[cfg(unix)]
fn share(file: &NamedTempFile) -> Result<(), Error> {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file.path(), Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_file: &NamedTempFile) -> Result<(), Error> {
    Ok(())
}
