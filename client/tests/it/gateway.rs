//! A gateway in front of a sandbox that counts connections and concurrent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A proxy for requests without a body, one at a time on each connection.
pub(crate) struct Gateway {
    pub(crate) origin: String,
    requests: Arc<Requests>,
}

struct Requests {
    /// The number of requests that must be in flight before the first is forwarded.
    expected: usize,
    in_flight: AtomicUsize,
    max: AtomicUsize,
    reached: watch::Sender<bool>,
    connections: AtomicUsize,
    /// A text in the head of a response, and its replacement.
    replaced: (String, String),
}

impl Gateway {
    /// Starts a gateway that forwards nothing before `expected` requests have arrived.
    pub(crate) async fn holding(expected: usize, to: &str) -> Self {
        Self::start(expected, (String::new(), String::new()), to).await
    }

    /// Starts a gateway that replaces a text in the head of each response.
    pub(crate) async fn replacing(text: &str, by: &str, to: &str) -> Self {
        Self::start(0, (text.to_owned(), by.to_owned()), to).await
    }

    async fn start(expected: usize, replaced: (String, String), to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Requests {
            expected,
            in_flight: AtomicUsize::new(0),
            max: AtomicUsize::new(0),
            reached: watch::Sender::new(false),
            connections: AtomicUsize::new(0),
            replaced,
        });
        let to = to.trim_start_matches("http://").to_owned();
        let serving = Arc::clone(&requests);
        // The task ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                let server = TcpStream::connect(&to).await.unwrap();
                tokio::spawn(serve(client, server, Arc::clone(&serving)));
            }
        });
        Self { origin, requests }
    }

    /// Returns the maximum number of concurrent requests.
    pub(crate) fn max_concurrency(&self) -> usize {
        self.requests.max.load(Ordering::SeqCst)
    }

    /// Returns the number of connections that were opened.
    pub(crate) fn connections(&self) -> usize {
        self.requests.connections.load(Ordering::SeqCst)
    }
}

impl Requests {
    async fn enter(&self) {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.max.fetch_max(now, Ordering::SeqCst);
        if now >= self.expected {
            self.reached.send_replace(true);
        }
        let mut reached = self.reached.subscribe();
        reached.wait_for(|reached| *reached).await.unwrap();
    }
}

/// Forwards requests until either side ends.
async fn serve(
    mut client: TcpStream,
    mut server: TcpStream,
    requests: Arc<Requests>,
) -> Option<()> {
    loop {
        let request = read_head(&mut client).await?;
        requests.enter().await;
        server.write_all(&request).await.ok()?;
        let mut response = read_head(&mut server).await?;
        let mut body = vec![0; content_length(&response)];
        server.read_exact(&mut body).await.ok()?;
        let (text, by) = &requests.replaced;
        if !text.is_empty() {
            response = String::from_utf8(response).ok()?.replace(text, by).into();
        }
        response.append(&mut body);
        // The client may send its next request once it has the response.
        requests.in_flight.fetch_sub(1, Ordering::SeqCst);
        client.write_all(&response).await.ok()?;
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(head)
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .expect("the sandbox sends a content length");
    length.trim().parse().unwrap()
}
