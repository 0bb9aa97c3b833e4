//! The mapping from a request to an operation, by the paths of the spec.

use std::collections::BTreeMap;

use hyper::Method;
use hyper::header::ALLOW;
use percent_encoding::percent_decode_str;

use crate::error::{ApiError, Code, Result};
use crate::spec::Operation;

/// Values of path parameters, by their names in the spec.
pub(crate) type Params = BTreeMap<&'static str, String>;

pub(crate) struct Routes {
    routes: Vec<Route>,
}

struct Route {
    operation: &'static Operation,
    segments: Vec<Segment>,
}

enum Segment {
    Literal(&'static str),
    Parameter(&'static str),
}

impl Routes {
    pub(crate) fn new(operations: &'static [Operation]) -> Self {
        let routes = operations.iter().map(|operation| {
            let segments = operation.path.split('/').skip(1);
            Route {
                segments: segments.map(Segment::parse).collect(),
                operation,
            }
        });
        Self {
            routes: routes.collect(),
        }
    }

    pub(crate) fn operation_ids(&self) -> impl Iterator<Item = &'static str> {
        self.routes.iter().map(|route| route.operation.id)
    }

    /// Finds the operation of a method and a path.
    ///
    /// When several paths of the spec match, a literal segment takes precedence over a parameter, from
    /// left to right. The method is looked up on that path only.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<(&'static Operation, Params)> {
        let segments = split(path).ok_or_else(|| not_found(path))?;
        let matching: Vec<(&Route, Params)> = self
            .routes
            .iter()
            .filter_map(|route| Some((route, route.params(&segments)?)))
            .collect();
        let best = matching
            .iter()
            .map(|(route, _)| route.literals())
            .max()
            .ok_or_else(|| not_found(path))?;
        let mut allowed = Vec::new();
        for (route, params) in matching {
            if route.literals() != best {
                continue;
            }
            if route.operation.method == *method {
                return Ok((route.operation, params));
            }
            allowed.push(route.operation.method.as_str());
        }
        let detail = format!("The method {method} is not allowed here.");
        Err(ApiError::new(Code::MethodNotAllowed, detail)
            .about(method.as_str())
            .with_header(ALLOW, allowed.join(", ")))
    }
}

impl Route {
    fn params(&self, path: &[String]) -> Option<Params> {
        if path.len() != self.segments.len() {
            return None;
        }
        let mut params = Params::new();
        for (segment, value) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(literal) if literal == value => {}
                Segment::Parameter(name) if !value.is_empty() => {
                    params.insert(*name, value.clone());
                }
                Segment::Literal(_) | Segment::Parameter(_) => return None,
            }
        }
        Some(params)
    }

    /// Returns which segments are literal. The greater of two such lists has precedence.
    fn literals(&self) -> Vec<bool> {
        let segments = self.segments.iter();
        segments
            .map(|it| matches!(it, Segment::Literal(_)))
            .collect()
    }
}

impl Segment {
    fn parse(text: &'static str) -> Self {
        let name = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(name) => Self::Parameter(name),
            None => Self::Literal(text),
        }
    }
}

/// Splits a path into decoded segments, or returns `None` when one is not UTF-8. It is split before it
/// is decoded, so that an encoded slash stays within its segment.
///
/// A trailing slash is accepted only after the collection that MongoDB's own examples write with one.
fn split(path: &str) -> Option<Vec<String>> {
    let path = match path.strip_suffix('/') {
        Some(shorter) if shorter.ends_with("/privateEndpoint") => shorter,
        _ => path,
    };
    let segments = path.split('/').skip(1);
    let decoded = segments.map(|it| percent_decode_str(it).decode_utf8().ok());
    decoded.map(|it| it.map(String::from)).collect()
}

