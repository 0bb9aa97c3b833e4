//! A server that responds to every request with the same bytes.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Responds on a free port until the test ends; returns the origin.
pub(crate) fn responding(response: impl Into<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let response = response.into();
    // The thread ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A client may close its connection at any time.
            let _ = stream.and_then(|stream| serve(stream, &response));
        }
    });
    format!("http://{address}")
}

fn serve(mut stream: TcpStream, response: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
    stream.write_all(response)
}

/// Returns a socket that refuses connections, and its origin. While it exists, no other test can get its port.
pub(crate) fn refusing() -> (tokio::net::TcpSocket, String) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let origin = format!("http://{}", socket.local_addr().unwrap());
    (socket, origin)
}
