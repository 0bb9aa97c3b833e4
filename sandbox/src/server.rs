//! The sockets. The accept loop is the sandbox's own, so that connections can be handled before any HTTP
//! is read from them.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

use crate::outcome::Outcome;
use crate::raw::{self, Raw};
use crate::service::{BODY_LIMIT, Service, TooLarge};

/// How long the accept loop rests after a failure, which is usually that the process has no file
/// descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// A running server. Dropping it stops it.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

/// Opens a listening socket on the loopback interface; port 0 stands for a free one.
pub(crate) fn bind(port: u16) -> io::Result<StdListener> {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Server {
    /// The runtime lives and dies in its thread: a runtime must not be dropped where another one runs,
    /// and the caller may be anywhere.
    pub(crate) fn start(listener: StdListener, service: Arc<Service>) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("atlas-pe-sandbox".to_owned())
            .spawn(move || {
                let (runtime, listener) = match prepare(listener) {
                    Ok(prepared) => prepared,
                    Err(error) => return drop(ready.send(Err(error))),
                };
                drop(ready.send(Ok(())));
                runtime.block_on(run(listener, service, stopped));
            })?;
        let server = Self {
            stop: Some(stop),
            thread: Some(thread),
        };
        started
            .recv()
            .map_err(|_| io::Error::other("the thread ended early"))??;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The accept loop ends when the sender is gone, and takes all connections with it.
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic in there has been printed already.
            let _ = thread.join();
        }
    }
}

fn prepare(listener: StdListener) -> io::Result<(Runtime, TcpListener)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let _inside = runtime.enter();
    let listener = TcpListener::from_std(listener)?;
    Ok((runtime, listener))
}

async fn run(
    listener: TcpListener,
    service: Arc<Service>,
    mut stopped: oneshot::Receiver<Infallible>,
) {
    loop {
        let accepted = tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Answers are small and come in two writes. Without this the second may wait for the client's
        // delayed acknowledgement. A socket that refuses it still works.
        let _ = stream.set_nodelay(true);
        if service.refuses_connection() {
            // A socket that refuses this is closed at once all the same.
            let _ = raw::reset(&stream);
            continue;
        }
        tokio::spawn(serve(stream, Arc::clone(&service)));
    }
}

/// Serves one connection until either side closes it.
///
/// An outcome that HTTP cannot express takes the socket out of hyper's hands. Its request is never
/// answered there, so hyper has nothing of its own to send.
async fn serve(stream: TcpStream, service: Arc<Service>) {
    let (end, mut ended) = mpsc::channel(1);
    let answer = service_fn(|request| respond(&service, &end, request));
    let mut connection = http1::Builder::new()
        // The `Date` is the sandbox's, not the computer's.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), answer);
    let raw = tokio::select! {
        // A client that goes away or does not speak HTTP concerns nobody else.
        _ = &mut connection => return,
        Some(raw) = ended.recv() => raw,
    };
    let stream = connection.into_parts().io.into_inner();
    // Nobody is left to be told of an error.
    let _: io::Result<()> = Raw::perform(raw, stream).await;
}

/// Reads the body even for a request that will be refused: a connection with an unread body could not be
/// used again.
async fn respond(
    service: &Service,
    end: &mpsc::Sender<Raw>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Box<dyn Error + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(TooLarge),
        Err(error) => return Err(error),
    };
    match service.answer(&parts, body) {
        Outcome::Answer(response) => Ok(response.map(Full::new)),
        Outcome::End(_, raw) => {
            end.send(raw).await?;
            pending().await
        }
    }
}
