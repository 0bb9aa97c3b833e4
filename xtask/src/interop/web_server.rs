//! Apache and lighttpd: installed if possible, started with a site of one page and one user, and their
//! requests counted from the access log.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anstream::println;
use md5::Md5;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::Counts;
use crate::Failure;
use crate::system::{find, install, is_root};

/// Variables with which the client reaches a server.
pub(super) type Environment = Vec<(&'static str, String)>;

/// How long a server may take to listen, and to stop.
const TIMEOUT: Duration = Duration::from_secs(15);

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Where Debian installs the modules of Apache.
const APACHE_MODULES: &str = "/usr/lib/apache2/modules";

/// Twice the highest concurrency of a load, all in one process. Apache closes idle connections when all
/// threads of a process are busy, sometimes while a request arrives, and that would fail calls.
const APACHE_THREADS: u32 = 128;

/// The user that the servers run as when they are started as root.
const SERVER_USER: &str = "www-data";

/// The first line of a request, and its `Authorization` or a dash. Both servers have this syntax.
const LOG_FORMAT: &str = "%r %{Authorization}i";

const REALM: &str = "MMS Public API";
const PUBLIC_KEY: &str = "interopk";
const PRIVATE_KEY: &str = "00000000-0000-4000-8000-000000000000";
const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";

// Files of a site, in its directory.
const CONFIGURATION: &str = "server.conf";
const PAGES: &str = "pages";
const USERS: &str = "users";
const ACCESS_LOG: &str = "access.log";
const STDERR: &str = "stderr.log";

/// Runs a server until standard input ends, which it does when this task stops or is killed, so that no
/// server is left behind. Ctrl-C reaches the shell, too, and must not end it first.
const SUPERVISOR: &str = r#"
trap '' INT
signal=$1
shift
"$@" &
read -r _
kill -s "$signal" $!
wait $!
"#;

/// A program that can serve a site.
pub(super) struct Product {
    program: &'static str,
    /// The name of its package in Debian.
    package: &'static str,
    /// The arguments that keep it in the foreground.
    arguments: &'static [&'static str],
    /// The signal at which it completes its access log and exits.
    stop_signal: &'static str,
}

/// The package without the service: the package `apache2` would start one, now and with the machine.
pub(super) const APACHE: Product = Product {
    program: "apache2",
    package: "apache2-bin",
    arguments: &["-D", "FOREGROUND"],
    // At TERM, a request may be answered and not logged.
    stop_signal: "WINCH",
};

pub(super) const LIGHTTPD: Product = Product {
    program: "lighttpd",
    package: "lighttpd",
    arguments: &["-D"],
    stop_signal: "INT",
};

impl Product {
    /// Returns whether the program is installed, after an attempt to install it as root, and otherwise
    /// prints how to install it.
    ///
    /// # Errors
    ///
    /// When the installation fails.
    pub(super) fn is_available(&self) -> Result<bool, Failure> {
        let is_available = install(self.program, self.package)?;
        if !is_available {
            let Self {
                program, package, ..
            } = self;
            println!("skipped: {program} is not installed (apt-get install {package})");
        }
        Ok(is_available)
    }
}

/// The directory and port of a server.
pub(super) struct Site {
    directory: TempDir,
    port: u16,
}

/// Returns the text of a server's configuration file.
pub(super) type Configuration = fn(&Site) -> String;

impl Site {
    fn create() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("interop-").tempdir()?;
        let root = directory.path();
        set_mode(root, 0o755)?;
        let project = root.join(format!("{PAGES}/api/atlas/v1.0/groups/{PROJECT}"));
        fs::create_dir_all(&project)?;
        fs::write(project.join("privateEndpoint"), "[]")?;
        fs::write(root.join(USERS), users())?;
        let log = root.join(ACCESS_LOG);
        fs::write(&log, "")?;
        set_mode(&log, 0o666)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        Ok(Self { directory, port })
    }

    /// Configures Apache as [`apache`](Self::apache) does, with a challenge for `Basic` before that for `Digest`, in
    /// one header.
    pub(super) fn apache_basic_first(&self, nc_check: &str, nonce_lifetime: u32) -> String {
        let configuration = self.apache(nc_check, nonce_lifetime);
        format!(
            r#"{configuration}
LoadModule headers_module {APACHE_MODULES}/mod_headers.so
Header always edit WWW-Authenticate ^ "Basic realm=\"{REALM}\", "
"#
        )
    }

    /// Configures Apache's `mod_auth_digest`: whether the count of a nonce must rise by one with each request,
    /// and how many seconds a nonce is valid. With 0, it is valid once.
    pub(super) fn apache(&self, nc_check: &str, nonce_lifetime: u32) -> String {
        let root = self.directory.path().display();
        let port = self.port;
        let user = if is_root() {
            format!("User {SERVER_USER}\nGroup {SERVER_USER}")
        } else {
            String::new()
        };
        format!(
            r#"Listen 127.0.0.1:{port}
ServerName 127.0.0.1
ServerRoot "{root}"
PidFile apache.pid
DefaultRuntimeDir "{root}"
GracefulShutdownTimeout 5
{user}
ErrorLog apache-errors.log
LoadModule mpm_event_module {APACHE_MODULES}/mod_mpm_event.so
ServerLimit 1
ThreadLimit {APACHE_THREADS}
ThreadsPerChild {APACHE_THREADS}
MaxRequestWorkers {APACHE_THREADS}
LoadModule authn_core_module {APACHE_MODULES}/mod_authn_core.so
LoadModule authn_file_module {APACHE_MODULES}/mod_authn_file.so
LoadModule authz_core_module {APACHE_MODULES}/mod_authz_core.so
LoadModule authz_user_module {APACHE_MODULES}/mod_authz_user.so
LoadModule auth_digest_module {APACHE_MODULES}/mod_auth_digest.so
LogFormat "{LOG_FORMAT}" counted
CustomLog {ACCESS_LOG} counted
DocumentRoot {PAGES}
# With the default, a nonce whose count is checked is evicted before it is used again.
AuthDigestShmemSize 1M
<Location "/">
    ForceType application/json
    AuthType Digest
    AuthName "{REALM}"
    AuthUserFile {USERS}
    AuthDigestNcCheck {nc_check}
    AuthDigestNonceLifetime {nonce_lifetime}
    Require valid-user
</Location>
"#
        )
    }

    /// Configures lighttpd's `mod_auth`, which supports SHA-256, too.
    pub(super) fn lighttpd(&self, algorithm: &str) -> String {
        let port = self.port;
        let user = if is_root() {
            format!("server.username = \"{SERVER_USER}\"\nserver.groupname = \"{SERVER_USER}\"")
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
    "algorithm" => "{algorithm}",
    "realm" => "{REALM}",
    "require" => "valid-user"
))
"#
        )
    }
}

