//! Writing a file completely or not at all.

use std::fs;
use std::io::{Error, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// What to do with a file that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Replace,
    /// Leave it, and fail.
    Keep,
}

/// A complete file beside its destination, still under a temporary name.
pub(crate) struct AtomicFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl AtomicFile {
    /// Writes a file that [`finish`](Self::finish) moves to `path`, or to the target of a link there.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, or `path` is something other than a file, such as a device.
    pub(crate) fn write(path: &Path, text: &str) -> Result<Self, Error> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&path).is_ok_and(|existing| !existing.is_file()) {
            return Err(Error::other("it exists and is not a file"));
        }
        let directory = match path.parent() {
            Some(directory) if directory.as_os_str().is_empty() => Path::new("."),
            Some(directory) => directory,
            None => &path,
        };
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(text.as_bytes())?;
        make_readable(&file)?;
        Ok(Self { file, path })
    }

    /// Moves the file to its destination.
    ///
    /// # Errors
    ///
    /// When it cannot be moved, or a file exists that is to be kept.
    pub(crate) fn finish(self, existing: Existing) -> Result<(), Error> {
        match existing {
            Existing::Replace => self.file.persist(&self.path)?,
            Existing::Keep => self.file.persist_noclobber(&self.path)?,
        };
        Ok(())
    }
}

/// Gives a temporary file, which only its owner can read, the usual permissions of a source file.
#[cfg(unix)]
fn make_readable(file: &NamedTempFile) -> Result<(), Error> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file.path(), Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &NamedTempFile) -> Result<(), Error> {
    Ok(())
}
