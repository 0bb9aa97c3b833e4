//! The fragment at `/openapi.yaml`, and Swagger UI with it at `/docs`.
//!
//! The files of Swagger UI are in the archive that the crate `utoipa-swagger-ui-vendored` contains. They are
//! sent as they are compressed there: a gzip file is the same stream with another head and tail.

use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use maud::{DOCTYPE, PreEscaped, html};
use rawzip::ZipArchive;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

use super::Refusal;
use super::html::{body, nonce, response};
use crate::response::append_header;
use crate::spec::DOCUMENT;

const SCRIPT: &str = "/docs/swagger-ui-bundle.js";
const STYLE: &str = "/docs/swagger-ui.css";
const SETUP: &str = include_str!("docs.js");

/// A gzip head without a name and time, for the compression method deflate.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

pub(super) fn has(path: &str) -> bool {
    ["/openapi.yaml", "/docs", SCRIPT, STYLE].contains(&path)
}

pub(super) fn respond(parts: &Parts, path: &str) -> Result<Response<Bytes>, Refusal> {
    // Hyper omits the body of a response to HEAD.
    if ![Method::GET, Method::HEAD].contains(&parts.method) {
        let detail = format!("The method of {path} is GET.");
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, detail));
    }
    match path {
        "/docs" => reference(),
        SCRIPT => file(SCRIPT, "text/javascript"),
        STYLE => file(STYLE, "text/css"),
        _ => Ok(body("application/yaml", DOCUMENT)),
    }
}

fn reference() -> Result<Response<Bytes>, Refusal> {
    let nonce = nonce()?;
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "API reference · Atlas sandbox" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE) nonce=(nonce);
            }
            body {
                div #docs {
                    noscript { "Without JavaScript, read " a href="/openapi.yaml" { "the OpenAPI document" } "." }
                }
                script src=(SCRIPT) nonce=(nonce) {}
                script nonce=(nonce) { (PreEscaped(SETUP)) }
            }
        }
    };
    let source = format!("'nonce-{nonce}'");
    Ok(response(StatusCode::OK, &source, &source, html))
}

/// Responds with a file of Swagger UI, which changes only with the sandbox.
fn file(path: &str, media_type: &str) -> Result<Response<Bytes>, Refusal> {
    let name = path.trim_start_matches("/docs/");
    let gzip = compressed(name).map_err(|error| {
        let detail = format!("The file {name} of Swagger UI could not be read: {error}.");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    })?;
    let mut response = body(media_type, gzip);
    append_header(&mut response, CONTENT_ENCODING, "gzip");
    append_header(&mut response, CACHE_CONTROL, "max-age=3600");
    Ok(response)
}

/// Returns a file of the archive as a gzip file.
fn compressed(name: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let archive = ZipArchive::from_slice(SWAGGER_UI_VENDORED)?;
    let end = format!("/dist/{name}");
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry()? {
        if !entry.file_path().as_bytes().ends_with(end.as_bytes()) {
            continue;
        }
        let crc = entry.crc32();
        // The format has the size modulo 2^32.
        let size = u32::try_from(entry.uncompressed_size_hint() & u64::from(u32::MAX))?;
        let data = archive.get_entry(entry.wayfinder())?.data();
        return Ok([&GZIP_HEAD, data, &crc.to_le_bytes(), &size.to_le_bytes()].concat());
    }
    Err("there is none".into())
}
