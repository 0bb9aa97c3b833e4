//! Which operation a request is for, by the paths of the spec.

use std::collections::BTreeMap;

use hyper::Method;
use percent_encoding::percent_decode_str;

use crate::error::{ApiError, Code};
use crate::handlers::{self, Handler};
use crate::spec::{Operation, Spec};

/// Values of path parameters, by the name that the spec gives them.
pub(crate) type Params = BTreeMap<String, String>;

/// All operations with their handlers.
pub(crate) struct Routes {
    routes: Vec<Route>,
}

/// An operation with its handler.
pub(crate) struct Route {
    pub(crate) operation: Operation,
    pub(crate) handler: Handler,
    segments: Vec<Segment>,
}

enum Segment {
    Literal(String),
    Parameter(String),
}

impl Routes {
    /// Fails with the id of an operation that has no handler.
    pub(crate) fn new(spec: Spec) -> Result<Self, String> {
        let base_path = spec.base_path;
        let routes = spec
            .operations
            .into_iter()
            .map(|operation| Route::new(&base_path, operation))
            .collect::<Result<_, _>>()?;
        Ok(Self { routes })
    }

    pub(crate) fn operation_ids(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().map(|route| route.operation.id.as_str())
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<(&Route, Params), ApiError> {
        let Some(segments) = split(path) else {
            return Err(nothing_there(path));
        };
        let here: Vec<(&Route, Params)> = self
            .routes
            .iter()
            .filter_map(|route| Some((route, route.params(&segments)?)))
            .collect();
        if here.is_empty() {
            return Err(nothing_there(path));
        }
        let allowed = here.iter().map(|(it, _)| it.operation.method.clone());
        let allowed = allowed.collect();
        here.into_iter()
            .find(|(route, _)| route.operation.method == *method)
            .ok_or_else(|| ApiError::method_not_allowed(method, allowed))
    }
}

impl Route {
    fn new(base_path: &str, operation: Operation) -> Result<Self, String> {
        let handler = handlers::by_operation(&operation.id).ok_or_else(|| operation.id.clone())?;
        let template = format!("{base_path}{}", operation.path);
        let segments = template.split('/').skip(1).map(Segment::parse).collect();
        Ok(Self {
            operation,
            handler,
            segments,
        })
    }

    fn params(&self, path: &[String]) -> Option<Params> {
        if path.len() != self.segments.len() {
            return None;
        }
        let mut params = Params::new();
        for (segment, value) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(literal) if literal == value => {}
                Segment::Parameter(name) if !value.is_empty() => {
                    params.insert(name.clone(), value.clone());
                }
                Segment::Literal(_) | Segment::Parameter(_) => return None,
            }
        }
        Some(params)
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        let name = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }
}

/// Splits before decoding, so that an encoded slash stays within its segment. `None` when a segment is
/// not UTF-8.
///
/// One slash is accepted at the end of the collection that MongoDB's own examples write with one, and
/// nowhere else.
fn split(path: &str) -> Option<Vec<String>> {
    let path = match path.strip_suffix('/') {
        Some(shorter) if shorter.ends_with("/privateEndpoint") => shorter,
        _ => path,
    };
    path.split('/').skip(1).map(decode).collect()
}

fn decode(segment: &str) -> Option<String> {
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

fn nothing_there(path: &str) -> ApiError {
    let detail = format!("There is nothing at {path}.");
    ApiError::new(Code::ResourceNotFound, detail).about(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::DOCUMENT;

    const LIST: &str = "/api/atlas/v1.0/groups/p/privateEndpoint";

    fn routes() -> Routes {
        let spec = Spec::parse(DOCUMENT).expect("the spec can be read");
        Routes::new(spec).expect("every operation has a handler")
    }

    fn operation(method: &Method, path: &str) -> Result<String, Code> {
        let routes = routes();
        let found = routes.find(method, path);
        found
            .map(|(route, _)| route.operation.id.clone())
            .map_err(|error| error.code)
    }

    #[test]
    fn every_operation_has_a_handler_and_every_handler_an_operation() {
        let routes = routes();
        let mut operations: Vec<&str> = routes.operation_ids().collect();
        let mut handlers: Vec<&str> = handlers::HANDLERS.iter().map(|(id, _)| *id).collect();
        operations.sort_unstable();
        handlers.sort_unstable();
        assert_eq!(operations, handlers);
    }

    #[test]
    fn an_operation_without_a_handler_is_named() {
        let changed = DOCUMENT.replace("addInterfaceEndpoint", "attachInterfaceEndpoint");
        let spec = Spec::parse(&changed).expect("the spec can be read");
        assert_eq!(
            Routes::new(spec).err().as_deref(),
            Some("attachInterfaceEndpoint")
        );
    }

    #[test]
    fn parameters_are_decoded_after_the_path_is_split() {
        let routes = routes();
        let (route, params) = routes
            .find(&Method::GET, &format!("{LIST}/a%2Fb%C3%A4"))
            .expect("the path has an operation");
        assert_eq!(route.operation.id, "getPrivateEndpointConnection");
        assert_eq!(params["groupId"], "p");
        assert_eq!(params["privateLinkId"], "a/bä");
    }

    #[test]
    fn a_slash_at_the_end_is_accepted_after_the_collection_only() {
        let list = Ok("listPrivateEndpointConnections".to_owned());
        assert_eq!(operation(&Method::GET, LIST), list);
        assert_eq!(operation(&Method::GET, &format!("{LIST}/")), list);
        for end in ["//", "/5f/", "/5f/interfaceEndpoints/"] {
            let path = format!("{LIST}{end}");
            assert_eq!(
                operation(&Method::GET, &path),
                Err(Code::ResourceNotFound),
                "{path}"
            );
        }
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in [
            "*",
            "/",
            "/api/atlas/v1.0",
            "/api/atlas/v1.0/groups//privateEndpoint",
            "/api/atlas/v1.0/groups/p/privateendpoint",
            "/api/atlas/v1.0/groups/p/privateEndpoint/%ff",
            "/groups/p/privateEndpoint",
        ] {
            assert_eq!(
                operation(&Method::GET, path),
                Err(Code::ResourceNotFound),
                "{path}"
            );
        }
    }

    #[test]
    fn another_method_is_told_which_ones_there_are() {
        let routes = routes();
        let Err(error) = routes.find(&Method::PUT, LIST) else {
            panic!("PUT is not in the spec");
        };
        assert_eq!(error.code, Code::MethodNotAllowed);
        assert_eq!(error.allowed, [Method::GET, Method::POST]);
    }
}
