//! lighttpd's `mod_auth`, which knows SHA-256, too.

use super::program::{self, Package, is_root};
use super::server::Server;
use super::site::{self, ACCESS_LOG, Algorithm, LOG_FORMAT, PAGES, REALM, USER, USERS};
use super::web_server::{Launch, WebServer, free_port, write_configuration};
use crate::Failure;

pub(crate) const PACKAGE: Package = Package {
    program: "lighttpd",
    package: "lighttpd",
};

/// The algorithm that the challenges name.
pub(crate) struct Mode {
    name: &'static str,
    algorithm: Algorithm,
}

pub(crate) const MD5: Mode = Mode {
    name: "MD5",
    algorithm: Algorithm::Md5,
};

pub(crate) const SHA_256: Mode = Mode {
    name: "SHA-256",
    algorithm: Algorithm::Sha256,
};

const CONFIGURATION: &str = "lighttpd.conf";

/// Starts lighttpd.
///
/// # Errors
///
/// When it does not start.
pub(crate) fn start(mode: &Mode) -> Result<Box<dyn Server>, Failure> {
    let folder = site::create(mode.algorithm)?;
    let port = free_port()?;
    write_configuration(folder.path(), CONFIGURATION, &configuration(mode, port))?;
    let launch = Launch {
        program: program::path(&PACKAGE)?,
        arguments: &["-D", "-f", CONFIGURATION],
        // A graceful stop.
        stop_signal: "INT",
    };
    WebServer::start(&launch, folder, port)
}

/// Paths are relative to the folder that the server is started in, but for the pages, which must not be.
fn configuration(mode: &Mode, port: u16) -> String {
    let user = if is_root() {
        format!("server.username = \"{USER}\"\nserver.groupname = \"{USER}\"")
    } else {
        String::new()
    };
    format!(
        r#"server.bind = "127.0.0.1"
server.port = {port}
server.modules = ("mod_auth", "mod_authn_file", "mod_accesslog")
server.document-root = var.CWD + "/{PAGES}"
{user}
accesslog.filename = "{ACCESS_LOG}"
accesslog.format = "{LOG_FORMAT}"
mimetype.assign = ("" => "application/json")
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "{USERS}"
auth.require = ("/" => (
    "method" => "digest",
    "algorithm" => "{}",
    "realm" => "{REALM}",
    "require" => "valid-user"
))
"#,
        mode.name
    )
}
