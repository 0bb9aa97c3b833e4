//! The checks that a request has to pass before its handler runs.

use std::collections::BTreeMap;
use std::num::IntErrorKind;

use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::error::{ApiError, Code, Result};
use crate::operations::OPERATIONS;
use crate::spec::{Body, Field};

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Checks the query: unknown and repeated parameters are refused, as are values of another type.
pub(crate) fn check_query(query: &str, known: &[Field]) -> Result<()> {
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let problem = match known.iter().find(|field| field.name == name) {
            None => Some("is unknown".to_owned()),
            Some(_) if seen.contains(&name) => Some("is repeated".to_owned()),
            Some(field) => problem_of_parameter(field, &value),
        };
        if let Some(problem) = problem {
            let detail = format!("The query parameter {name} {problem}.");
            return Err(ApiError::new(Code::InvalidQueryParameter, detail).about(name));
        }
        seen.push(name);
    }
    Ok(())
}

/// Returns what is wrong with a value, to complete "The query parameter …".
fn problem_of_parameter(field: &Field, value: &str) -> Option<String> {
    match field.kind {
        "boolean" if value != "true" && value != "false" => {
            Some("must be true or false".to_owned())
        }
        "integer" => {
            let number = match value.parse::<i64>() {
                Ok(number) => number,
                Err(error) if *error.kind() == IntErrorKind::PosOverflow => i64::MAX,
                Err(error) if *error.kind() == IntErrorKind::NegOverflow => i64::MIN,
                Err(_) => return Some("must be an integer".to_owned()),
            };
            let minimum = field.minimum.filter(|minimum| number < *minimum);
            let maximum = field.maximum.filter(|maximum| number > *maximum);
            let too_small = minimum.map(|minimum| format!("must be at least {minimum}"));
            too_small.or_else(|| maximum.map(|maximum| format!("must be at most {maximum}")))
        }
        _ => None,
    }
}

/// Checks that the body is declared with a media type that the spec declares for it.
pub(crate) fn check_media_type(headers: &HeaderMap, body: &Body) -> Result<()> {
    let declared = media_type(headers);
    let mut accepted = body.media_types.iter();
    if accepted.any(|it| it.eq_ignore_ascii_case(declared)) {
        return Ok(());
    }
    let accepted = body.media_types.join(" or ");
    let detail = format!("The Content-Type of the request body must be {accepted}.");
    Err(ApiError::new(Code::UnsupportedMediaType, detail).about(declared))
}

/// Returns the media type of a message without its parameters, or an empty text.
pub(crate) fn media_type(headers: &HeaderMap) -> &str {
    let declared = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let essence = declared.unwrap_or_default().split(';').next();
    essence.unwrap_or_default().trim()
}

/// The field with the region of a new connection.
const REGION: &str = "region";

/// Returns the regions of the spec.
pub(crate) fn regions() -> &'static [&'static str] {
    let bodies = OPERATIONS.iter().filter_map(|it| it.body.as_ref());
    let mut fields = bodies.flat_map(|it| it.fields);
    fields
        .find(|it| it.name == REGION)
        .map_or(&[], |it| it.values)
}

/// Parses the body and checks its fields. A field that is null counts as missing. The regions replace those of
/// the spec, if there are any.
pub(crate) fn fields(
    body: &[u8],
    known: &[Field],
    regions: &[String],
) -> Result<Map<String, Value>> {
    let mut object = object(body)?;
    let is_known = |name: &String| known.iter().any(|field| field.name == *name);
    if let Some(name) = object.keys().find(|name| !is_known(name)) {
        let detail = format!("The field {name} is unknown.");
        return Err(ApiError::new(Code::InvalidJsonAttribute, detail).about(name));
    }
    object.retain(|_, value| !value.is_null());
    check_missing(&object, known)?;
    for field in known {
        if let Some(value) = object.get(field.name) {
            check_field(field, value, regions)?;
        }
    }
    Ok(object)
}

fn object(body: &[u8]) -> Result<Map<String, Value>> {
    let value = serde_json::from_slice(body).map_err(|error| {
        let detail = format!("The request body is not JSON: {error}.");
        ApiError::new(Code::MalformedJson, detail)
    })?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(ApiError::new(
            Code::InvalidJson,
            "The request body is not a JSON object.",
        )),
    }
}

fn check_missing(object: &Map<String, Value>, known: &[Field]) -> Result<()> {
    let required = known.iter().filter(|field| field.required);
    let missing: Vec<&str> = required
        .map(|field| field.name)
        .filter(|name| !object.contains_key(*name))
        .collect();
    let code = match missing.len() {
        0 => return Ok(()),
        1 => Code::MissingAttribute,
        _ => Code::MissingAttributes,
    };
    let error = ApiError::new(code, format!("Missing: {}.", missing.join(", ")));
    Err(missing.into_iter().fold(error, ApiError::about))
}

fn check_field(field: &Field, value: &Value, regions: &[String]) -> Result<()> {
    let (name, kind) = (field.name, field.kind);
    let has_type = match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    if !has_type {
        let detail = format!("The type of the field {name} must be {kind}.");
        return Err(ApiError::new(Code::InvalidJsonAttribute, detail).about(name));
    }
    let Some(text) = value.as_str() else {
        return Ok(());
    };
    let is_accepted = if name == REGION && !regions.is_empty() {
        regions.iter().any(|it| it == text)
    } else {
        field.values.is_empty() || field.values.contains(&text)
    };
    if is_accepted {
        return Ok(());
    }
    let code = match name {
        REGION => Code::InvalidRegion,
        "providerName" => Code::InvalidProvider,
        _ => Code::InvalidAttribute,
    };
    Err(ApiError::new(code, format!("The field {name} cannot be {text}.")).about(text))
}

