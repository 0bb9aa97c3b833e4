//! The HTTP server. It has its own accept loop, so that a connection can be reset before a request is
//! read from it.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener};
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

use crate::response::{RawResponse, reset};
use crate::service::{MAX_BODY, Outcome, Service};

/// The pause of the accept loop after an error, which usually means that the process has no file descriptor
/// left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// A running server. Dropping it stops it.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

/// Opens a listening socket. Port 0 selects a free one.
pub(crate) fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Server {
    /// Starts a thread with its own runtime. A runtime must not be dropped inside another one, such as that
    /// of the caller.
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
        // Dropping the sender ends the accept loop, which closes all connections.
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed already.
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
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Responses are small and are sent in two writes. Without this option, the second write can wait for
        // the client's delayed acknowledgement. A failure is harmless.
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, peer.ip(), Arc::clone(&service)));
    }
}

/// Serves one connection until either side closes it.
///
/// A raw response takes the socket away from hyper. Hyper never gets a response to that request, so it
/// sends nothing.
async fn serve(stream: TcpStream, address: IpAddr, service: Arc<Service>) {
    if !is_for_console(&stream, &service).await && service.resets_connection() {
        // Without the option, the connection is closed instead.
        let _ = reset(&stream);
        return;
    }
    let (raw, mut raw_responses) = mpsc::channel(1);
    let respond = service_fn(|request| respond(&service, &raw, address, request));
    let mut connection = http1::Builder::new()
        // The sandbox sets `Date` from its own clock.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), respond);
    let raw_response = tokio::select! {
        // An error of one client does not affect the others.
        _ = &mut connection => return,
        Some(raw_response) = raw_responses.recv() => raw_response,
    };
    let stream = connection.into_parts().io.into_inner();
    // An error means that the client has closed the connection.
    let _: io::Result<()> = RawResponse::send(raw_response, stream).await;
}

/// Returns true if the first request is for the console, without reading it. A fault that resets all connections
/// could not be switched off otherwise.
async fn is_for_console(stream: &TcpStream, service: &Service) -> bool {
    let mut head = [0; 1024];
    let console = service.console();
    console.is_on()
        && matches!(stream.peek(&mut head).await, Ok(length) if console.has(&head[..length]))
}

/// Reads the body even of a request that will be refused, as the connection could not be reused otherwise.
async fn respond(
    service: &Service,
    raw_responses: &mpsc::Sender<RawResponse>,
    address: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Box<dyn Error + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(error) => return Err(error),
    };
    let (outcome, due) = service.respond(&parts, body, address);
    service.clock().wait_until(due).await;
    match outcome {
        Outcome::Response(response) => Ok(response.map(Full::new)),
        Outcome::Raw(_, raw_response) => {
            raw_responses.send(raw_response).await?;
            pending().await
        }
    }
}
