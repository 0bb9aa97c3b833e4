//! What HTTP cannot express: answers that break off, and connections that break down.

use std::io;

use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How many items of an endless array make a chunk.
const CHUNK_ITEMS: usize = 1000;

/// The last thing that happens on a connection.
#[derive(Debug)]
pub(crate) struct Raw {
    bytes: Vec<u8>,
    then: Then,
}

#[derive(Debug)]
enum Then {
    /// Breaks the connection down.
    Reset,
    /// Ends the connection in an orderly way.
    Close,
    /// Nothing more until the client goes away.
    Stall,
    /// Chunks until the client goes away.
    Endless,
}

/// Which part of an answer is sent.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    HalfHead,
    HalfBody,
    /// All, under a head that announces more.
    TooLittle,
}

impl Raw {
    pub(crate) fn reset() -> Self {
        Self {
            bytes: Vec::new(),
            then: Then::Reset,
        }
    }

    pub(crate) fn stall(response: &Response<Bytes>, part: Part) -> Self {
        Self {
            bytes: part_of(response, part),
            then: Then::Stall,
        }
    }

    /// Not a single byte.
    pub(crate) fn silence() -> Self {
        Self {
            bytes: Vec::new(),
            then: Then::Stall,
        }
    }

    pub(crate) fn close(response: &Response<Bytes>, part: Part) -> Self {
        Self {
            bytes: part_of(response, part),
            then: Then::Close,
        }
    }

    /// The head comes from the response, whose body does not matter.
    pub(crate) fn endless(response: &Response<Bytes>) -> Self {
        let mut bytes = head(response, TRANSFER_ENCODING.as_str(), "chunked");
        bytes.extend_from_slice(b"1\r\n[\r\n");
        Self {
            bytes,
            then: Then::Endless,
        }
    }

    /// Ends with the connection. An error says that the client was faster to go.
    pub(crate) async fn perform(self, mut stream: TcpStream) -> io::Result<()> {
        stream.write_all(&self.bytes).await?;
        match self.then {
            Then::Reset => reset(&stream),
            Then::Close => stream.shutdown().await,
            Then::Stall => wait_for_end(&mut stream).await,
            Then::Endless => {
                let chunk = chunk();
                loop {
                    stream.write_all(&chunk).await?;
                }
            }
        }
    }
}

/// Makes the end of this connection a reset instead of an orderly close.
pub(crate) fn reset(stream: &TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}

async fn wait_for_end(stream: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

fn part_of(response: &Response<Bytes>, part: Part) -> Vec<u8> {
    let body = response.body();
    let announced = match part {
        Part::TooLittle => body.len() + 1,
        _ => body.len(),
    };
    let mut bytes = head(response, CONTENT_LENGTH.as_str(), &announced.to_string());
    match part {
        Part::HalfHead => bytes.truncate(bytes.len() / 2),
        Part::HalfBody => bytes.extend(body.iter().take(body.len() / 2)),
        Part::TooLittle => bytes.extend_from_slice(body),
    }
    bytes
}

/// Hyper would not write a head without a fitting body, so it is written here.
fn head(response: &Response<Bytes>, framing: &str, value: &str) -> Vec<u8> {
    let status = response.status();
    let phrase = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {phrase}\r\n", status.as_u16()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("{framing}: {value}\r\n\r\n").as_bytes());
    bytes
}

/// The array goes on validly, so that no parser can give up before its reader does.
fn chunk() -> Vec<u8> {
    let data = "\"endless\", ".repeat(CHUNK_ITEMS);
    format!("{:x}\r\n{data}\r\n", data.len()).into_bytes()
}
