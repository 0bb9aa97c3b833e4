//! A client with one connection, which it opens again when it breaks.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use atlas_pe_sandbox::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::Failure;

/// A client of the service account that sends one request at a time.
pub(super) struct Connection {
    address: String,
    stream: Option<TcpStream>,
    token: Option<String>,
    pub(super) latencies: Vec<Duration>,
    pub(super) failed: usize,
}

/// A complete response.
pub(super) struct Reply {
    pub(super) status: u16,
    /// Null when the body is not JSON.
    pub(super) body: Value,
}

impl Connection {
    pub(super) fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            stream: None,
            token: None,
            latencies: Vec::new(),
            failed: 0,
        }
    }

    /// Sends a request to the API. `None` means that the response was broken or useless, and that the
    /// operation may have been executed or not.
    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<Option<Reply>, Failure> {
        let token = self.token()?;
        let authorization = format!("Bearer {token}");
        let path = format!("/api/atlas/v1.0{path}");
        let start = Instant::now();
        let reply = self.exchange(method, &path, (&authorization, "application/json"), body);
        self.latencies.push(start.elapsed());
        match reply {
            Ok(reply) if reply.status == 401 => {
                self.token = None;
                self.failed += 1;
                Ok(None)
            }
            Ok(reply) if reply.status < 500 => Ok(Some(reply)),
            Ok(_) => {
                self.failed += 1;
                Ok(None)
            }
            Err(_) => {
                self.stream = None;
                self.failed += 1;
                Ok(None)
            }
        }
    }

    fn token(&mut self) -> Result<String, Failure> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let pair = format!("{DEFAULT_CLIENT_ID}:{DEFAULT_CLIENT_SECRET}");
        let authorization = format!("Basic {}", BASE64_STANDARD.encode(pair));
        let headers = (&*authorization, "application/x-www-form-urlencoded");
        let form = "grant_type=client_credentials";
        // No fault affects the token endpoint, but the connection may have been closed.
        let reply = self
            .exchange("POST", "/api/oauth/token", headers, form)
            .or_else(|_| {
                self.stream = None;
                self.exchange("POST", "/api/oauth/token", headers, form)
            })?;
        let token = reply.body["access_token"].as_str();
        let token = token.ok_or("the token endpoint returned no token")?;
        Ok(self.token.insert(token.to_owned()).clone())
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        (authorization, media_type): (&str, &str),
        body: &str,
    ) -> io::Result<Reply> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.address)?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: {authorization}\r\n\
             content-type: {media_type}\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        );
        stream.write_all(request.as_bytes())?;
        read(stream)
    }
}

fn read(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    let mut expected = None;
    loop {
        if let Some((start, length)) = expected
            && bytes.len() >= start + length
        {
            let status = std::str::from_utf8(&bytes[9..12]).ok();
            let status = status.and_then(|it| it.parse().ok()).ok_or_else(invalid)?;
            let body = serde_json::from_slice(&bytes[start..start + length]).unwrap_or_default();
            return Ok(Reply { status, body });
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..count]);
        if expected.is_none() {
            expected = length(&bytes)?;
        }
    }
}

/// Returns the place and the length of the body once the head is complete.
fn length(bytes: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| invalid())?;
    let mut lines = head.split("\r\n").skip(1);
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then_some(value)?
            .parse()
            .ok()
    });
    Ok(Some((end + 4, length.ok_or_else(invalid)?)))
}

fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the response is invalid")
}