const MINUTE: u64 = 60;

/// Counts the requests of each project. As in Atlas, the count restarts with each minute of the clock.
pub(crate) struct RateLimit {
    /// `None` means no limit.
    per_minute: Option<u32>,
    counts_challenges: bool,
    /// By project id in lower case: the minute, and the requests in it.
    counts: BTreeMap<String, (u64, u32)>,
}

impl RateLimit {
    pub(crate) fn new(per_minute: Option<u32>, counts_challenges: bool) -> Self {
        Self {
            per_minute,
            counts_challenges,
            counts: BTreeMap::new(),
        }
    }

    /// Counts a request, or returns an error with the seconds until the next minute.
    pub(crate) fn acquire(&mut self, project: &str, now: Moment) -> Result<()> {
        let Some(limit) = self.per_minute else {
            return Ok(());
        };
        let seconds = now.unix_seconds();
        let minute = seconds / MINUTE;
        let entry = self.counts.entry(project.to_ascii_lowercase());
        let (counted, requests) = entry.or_default();
        if *counted != minute {
            (*counted, *requests) = (minute, 0);
        }
        if *requests >= limit {
            let detail = format!("Too many requests for project {project} in this minute.");
            let wait = MINUTE - seconds % MINUTE;
            return Err(ApiError::new(Code::RateLimited, detail)
                .about(project)
                .with_header(RETRY_AFTER, wait.to_string()));
        }
        *requests += 1;
        Ok(())
    }

    /// Counts a request without valid credentials if that is configured.
    pub(crate) fn acquire_challenge(&mut self, project: &str, now: Moment) -> Result<()> {
        if self.counts_challenges {
            self.acquire(project, now)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Returns the `Retry-After` of a request that is refused.
    fn acquire(limit: &mut RateLimit, project: &str, seconds: u64) -> Option<String> {
        let now = Moment::from_epoch(Duration::from_secs(6000 + seconds));
        let error = limit.acquire(project, now).err()?;
        assert_eq!(error.code, Code::RateLimited);
        error.headers.into_iter().map(|(_, value)| value).next()
    }

    #[test]
    fn each_minute_has_its_own_count() {
        let mut limit = RateLimit::new(Some(2), false);
        let waits = [0, 10, 20, 59, 60, 61, 62].map(|second| acquire(&mut limit, "p", second));
        let expected = [None, None, Some("40"), Some("1"), None, None, Some("58")];
        assert_eq!(waits, expected.map(|it| it.map(str::to_owned)));
    }

    #[test]
    fn each_project_has_its_own_count() {
        let mut limit = RateLimit::new(Some(1), false);
        assert_eq!(acquire(&mut limit, "a", 0), None);
        assert_eq!(acquire(&mut limit, "b", 0), None);
        assert_eq!(acquire(&mut limit, "A", 0).as_deref(), Some("60"));
    }

    #[test]
    fn no_limit_accepts_everything_and_zero_nothing() {
        let mut none = RateLimit::new(None, false);
        assert!((0..1000).all(|_| acquire(&mut none, "p", 0).is_none()));
        let mut zero = RateLimit::new(Some(0), false);
        assert_eq!(acquire(&mut zero, "p", 15).as_deref(), Some("45"));
    }

    fn field(kind: &'static str) -> Field {
        Field {
            name: "f",
            required: false,
            kind,
            values: &[],
            minimum: None,
            maximum: None,
        }
    }

    #[test]
    fn a_field_has_the_type_that_the_spec_gives_it() {
        for (kind, value, fits) in [
            ("string", r#""a""#, true),
            ("string", "1", false),
            ("boolean", "true", true),
            ("boolean", r#""true""#, false),
            ("integer", "-1", true),
            ("integer", "1.5", false),
            ("number", "1.5", true),
            ("number", "[]", false),
            ("array", "[1]", true),
            ("array", "{}", false),
            ("object", "{}", true),
            ("object", "[]", false),
            ("", "[{}]", true),
            ("integer", "null", true),
        ] {
            let body = format!("{{\"f\": {value}}}");
            let error = fields(body.as_bytes(), &[field(kind)], &[]).err();
            let expected = (!fits).then_some(Code::InvalidJsonAttribute);
            assert_eq!(error.map(|it| it.code), expected, "{kind} {value}");
        }
    }

    #[test]
    fn query_parameter_has_the_type_and_the_limits_of_the_spec() {
        let page = Field {
            minimum: Some(1),
            maximum: Some(500),
            ..field("integer")
        };
        for (field, value, fits) in [
            (field("boolean"), "true", true),
            (field("boolean"), "1", false),
            (field("integer"), "-7", true),
            (field("integer"), "1.0", false),
            (field("integer"), "", false),
            (field("integer"), "99999999999999999999", true),
            (page.clone(), "99999999999999999999", false),
            (page.clone(), "-99999999999999999999", false),
            (page.clone(), "1", true),
            (page.clone(), "500", true),
            (page.clone(), "0", false),
            (page, "501", false),
            (field("string"), "", true),
        ] {
            let result = check_query(&format!("f={value}"), &[field]);
            assert_eq!(result.is_ok(), fits, "{value}");
        }
    }
}
