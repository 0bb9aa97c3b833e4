//! What Apache and lighttpd serve: one page, and one user who may see it.

use std::fs;
use std::io;
use std::path::Path;

use md5::Md5;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::server::{
    BASE_URL_VARIABLE, Environment, PRIVATE_KEY_VARIABLE, PROJECT_VARIABLE, PUBLIC_KEY_VARIABLE,
};
use crate::Failure;

/// The folder that is served, within the site's.
pub(crate) const PAGES: &str = "pages";

/// The file of users, within the site's folder.
pub(crate) const USERS: &str = "users";

/// The file of requests, within the site's folder.
pub(crate) const ACCESS_LOG: &str = "access.log";

/// What both servers write of a request: its first line, and its `Authorization` or a dash.
pub(crate) const LOG_FORMAT: &str = "%r %{Authorization}i";

pub(crate) const REALM: &str = "MMS Public API";

/// Who the servers become when they are started as root.
pub(crate) const USER: &str = "www-data";

// Made up, and good for nothing but these servers.
const PUBLIC_KEY: &str = "interopk";
const PRIVATE_KEY: &str = "00000000-0000-4000-8000-000000000000";
const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";

/// What a password is hashed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha256,
}

/// Makes a temporary folder with the page and the user.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn create(algorithm: Algorithm) -> Result<TempDir, Failure> {
    let folder = tempfile::Builder::new()
        .prefix("interop-")
        .tempdir()
        .map_err(|error| format!("cannot make a folder: {error}"))?;
    fill(folder.path(), algorithm)
        .map_err(|error| format!("cannot write the server's files: {error}"))?;
    Ok(folder)
}

/// The variables that point a client at the site on a port.
pub(crate) fn environment(port: u16) -> Environment {
    vec![
        (BASE_URL_VARIABLE, format!("http://127.0.0.1:{port}")),
        (PUBLIC_KEY_VARIABLE, PUBLIC_KEY.to_owned()),
        (PRIVATE_KEY_VARIABLE, PRIVATE_KEY.to_owned()),
        (PROJECT_VARIABLE, PROJECT.to_owned()),
    ]
}

fn fill(folder: &Path, algorithm: Algorithm) -> io::Result<()> {
    share(folder, 0o755)?;
    let project = folder.join(format!("{PAGES}/api/atlas/v1.0/groups/{PROJECT}"));
    fs::create_dir_all(&project)?;
    fs::write(project.join("privateEndpoint"), "[]")?;
    fs::write(folder.join(USERS), user(algorithm))?;
    let log = folder.join(ACCESS_LOG);
    fs::write(&log, "")?;
    share(&log, 0o666)
}

/// The line that `htdigest` would write, which knows MD5 alone.
fn user(algorithm: Algorithm) -> String {
    let secret = format!("{PUBLIC_KEY}:{REALM}:{PRIVATE_KEY}");
    let hash = match algorithm {
        Algorithm::Md5 => hex(&Md5::digest(secret)),
        Algorithm::Sha256 => hex(&Sha256::digest(secret)),
    };
    format!("{PUBLIC_KEY}:{REALM}:{hash}\n")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lets others in: a temporary folder is its owner's alone, a server that was started as root becomes
/// somebody else, and lighttpd opens its log only after that.
#[cfg(unix)]
fn share(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn share(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_s_line_is_what_htdigest_writes() {
        assert_eq!(
            user(Algorithm::Md5),
            "interopk:MMS Public API:bfb1a0b65c969a25cc39dc8f2b2aef49\n"
        );
    }
}
