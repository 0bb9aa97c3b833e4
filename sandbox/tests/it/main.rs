//! The sandbox as its clients see it: over real sockets.

mod authentication;
mod errors;
mod library;
mod life;
mod presentation;
#[cfg(unix)]
mod program;
mod support;
