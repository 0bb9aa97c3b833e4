//! A server that requires digest authentication and returns the responses of a list.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use md5::{Digest, Md5};

pub const PUBLIC_KEY: &str = "public";
pub const PRIVATE_KEY: &str = "private";
const REALM: &str = "reminders";
const NONCE: &str = "5eb63bbbe01eeed093cb22bb8f5acdc3";

/// A status line and a body.
pub type Response = (&'static str, &'static str);

/// A signed request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub method: String,
    /// Path and query, as received.
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

pub struct Server {
    pub origin: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Listens on a free port until the test ends, and returns the responses to signed requests in order.
    pub fn with_responses(responses: &[Response]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let mut responses: VecDeque<Response> = responses.iter().copied().collect();
        let log = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &mut responses, &log);
            }
        });
        Self { origin, requests }
    }

    /// Returns every signed request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the only signed request.
    pub fn only(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.remove(0)
    }
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn read(stream: &TcpStream) -> Self {
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let mut words = line.split(' ').map(str::to_owned);
        let mut request = Self {
            method: words.next().unwrap(),
            target: words.next().unwrap(),
            ..Self::default()
        };
        loop {
            let mut line = String::new();
            lines.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            request.headers.push((name.to_owned(), value.to_owned()));
        }
        let length = request
            .header("content-length")
            .unwrap_or("0")
            .parse()
            .unwrap();
        lines
            .take(length)
            .read_to_string(&mut request.body)
            .unwrap();
        request
    }

    /// Returns whether the signature is correct for the key, the method and the target.
    fn has_valid_signature(&self, authorization: &str) -> bool {
        let field = |name: &str| {
            let (_, rest) = authorization.split_once(&format!(" {name}=")).unwrap();
            let rest = rest.strip_prefix('"').unwrap_or(rest);
            rest.split(['"', ',']).next().unwrap()
        };
        let who = md5(&format!("{PUBLIC_KEY}:{REALM}:{PRIVATE_KEY}"));
        let what = md5(&format!("{}:{}", self.method, self.target));
        let (count, client_nonce) = (field("nc"), field("cnonce"));
        let expected = md5(&format!("{who}:{NONCE}:{count}:{client_nonce}:auth:{what}"));
        field("uri") == self.target && field("response") == expected
    }
}

fn md5(text: &str) -> String {
    let digest = Md5::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn serve(mut stream: TcpStream, responses: &mut VecDeque<Response>, log: &Mutex<Vec<Request>>) {
    let request = Request::read(&stream);
    let challenge =
        format!("WWW-Authenticate: Digest realm=\"{REALM}\", nonce=\"{NONCE}\", qop=\"auth\"\r\n");
    let ((status, body), header) = match request.header("authorization") {
        None => (("401 Unauthorized", ""), challenge.as_str()),
        Some(authorization) if !request.has_valid_signature(authorization) => {
            (("403 Forbidden", "the signature is wrong"), "")
        }
        Some(_) => {
            log.lock().unwrap().push(request);
            let nothing = ("404 Not Found", "no further response");
            (responses.pop_front().unwrap_or(nothing), "")
        }
    };
    // A 204 has no length.
    let length = match status {
        "204 No Content" => String::new(),
        _ => format!("Content-Length: {}\r\n", body.len()),
    };
    let head = format!("HTTP/1.1 {status}\r\n{header}{length}Connection: close\r\n\r\n");
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .unwrap();
}
