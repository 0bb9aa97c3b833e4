//! A gateway in front of a sandbox, which sees how many requests are under way at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes requests without a body on, one after the other on each connection.
pub(crate) struct Gateway {
    pub(crate) origin: String,
    seen: Arc<Seen>,
}

struct Seen {
    /// As many must be under way at once before the first is passed on.
    expected: usize,
    under_way: AtomicUsize,
    most: AtomicUsize,
    reached: watch::Sender<bool>,
}

impl Gateway {
    /// Answers nothing before that many requests have come.
    pub(crate) async fn holding(expected: usize, to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen {
            expected,
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            reached: watch::Sender::new(false),
        });
        let to = to.trim_start_matches("http://").to_owned();
        let serving = Arc::clone(&seen);
        // It ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&to).await.unwrap();
                tokio::spawn(serve(client, server, Arc::clone(&serving)));
            }
        });
        Self { origin, seen }
    }

    /// The most requests that were under way at once.
    pub(crate) fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

impl Seen {
    async fn enter(&self) {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        if now >= self.expected {
            self.reached.send_replace(true);
        }
        let mut reached = self.reached.subscribe();
        reached.wait_for(|reached| *reached).await.unwrap();
    }
}

/// Ends when either side does.
async fn serve(mut client: TcpStream, mut server: TcpStream, seen: Arc<Seen>) -> Option<()> {
    loop {
        let request = read_head(&mut client).await?;
        seen.enter().await;
        server.write_all(&request).await.ok()?;
        let mut answer = read_head(&mut server).await?;
        let mut body = vec![0; content_length(&answer)];
        server.read_exact(&mut body).await.ok()?;
        answer.append(&mut body);
        // It is over before the client can know that.
        seen.under_way.fetch_sub(1, Ordering::SeqCst);
        client.write_all(&answer).await.ok()?;
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
        .expect("the sandbox tells how long an answer is");
    length.trim().parse().unwrap()
}
