//! A server that asks for digest authentication, checks it, and then answers what it is told to.

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

/// A status with its phrase, and a body.
pub type Answer = (&'static str, &'static str);

/// A request that was signed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub method: String,
    /// Path and query, exactly as they were sent.
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

pub struct Server {
    pub origin: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers signed requests one after the other, on a free port until the test ends.
    pub fn answering(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let mut answers: VecDeque<Answer> = answers.iter().copied().collect();
        let log = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &mut answers, &log);
            }
        });
        Self { origin, seen }
    }

    /// Every signed request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The one signed request.
    pub fn only(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        seen.remove(0)
    }
}

impl Seen {
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
        let mut seen = Self {
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
            seen.headers.push((name.to_owned(), value.to_owned()));
        }
        let length = seen
            .header("content-length")
            .unwrap_or("0")
            .parse()
            .unwrap();
        lines.take(length).read_to_string(&mut seen.body).unwrap();
        seen
    }

    /// Whether the signature is that of the key for this method and this target.
    fn is_signed_well(&self, authorization: &str) -> bool {
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

fn serve(mut stream: TcpStream, answers: &mut VecDeque<Answer>, log: &Mutex<Vec<Seen>>) {
    let seen = Seen::read(&stream);
    let challenge =
        format!("WWW-Authenticate: Digest realm=\"{REALM}\", nonce=\"{NONCE}\", qop=\"auth\"\r\n");
    let ((status, body), header) = match seen.header("authorization") {
        None => (("401 Unauthorized", ""), challenge.as_str()),
        Some(authorization) if !seen.is_signed_well(authorization) => {
            (("403 Forbidden", "the signature is wrong"), "")
        }
        Some(_) => {
            log.lock().unwrap().push(seen);
            let nothing = ("404 Not Found", "there is no further answer");
            (answers.pop_front().unwrap_or(nothing), "")
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