fn not_found(path: &str) -> ApiError {
    let detail = format!("There is no resource at {path}.");
    ApiError::new(Code::ResourceNotFound, detail).about(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::OPERATIONS;

    const LIST: &str = "/api/atlas/v1.0/groups/p/privateEndpoint";

    fn operation(routes: &Routes, method: &Method, path: &str) -> Result<&'static str, Code> {
        match routes.find(method, path) {
            Ok((operation, _)) => Ok(operation.id),
            Err(error) => Err(error.code),
        }
    }

    #[test]
    fn parameters_are_decoded_after_the_path_is_split() {
        let routes = Routes::new(OPERATIONS);
        let (operation, params) = routes
            .find(&Method::GET, &format!("{LIST}/a%2Fb%C3%A4"))
            .expect("the path has an operation");
        assert_eq!(operation.id, "getPrivateEndpointConnection");
        assert_eq!(params["groupId"], "p");
        assert_eq!(params["privateLinkId"], "a/bä");
    }

    #[test]
    fn trailing_slash_is_accepted_after_the_collection_only() {
        let routes = Routes::new(OPERATIONS);
        let list = Ok("listPrivateEndpointConnections");
        assert_eq!(operation(&routes, &Method::GET, LIST), list);
        assert_eq!(operation(&routes, &Method::GET, &format!("{LIST}/")), list);
        for end in ["//", "/5f/", "/5f/interfaceEndpoints/"] {
            let path = format!("{LIST}{end}");
            let found = operation(&routes, &Method::GET, &path);
            assert_eq!(found, Err(Code::ResourceNotFound), "{path}");
        }
    }

    #[test]
    fn other_paths_are_not_found() {
        let routes = Routes::new(OPERATIONS);
        for path in [
            "*",
            "/",
            "/api/atlas/v1.0",
            "/api/atlas/v1.0/groups//privateEndpoint",
            "/api/atlas/v1.0/groups/p/privateendpoint",
            "/api/atlas/v1.0/groups/p/privateEndpoint/%ff",
            "/groups/p/privateEndpoint",
        ] {
            let found = operation(&routes, &Method::GET, path);
            assert_eq!(found, Err(Code::ResourceNotFound), "{path}");
        }
    }

    /// Operations whose ids name the segments that are parameters.
    static OVERLAPPING: &[Operation] = &[
        operation_at("middle", Method::GET, "/a/{x}/c"),
        operation_at("last", Method::GET, "/a/b/{y}"),
        operation_at("none", Method::GET, "/a/b/c"),
        operation_at("deleteNone", Method::DELETE, "/a/b/c"),
        operation_at("both", Method::GET, "/a/{x}/{y}"),
        operation_at("putBoth", Method::PUT, "/a/{x}/{y}"),
        operation_at("first", Method::GET, "/{w}/b/c"),
    ];

    const fn operation_at(id: &'static str, method: Method, path: &'static str) -> Operation {
        Operation {
            id,
            method,
            path,
            query: &[],
            body: None,
            responses: &[],
        }
    }

    #[test]
    fn literal_segment_takes_precedence_over_a_parameter() {
        let mut routes = Routes::new(OVERLAPPING);
        for _ in 0..2 {
            for (path, id) in [
                ("/a/b/c", "none"),
                ("/a/b/z", "last"),
                ("/a/z/c", "middle"),
                ("/a/z/z", "both"),
                ("/z/b/c", "first"),
            ] {
                let found = operation(&routes, &Method::GET, path);
                assert_eq!(found, Ok(id), "{path}");
            }
            routes.routes.reverse();
        }
    }

    #[test]
    fn other_method_is_refused_with_those_of_the_literal_path() {
        let routes = Routes::new(OVERLAPPING);
        for (path, allowed) in [("/a/b/c", "GET, DELETE"), ("/a/b/z", "GET")] {
            let error = routes.find(&Method::PUT, path);
            let error = error.expect_err("the path has no PUT");
            assert_eq!(error.code, Code::MethodNotAllowed);
            assert_eq!(error.headers, [(ALLOW, allowed.to_owned())]);
        }
    }
}