/// Returns the file of users as `htdigest` writes it, with a line for each algorithm: a server ignores the
/// lines whose hash has another length.
fn users() -> String {
    let secret = format!("{PUBLIC_KEY}:{REALM}:{PRIVATE_KEY}");
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let hashes = [hex(&Md5::digest(&secret)), hex(&Sha256::digest(&secret))];
    hashes
        .iter()
        .map(|hash| format!("{PUBLIC_KEY}:{REALM}:{hash}\n"))
        .collect()
}

/// Admits other users: a temporary directory is private, a server that was started as root changes its user, and
/// lighttpd opens its log after that.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// A running server.
pub(super) struct WebServer {
    supervisor: Child,
    site: Site,
}

impl WebServer {
    /// Starts a server and waits until it accepts connections.
    ///
    /// # Errors
    ///
    /// When it does not, with what it printed.
    pub(super) fn start(product: &Product, configuration: Configuration) -> Result<Self, Failure> {
        let program = product.program;
        let path = find(program).ok_or_else(|| format!("could not find {program}"))?;
        let site = Site::create().map_err(|error| format!("could not create the site: {error}"))?;
        let directory = site.directory.path();
        let file = directory.join(CONFIGURATION);
        fs::write(&file, configuration(&site))?;
        let supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR, "sh", product.stop_signal])
            .arg(path)
            .args(product.arguments)
            .arg("-f")
            .arg(file)
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(directory.join(STDERR))?)
            .spawn()
            .map_err(|error| format!("could not run sh: {error}"))?;
        let server = Self { supervisor, site };
        let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, server.site.port)).ok();
        if poll(TIMEOUT, connect).is_none() {
            let stderr = fs::read_to_string(server.site.directory.path().join(STDERR));
            let stderr = stderr.unwrap_or_default();
            return Err(format!("{program} does not listen: {}", stderr.trim()).into());
        }
        Ok(server)
    }

    pub(super) fn environment(&self) -> Environment {
        let base_url = format!("http://127.0.0.1:{}", self.site.port);
        vec![
            ("MONGODB_ATLAS_BASE_URL", base_url),
            ("MONGODB_ATLAS_PUBLIC_API_KEY", PUBLIC_KEY.to_owned()),
            ("MONGODB_ATLAS_PRIVATE_API_KEY", PRIVATE_KEY.to_owned()),
            ("MONGODB_ATLAS_PROJECT_ID", PROJECT.to_owned()),
        ]
    }

    /// Stops the server, and counts its requests.
    ///
    /// # Errors
    ///
    /// When it does not stop, or its log cannot be read.
    pub(super) fn stop(mut self) -> Result<Counts, Failure> {
        self.end().ok_or("the server does not stop")?;
        let log = fs::read(self.site.directory.path().join(ACCESS_LOG))
            .map_err(|error| format!("could not read the access log: {error}"))?;
        Ok(count(&String::from_utf8_lossy(&log)))
    }

    fn end(&mut self) -> Option<ExitStatus> {
        drop(self.supervisor.stdin.take());
        poll(TIMEOUT, || self.supervisor.try_wait().ok().flatten())
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        if self.end().is_none() {
            // There is nothing else to try.
            let _ = self.supervisor.kill();
            let _ = self.supervisor.wait();
        }
    }
}

/// Counts the lines of an access log in [`LOG_FORMAT`]. The connection that tests whether the server
/// listens may have a line without a method.
fn count(log: &str) -> Counts {
    let requests = log.lines().filter(|line| line.starts_with("GET "));
    let unsigned = requests.clone().filter(|line| line.ends_with(" -"));
    Counts {
        unsigned: unsigned.count(),
        requests: requests.count(),
    }
}

/// Calls a function until it returns a value or the timeout has passed.
pub(super) fn poll<T>(timeout: Duration, mut function: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < timeout {
        if let Some(value) = function() {
            return Some(value);
        }
        thread::sleep(POLL_INTERVAL);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_their_log_lines() {
        let log =
            "- -\nGET /a HTTP/1.1 -\nGET /a HTTP/1.1 Digest username=\\\"x\\\", nc=00000001\n";
        let counts = Counts {
            requests: 2,
            unsigned: 1,
        };
        assert_eq!(count(log), counts);
    }

    #[test]
    fn user_line_has_the_hash_that_htdigest_writes() {
        let first = "interopk:MMS Public API:bfb1a0b65c969a25cc39dc8f2b2aef49\n";
        assert!(users().starts_with(first), "{}", users());
    }
}
