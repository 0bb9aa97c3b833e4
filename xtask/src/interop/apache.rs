//! Apache's `mod_auth_digest`.

use super::program::{self, Package, is_root};
use super::server::Server;
use super::site::{self, ACCESS_LOG, Algorithm, LOG_FORMAT, PAGES, REALM, USER, USERS};
use super::web_server::{Launch, WebServer, free_port, write_configuration};
use crate::Failure;

/// The server without the service that Debian makes of it in the package `apache2`: nothing starts by
/// itself, neither now nor with the machine.
pub(crate) const PACKAGE: Package = Package {
    program: "apache2",
    package: "apache2-bin",
};

/// What Apache is told of nonces.
pub(crate) struct Mode {
    nc_check: &'static str,
    nonce_lifetime: &'static str,
}

/// Apache's default: the count of a nonce is not looked at.
pub(crate) const ANY_NC: Mode = Mode {
    nc_check: "Off",
    nonce_lifetime: DEFAULT_LIFETIME,
};

/// The count must rise by one from each request to the next.
pub(crate) const RISING_NC: Mode = Mode {
    nc_check: "On",
    nonce_lifetime: DEFAULT_LIFETIME,
};

/// A nonce is good for one request, and each answer names the next.
pub(crate) const ONE_TIME: Mode = Mode {
    nc_check: "Off",
    nonce_lifetime: "0",
};

/// Seconds.
const DEFAULT_LIFETIME: &str = "300";

/// Where Debian puts the modules.
const MODULES: &str = "/usr/lib/apache2/modules";

/// Twice as many as there are requests at once, all in one process.
const THREADS: u32 = 128;

const CONFIGURATION: &str = "apache.conf";

/// Starts Apache.
///
/// # Errors
///
/// When it does not start.
pub(crate) fn start(mode: &Mode) -> Result<Box<dyn Server>, Failure> {
    let folder = site::create(Algorithm::Md5)?;
    let port = free_port()?;
    let root = folder.path().display().to_string();
    write_configuration(
        folder.path(),
        CONFIGURATION,
        &configuration(mode, &root, port),
    )?;
    let launch = Launch {
        program: program::path(&PACKAGE)?,
        arguments: &["-D", "FOREGROUND", "-d", &root, "-f", CONFIGURATION],
        // A graceful stop; at SIGTERM a request may be answered and not logged.
        stop_signal: "WINCH",
    };
    WebServer::start(&launch, folder, port)
}

fn configuration(mode: &Mode, root: &str, port: u16) -> String {
    let user = if is_root() {
        format!("User {USER}\nGroup {USER}")
    } else {
        String::new()
    };
    format!(
        r#"Listen 127.0.0.1:{port}
ServerName 127.0.0.1
PidFile apache.pid
DefaultRuntimeDir "{root}"
GracefulShutdownTimeout 5
{user}
ErrorLog apache-errors.log
LoadModule mpm_event_module {MODULES}/mod_mpm_event.so
# A process whose threads are all busy closes idle connections, now and then while a request is on its
# way. That fails calls for a reason that has nothing to do with digests, so there are threads enough.
ServerLimit 1
ThreadLimit {THREADS}
ThreadsPerChild {THREADS}
MaxRequestWorkers {THREADS}
LoadModule authn_core_module {MODULES}/mod_authn_core.so
LoadModule authn_file_module {MODULES}/mod_authn_file.so
LoadModule authz_core_module {MODULES}/mod_authz_core.so
LoadModule authz_user_module {MODULES}/mod_authz_user.so
LoadModule auth_digest_module {MODULES}/mod_auth_digest.so
LogFormat "{LOG_FORMAT}" counted
CustomLog {ACCESS_LOG} counted
DocumentRoot {PAGES}
# The default is so small that a nonce whose count is checked is forgotten before it is used again.
AuthDigestShmemSize 1M
<Location "/">
    ForceType application/json
    AuthType Digest
    AuthName "{REALM}"
    AuthUserFile {USERS}
    AuthDigestNcCheck {}
    AuthDigestNonceLifetime {}
    Require valid-user
</Location>
"#,
        mode.nc_check, mode.nonce_lifetime
    )
}
