//! A web server in a process of its own, which counts by its access log.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::server::{Counts, Environment, Server};
use super::site;
use crate::Failure;

/// How long a server may take to listen, and to stop.
const PATIENCE: Duration = Duration::from_secs(15);

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Runs a server until the input ends, which it does when this task stops it, and also when this task is
/// killed: a server outlives nobody. Ctrl-C goes to the shell, too, and must not end it before.
const KEEPER: &str = r#"
trap '' INT
signal=$1
shift
"$@" &
read -r _
kill -s "$signal" $!
wait $!
"#;

/// Where a server writes what went wrong, within the site's folder.
const ERRORS: &str = "errors.log";

/// How a server is run.
pub(crate) struct Launch<'a> {
    pub(crate) program: PathBuf,
    /// Keeps the server in the foreground and names the configuration, relative to the site's folder.
    pub(crate) arguments: &'a [&'a str],
    /// The signal at which it finishes what it does, its log included, and ends.
    pub(crate) stop_signal: &'a str,
}

/// A server that runs.
pub(crate) struct WebServer {
    keeper: Child,
    folder: TempDir,
    port: u16,
}

impl WebServer {
    /// Starts a server in the folder of its site. When this returns, the port takes connections.
    ///
    /// # Errors
    ///
    /// When it does not begin to listen, with what it says of that.
    pub(crate) fn start(
        launch: &Launch<'_>,
        folder: TempDir,
        port: u16,
    ) -> Result<Box<dyn Server>, Failure> {
        let errors = File::create(folder.path().join(ERRORS))?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh", launch.stop_signal])
            .arg(&launch.program)
            .args(launch.arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("cannot run sh: {error}"))?;
        let server = Self {
            keeper,
            folder,
            port,
        };
        server.wait_until_it_listens()?;
        Ok(Box::new(server))
    }

    fn wait_until_it_listens(&self) -> Result<(), Failure> {
        let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
        if poll(listens).is_some() {
            return Ok(());
        }
        let errors = fs::read_to_string(self.folder.path().join(ERRORS));
        let errors = errors.unwrap_or_default();
        Err(format!("it does not listen on its port; it says: {}", errors.trim()).into())
    }

    /// Asks the server to stop, and waits until it has.
    fn end(&mut self) -> Option<ExitStatus> {
        drop(self.keeper.stdin.take());
        poll(|| self.keeper.try_wait().ok().flatten())
    }
}

impl Server for WebServer {
    fn environment(&self) -> Environment {
        site::environment(self.port)
    }

    fn stop(mut self: Box<Self>) -> Result<Counts, Failure> {
        self.end().ok_or("it does not stop")?;
        let log = self.folder.path().join(site::ACCESS_LOG);
        let log = fs::read(&log).map_err(|error| format!("cannot read its log: {error}"))?;
        Ok(count(&String::from_utf8_lossy(&log)))
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        if self.end().is_none() {
            // Nothing is left to try but to go on without it.
            let _ = self.keeper.kill();
            let _ = self.keeper.wait();
        }
    }
}

/// Finds a port that nobody listens on now.
///
/// # Errors
///
/// When there is none.
pub(crate) fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Writes a configuration.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn write_configuration(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    fs::write(folder.join(name), text)
        .map_err(|error| format!("cannot write the configuration: {error}").into())
}

/// Counts the lines of an access log in [`site::LOG_FORMAT`]. A connection without a request, as one is
/// made to see whether the server listens, may have a line that names no method.
fn count(log: &str) -> Counts {
    let requests: Vec<&str> = log
        .lines()
        .filter(|line| line.starts_with("GET "))
        .collect();
    let unsigned = requests.iter().filter(|line| line.ends_with(" -"));
    Counts {
        unsigned: unsigned.count(),
        requests: requests.len(),
    }
}

fn poll<T>(mut done: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(value) = done() {
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
    fn requests_are_counted_by_their_lines() {
        let log =
            "- -\nGET /a HTTP/1.1 -\nGET /a HTTP/1.1 Digest username=\\\"x\\\", nc=00000001\n";
        let counts = Counts {
            requests: 2,
            unsigned: 1,
        };
        assert_eq!(count(log), counts);
    }
}
