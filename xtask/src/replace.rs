//! Writing a file at once or not at all.

use std::fs;
use std::io::{Error, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// The new one takes its place.
    Replace,
    /// It stays, and nothing is written.
    Keep,
}

/// A complete file that has no name yet, so that nobody sees half of it.
pub(crate) struct Written {
    file: NamedTempFile,
    path: PathBuf,
}

impl Written {
    /// Writes a file that is to take the place of `path`, or of what that links to.
    ///
    /// # Errors
    ///
    /// When that cannot be done, or what is there is no file, such as a folder or a device.
    pub(crate) fn for_path(path: &Path, text: &str) -> Result<Self, Error> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(Error::other("what is there is no file"));
        }
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => &path,
        };
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        share(&file)?;
        Ok(Self { file, path })
    }

    /// Gives it its name.
    ///
    /// # Errors
    ///
    /// When that cannot be done, or there is a file that is to be kept.
    pub(crate) fn finish(self, existing: Existing) -> Result<(), Error> {
        match existing {
            Existing::Replace => self.file.persist(&self.path)?,
            Existing::Keep => self.file.persist_noclobber(&self.path)?,
        };
        Ok(())
    }
}

/// A temporary file is its owner's alone; a source file is not.
#[cfg(unix)]
fn share(file: &NamedTempFile) -> Result<(), Error> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file.path(), Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_file: &NamedTempFile) -> Result<(), Error> {
    Ok(())
}
